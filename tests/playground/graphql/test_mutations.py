"""What GraphQL changes: the same acts as REST's, the same permissions, several in one request."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.acts import comments, issues, labels, reviews
from bot.playground.hub import Signal
from bot.playground.state import Draft, PullRequest, Thread
from tests.playground.graphql.world import World


def act(name: str, selection: str, given: str) -> str:
    return f"mutation {{ {name}(input: {{{given}}}) {{ {selection} }} }}"


def told(world: World) -> list[tuple[str, str | None]]:
    """Collects the webhooks from now on."""
    found: list[tuple[str, str | None]] = []

    def listen(signal: Signal) -> None:
        found.append((signal.event, signal.action))

    world.hub.told.append(listen)
    return found


def with_thread(world: World) -> tuple[PullRequest, Thread]:
    pull = world.pull()
    reviews.comment_on_line(world.hub, pull, world.person("reviewer"), Draft("feature.txt", "Why?", 1))
    return pull, pull.threads[0]


# -- comments
def test_a_comment_is_added_with_its_webhook(world: World) -> None:
    issue, heard = world.issue(), told(world)
    selection = "clientMutationId commentEdge { cursor node { body author { login } } } subject { id }"
    given = f'subjectId: "{issue.node_id}", body: "A plan.", clientMutationId: "one"'
    shown = world.data(act("addComment", selection, given))["addComment"]
    assert shown["clientMutationId"] == "one"
    assert shown["commentEdge"]["node"] == {"body": "A plan.", "author": {"login": "baton-app"}}
    assert shown["subject"] == {"id": issue.node_id}
    assert [comment.body for comment in issue.comments] == ["A plan."]
    assert heard == [("issue_comment", "created")]


def test_a_comment_goes_to_a_pull_request_too(world: World) -> None:
    pull = world.pull()
    world.data(act("addComment", "subject { __typename }", f'subjectId: "{pull.node_id}", body: "A stage."'))
    assert [comment.body for comment in pull.issue.comments] == ["A stage."]


def test_a_comment_is_edited_minimised_shown_again_and_deleted(world: World) -> None:
    issue = world.issue()
    comment = comments.create_comment(world.hub, issue, world.bot, "first")
    node = comment.node_id
    edited = world.data(
        act("updateIssueComment", "issueComment { body editor { login } }", f'id: "{node}", body: "second"')
    )
    assert edited["updateIssueComment"]["issueComment"] == {
        "body": "second",
        "editor": {"login": "baton-app"},
    }
    selection = "minimizedComment { isMinimized minimizedReason ... on IssueComment { id } }"
    shown = world.data(act("minimizeComment", selection, f'subjectId: "{node}", classifier: OFF_TOPIC'))
    assert shown["minimizeComment"]["minimizedComment"] == {
        "isMinimized": True, "minimizedReason": "off-topic", "id": node,
    }  # fmt: skip
    world.data(act("unminimizeComment", "clientMutationId", f'subjectId: "{node}"'))
    assert comment.minimized_reason is None
    world.data(act("deleteIssueComment", "clientMutationId", f'id: "{node}"'))
    assert issue.comments == []


def test_a_presentation_is_one_request_whose_parts_happen_in_order(world: World) -> None:
    issue = world.issue()
    plan = comments.create_comment(world.hub, issue, world.bot, "old")
    bug = world.repository.label("bug")
    assert bug is not None
    query = f"""mutation {{
        first: updateIssueComment(input: {{id: "{plan.node_id}", body: "one"}}) {{ clientMutationId }}
        wrong: updateIssueComment(input: {{id: "gone", body: "two"}}) {{ clientMutationId }}
        label: addLabelsToLabelable(input: {{labelableId: "{issue.node_id}", labelIds: ["{bug.node_id}"]}}) {{
            labelable {{ labels(first: 5) {{ nodes {{ name }} }} }}
        }}
        last: updateIssueComment(input: {{id: "{plan.node_id}", body: "three"}}) {{ issueComment {{ body }} }}
    }}"""
    body = world.ask(query)
    assert body["data"]["wrong"] is None
    assert body["data"]["label"]["labelable"]["labels"]["nodes"] == [{"name": "bug"}]
    assert body["data"]["last"]["issueComment"]["body"] == "three"
    assert [(error["type"], error["path"]) for error in body["errors"]] == [("NOT_FOUND", ["wrong"])]
    assert [edit.body for edit in plan.edits] == ["one", "three"]


# -- labels and reactions
def test_labels_go_on_and_come_off_and_the_timeline_tells(world: World) -> None:
    issue = world.issue()
    bug = world.repository.label("bug")
    assert bug is not None
    given = f'labelableId: "{issue.node_id}", labelIds: ["{bug.node_id}"]'
    world.data(act("addLabelsToLabelable", "clientMutationId", given))
    world.data(act("removeLabelsFromLabelable", "clientMutationId", given))
    world.data(act("removeLabelsFromLabelable", "clientMutationId", given))
    assert [event.kind for event in issue.timeline] == ["labeled", "unlabeled"]


def test_the_same_reaction_twice_is_one_and_is_taken_back(world: World) -> None:
    comment = comments.create_comment(world.hub, world.issue(), world.mara, "/approve")
    given = f'subjectId: "{comment.node_id}", content: ROCKET'
    selection = "reaction { content user { login } } reactionGroups { content viewerHasReacted }"
    for _ in range(2):
        shown = world.data(act("addReaction", selection, given))["addReaction"]
    assert shown["reaction"]["content"] == "ROCKET"
    assert {"content": "ROCKET", "viewerHasReacted": True} in shown["reactionGroups"]
    assert len(comment.reactions) == 1
    world.data(act("removeReaction", "reaction { content }", given))
    assert comment.reactions == []
    again = world.data(act("removeReaction", "reaction { content }", given))["removeReaction"]
    assert again == {"reaction": None}


# -- issues
def test_an_issue_is_changed_closed_with_its_reason_and_reopened(world: World) -> None:
    issue = world.issue()
    bug = world.repository.label("bug")
    assert bug is not None
    node = issue.node_id
    given = f'id: "{node}", title: "Better", body: "Text", labelIds: ["{bug.node_id}"]'
    world.data(act("updateIssue", "actor { login }", given))
    assert (issue.title, issue.body, issue.labels) == ("Better", "Text", [bug])
    shown = world.data(
        act("closeIssue", "issue { state stateReason }", f'issueId: "{node}", stateReason: NOT_PLANNED')
    )
    assert shown["closeIssue"]["issue"] == {"state": "CLOSED", "stateReason": "NOT_PLANNED"}
    shown = world.data(act("reopenIssue", "issue { state stateReason }", f'issueId: "{node}"'))
    assert shown["reopenIssue"]["issue"] == {"state": "OPEN", "stateReason": "REOPENED"}
    world.data(act("updateIssue", "issue { state }", f'id: "{node}", state: CLOSED'))
    assert issue.state == "closed"


# -- pull requests
def test_a_pull_request_goes_through_its_states(world: World) -> None:
    pull = world.pull(draft=True)
    given = f'pullRequestId: "{pull.node_id}"'
    world.data(act("markPullRequestReadyForReview", "pullRequest { isDraft }", given))
    assert not pull.draft
    world.data(act("convertPullRequestToDraft", "pullRequest { isDraft }", given))
    assert pull.draft
    world.data(act("updatePullRequest", "pullRequest { title }", f'{given}, title: "New", body: "Closes #1"'))
    assert (pull.issue.title, pull.issue.body) == ("New", "Closes #1")
    shown = world.data(act("closePullRequest", "pullRequest { state merged }", given))
    assert shown["closePullRequest"]["pullRequest"] == {"state": "CLOSED", "merged": False}
    world.data(act("reopenPullRequest", "pullRequest { state }", given))
    assert pull.issue.state == "open"


def test_reviewers_are_asked_and_without_union_replaced(world: World) -> None:
    pull = world.pull()
    reviewer, triager = world.person("reviewer"), world.person("triager")
    for user, union in ((reviewer, "true"), (triager, "true")):
        given = f'pullRequestId: "{pull.node_id}", userIds: ["{user.node_id}"], union: {union}'
        world.data(act("requestReviews", "pullRequest { number }", given))
    assert pull.requested_reviewers == [reviewer, triager]
    given = f'pullRequestId: "{pull.node_id}", userIds: ["{world.mara.node_id}"]'
    selection = "requestedReviewersEdge { node { login } }"
    shown = world.data(act("requestReviews", selection, given))["requestReviews"]
    assert shown["requestedReviewersEdge"]["node"]["login"] == world.mara.login
    assert pull.requested_reviewers == [world.mara]


def test_an_act_that_rest_would_refuse_with_422_is_unprocessable(world: World) -> None:
    pull = world.pull()
    outsider = world.person("outsider")
    given = f'pullRequestId: "{pull.node_id}", userIds: ["{outsider.node_id}"]'
    error = world.error(act("requestReviews", "clientMutationId", given))
    assert error["type"] == "UNPROCESSABLE"
    assert "collaborators" in error["message"]


def test_threads_are_answered_resolved_and_opened_again(world: World) -> None:
    _, thread = with_thread(world)
    given = f'pullRequestReviewThreadId: "{thread.node_id}", body: "Because."'
    shown = world.data(act("addPullRequestReviewThreadReply", "comment { body replyTo { body } }", given))
    assert shown["addPullRequestReviewThreadReply"]["comment"] == {
        "body": "Because.",
        "replyTo": {"body": "Why?"},
    }
    given = f'threadId: "{thread.node_id}"'
    shown = world.data(act("resolveReviewThread", "thread { isResolved resolvedBy { login } }", given))
    assert shown["resolveReviewThread"]["thread"]["isResolved"]
    world.data(act("unresolveReviewThread", "thread { isResolved }", given))
    assert thread.resolved_by is None


# -- who may
def every_mutation(world: World) -> dict[str, str]:
    """One valid request of each mutation, about things that are not the caller's own."""
    issue = world.issue()
    comment = comments.create_comment(world.hub, issue, world.mara, "Hello")
    pull, thread = with_thread(world)
    bug = world.repository.label("bug")
    assert bug is not None
    on_pull = f'pullRequestId: "{pull.node_id}"'
    on_issue = f'issueId: "{issue.node_id}"'
    labelled = f'labelableId: "{issue.node_id}", labelIds: ["{bug.node_id}"]'
    given = {
        "addComment": f'subjectId: "{issue.node_id}", body: "b"',
        "addLabelsToLabelable": labelled,
        "addPullRequestReviewThreadReply": f'pullRequestReviewThreadId: "{thread.node_id}", body: "b"',
        "addReaction": f'subjectId: "{comment.node_id}", content: EYES',
        "closeIssue": on_issue,
        "closePullRequest": on_pull,
        "convertPullRequestToDraft": on_pull,
        "deleteIssueComment": f'id: "{comment.node_id}"',
        "markPullRequestReadyForReview": on_pull,
        "minimizeComment": f'subjectId: "{comment.node_id}", classifier: OUTDATED',
        "removeLabelsFromLabelable": labelled,
        "removeReaction": f'subjectId: "{comment.node_id}", content: EYES',
        "reopenIssue": on_issue,
        "reopenPullRequest": on_pull,
        "requestReviews": f'{on_pull}, userIds: ["{world.mara.node_id}"]',
        "resolveReviewThread": f'threadId: "{thread.node_id}"',
        "unminimizeComment": f'subjectId: "{comment.node_id}"',
        "unresolveReviewThread": f'threadId: "{thread.node_id}"',
        "updateIssue": f'id: "{issue.node_id}", body: "b"',
        "updateIssueComment": f'id: "{comment.node_id}", body: "b"',
        "updatePullRequest": f'{on_pull}, body: "b"',
    }
    return {name: act(name, "clientMutationId", arguments) for name, arguments in given.items()}


def test_a_token_that_may_only_read_changes_nothing(world: World) -> None:
    reading = world.app(None, issues="read", pull_requests="read", contents="write")
    requests = every_mutation(world)
    before = world.hub.version
    for name, request in requests.items():
        error = world.error(request, reading)
        assert (error["type"], error["path"]) == ("FORBIDDEN", [name])
        assert error["message"] == "Resource not accessible by integration"
    assert world.hub.version == before
    assert len(world.refused) == len(requests)


@pytest.mark.parametrize("role", ["outsider", "triager"])
def test_people_change_only_what_their_role_allows(world: World, role: str) -> None:
    anyone = {"addComment", "addPullRequestReviewThreadReply", "addReaction", "removeReaction"}
    triage = {
        "addLabelsToLabelable", "closeIssue", "closePullRequest", "minimizeComment", "updateIssue",
        "removeLabelsFromLabelable", "reopenIssue", "reopenPullRequest", "unminimizeComment",
    }  # fmt: skip
    allowed = anyone | (triage if role == "triager" else set())
    for name, request in every_mutation(world).items():
        body: dict[str, Any] = world.ask(request, world.as_(role))
        login = world.person(role).login
        act_name = name[0].upper() + name[1:]
        refused = f"{login} does not have the correct permissions to execute `{act_name}`"
        expected = [] if name in allowed else [refused]
        assert [error["message"] for error in body.get("errors", [])] == expected, name


def test_an_author_edits_what_is_the_authors_own_without_a_role(world: World) -> None:
    outsider = world.person("outsider")
    issue = world.issue(by=outsider)
    comment = comments.create_comment(world.hub, issue, outsider, "mine")
    by = world.as_("outsider")
    world.data(
        act("updateIssueComment", "clientMutationId", f'id: "{comment.node_id}", body: "still mine"'), by
    )
    world.data(act("updateIssue", "clientMutationId", f'id: "{issue.node_id}", body: "mine too"'), by)
    bug = world.repository.label("bug")
    assert bug is not None
    error = world.error(
        act("updateIssue", "clientMutationId", f'id: "{issue.node_id}", labelIds: ["{bug.node_id}"]'), by
    )
    assert error["type"] == "FORBIDDEN"


def test_an_edit_of_which_a_part_is_refused_changes_nothing(world: World) -> None:
    issue, pull = world.issue(), world.pull()
    titles = issue.title, pull.issue.title
    for mutation, given in (
        ("updateIssue", f'id: "{issue.node_id}", title: "Other", labelIds: ["LA_none"]'),
        ("updateIssue", f'id: "{issue.node_id}", title: "Other", assigneeIds: ["U_none"]'),
        ("updatePullRequest", f'pullRequestId: "{pull.node_id}", title: "Other", labelIds: ["LA_none"]'),
        ("updatePullRequest", f'pullRequestId: "{pull.node_id}", title: "Other", baseRefName: "none"'),
    ):
        version = world.hub.version
        world.error(act(mutation, "clientMutationId", given))
        assert (issue.title, pull.issue.title, world.hub.version) == (*titles, version)


def test_a_locked_conversation_is_closed_to_people_below_write(world: World) -> None:
    issue = world.issue()
    issues.lock_issue(world.hub, issue, world.mara)
    request = act("addComment", "clientMutationId", f'subjectId: "{issue.node_id}", body: "b"')
    error = world.error(request, world.as_("triager"))
    assert error["message"] == "Unable to create comment because issue is locked."
    world.data(request, world.as_("reviewer"))


def test_nothing_is_written_into_an_archived_repository(world: World) -> None:
    requests = every_mutation(world)
    world.repository.archived = True
    for request in requests.values():
        assert world.error(request)["message"] == "Repository was archived so is read-only."


def test_a_label_of_another_repository_is_not_found(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from bot.playground.making import add_repository

    other = add_repository(world.hub, world.inhabitants, "other", tmp_path_factory.mktemp("other"))
    strange = labels.create_label(world.hub, other, world.mara, "strange")
    issue = world.issue()
    given = f'labelableId: "{issue.node_id}", labelIds: ["{strange.node_id}"]'
    assert world.error(act("addLabelsToLabelable", "clientMutationId", given))["type"] == "NOT_FOUND"
    assert issue.labels == []
