"""One look sees what GitHub shows: every list to its end, other people's letters, and never half an answer."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest

from bot.facts.seen import GHOST, Account, CheckState, Permission, PullState, Seen, Surface
from bot.github import reading
from bot.github.connection import Connection
from bot.github.errors import Unreachable
from bot.github.observe import IssueGone, Look, RepositoryGone, observe
from bot.github.reading import _closed_by_baton
from bot.playground.acts import checks, issues, pulls, repositories, workflows
from bot.playground.acts.comments import create_comment
from bot.playground.acts.labels import add_labels, remove_label
from bot.playground.acts.reviews import submit_review
from bot.playground.making import create_app
from bot.playground.people import App as Application
from bot.render.stage_gate import CheckRun
from tests.github.homes import Home
from tests.github.odd_server import Says, odd_server


def opened(home: Home, head: str = "feature", **more: Any) -> int:
    """A pull request of Baton's own."""
    home.branch(head, {"src/a.txt": f"by {head}\n"})
    made = home.effects().ensure_pull_request(f"pull:{head}", head, "main", f"Change by {head}", "body")
    if more.get("draft"):
        with home.town.playground.hub.lock:
            pulls.set_draft(
                home.town.playground.hub,
                home.pull(int(made["number"])),
                home.pull(int(made["number"])).issue.author,
                True,
            )
    return int(made["number"])


def look(home: Home, *numbers: int, **more: Any) -> Seen:
    nodes = tuple(home.pull(number).node_id for number in numbers)
    current = numbers[-1] if numbers else None
    return home.seen(pulls=nodes, current_pull=current, own_pulls=frozenset(numbers), **more)


def check(home: Home, sha: str, name: str, conclusion: str | None, app: Application | None = None) -> None:
    hub = home.town.playground.hub
    with hub.lock:
        by = app or workflows.actions_app(hub)
        suite = checks.suite_for(hub, home.repository, by, sha)
        status: Any = "completed" if conclusion else "in_progress"
        checks.create_check_run(hub, suite, by.bot, name, status=status, conclusion=conclusion)


def states(seen: Seen, number: int) -> dict[str, CheckState]:
    return {each.name: each.state for each in seen.pulls[number].head.checks}


# --- the issue


def test_the_issue_and_the_base_branch_are_seen(home: Home) -> None:
    seen = home.seen()
    assert (seen.repository.id, seen.repository.full_name) == (home.repository.id, home.full_name)
    assert (seen.issue.title, seen.issue.is_open, seen.issue.labelled) == ("Notifications", True, False)
    assert seen.base.head is not None and seen.base.head.sha == home.sha()
    assert seen.trouble is None


def test_a_label_of_another_case_is_the_label(home: Home) -> None:
    """C15."""
    home.maintainer.post("/labels", {"name": "BATON", "color": "ffffff"})
    home.label("BATON")
    assert home.seen().issue.labelled
    labelling = home.seen().issue.latest_labelling
    assert labelling is not None and labelling.actor.login == "mara"


@pytest.mark.parametrize(
    ("given", "configured"),
    [
        ("🤖 build/me", "🤖 build/me"),
        ("♥️ Baton", "♥️ baton"),
        ("Größe: klein", unicodedata.normalize("NFD", "größe: klein")),
        ("ai #1 100%", "AI #1 100%"),
    ],
)
def test_a_label_may_be_called_anything(home: Home, given: str, configured: str) -> None:
    """C15: emoji, `/`, `#`, `%`; case and the way of writing an accent do not matter."""
    home.label(given)
    seen = home.seen(trigger=reading.Trigger(configured)).issue
    assert seen.labelled and seen.latest_labelling is not None
    assert not home.seen(trigger=reading.Trigger(f"{configured}2")).issue.labelled


def test_another_label_is_not_the_label(home: Home) -> None:
    home.label("bug")
    home.label("baton: planning")
    seen = home.seen().issue
    assert (seen.labelled, seen.label_events) == (False, ())


def test_each_labelling_is_a_life_of_its_own(home: Home) -> None:
    home.label()
    first = home.seen().issue.latest_labelling
    home.unlabel()
    assert home.seen().issue.latest_labelling is None
    home.label(by="reviewer")
    second = home.seen().issue.latest_labelling
    assert first and second and first.id != second.id and second.actor.login == "tomas"
    assert [each.added for each in home.seen().issue.label_events] == [True, False, True]


def test_a_label_that_was_there_from_the_start_has_its_event(home: Home) -> None:
    home.maintainer.post("/labels", {"name": "baton", "color": "ffffff"})
    made = home.maintainer.post("/issues", {"title": "Born with it", "labels": ["baton"]})
    assert home.seen(issue=int(made["number"])).issue.latest_labelling is not None


def test_label_events_are_read_past_the_hundredth(home: Home) -> None:
    home.label("noise")
    label = next(each for each in home.repository.labels if each.name == "noise")
    hub = home.town.playground.hub
    with hub.lock:
        for _ in range(75):
            remove_label(hub, home.issue, home.issue.author, label)
            add_labels(hub, home.issue, home.issue.author, [label])
    home.label()
    assert home.seen().issue.latest_labelling is not None


def test_comments_are_read_to_the_end_in_their_order(home: Home) -> None:
    """I11."""
    hub = home.town.playground.hub
    with hub.lock:
        for number in range(250):
            create_comment(hub, home.issue, home.issue.author, f"comment {number}")
    before = home.town.requests()["reads"]
    comments = home.seen().issue.comments
    assert [each.body for each in comments] == [f"comment {number}" for number in range(250)]
    assert home.town.requests()["reads"] - before == 3


def test_our_own_comment_is_known_as_ours_and_a_persons_is_not(home: Home) -> None:
    home.effects().ensure_comment("comment:1", home.issue_number, "by Baton")
    home.say("by Mara")
    ours, theirs = home.seen().issue.comments
    assert (ours.ours, ours.author.is_bot, ours.author.login) == (True, True, home.town.slug)
    assert (theirs.ours, theirs.author.is_bot, theirs.author.login) == (False, False, "mara")
    assert theirs.author.id == home.issue.author.id


def test_an_edited_comment_is_known_as_edited(home: Home) -> None:
    """C5: by whoever edits it."""
    number = home.say("/approve", by="reviewer")
    home.say("untouched")
    home.reviewer.patch(f"/issues/comments/{number}", {"body": "/approve v2"})
    edited, untouched = home.seen().issue.comments
    assert (edited.edited, edited.body, untouched.edited) == (True, "/approve v2", False)


def test_a_deleted_comment_is_gone(home: Home) -> None:
    """C6: deleted before it is handled, it is no command."""
    number = home.say("/approve")
    home.maintainer.delete(f"/issues/comments/{number}")
    assert home.seen().issue.comments == ()


def test_a_deleted_account_is_a_ghost_without_an_id() -> None:
    """GraphQL shows null where its author was."""
    node = {
        "id": "IC_1",
        "databaseId": 1,
        "author": None,
        "body": "who said this?",
        "createdAt": "2026-01-02T03:04:05Z",
        "lastEditedAt": None,
        "viewerDidAuthor": False,
        "isMinimized": False,
        "editor": None,
    }
    assert reading.comment(node, Surface.ISSUE, 1).author == GHOST == Account(None, "ghost")


class WithoutAccount(Connection):
    """GitHub after an account was deleted: null stands where it stood."""

    def __init__(self, asked: Connection, login: str) -> None:
        self._asked, self._login = asked, login

    def query(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._without(self._asked.query(document, variables))
        return answer

    def _without(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._without(each) for each in node]
        if not isinstance(node, Mapping):
            return node
        return None if node.get("login") == self._login else {k: self._without(v) for k, v in node.items()}


def test_whatever_a_deleted_account_did_is_a_ghosts(home: Home) -> None:
    """C7, P19: labels, comments, reviews, threads and merges of nobody can be read, and nobody may command."""
    home.label(by="reviewer")
    home.say("/approve", by="reviewer")
    number = opened(home)
    line = {"path": "src/a.txt", "line": 1, "side": "RIGHT", "body": "Why?"}
    review = {"event": "REQUEST_CHANGES", "body": "Look.", "comments": [line]}
    home.reviewer.post(f"/pulls/{number}/reviews", review)
    home.reviewer.put(f"/pulls/{number}/merge", {})
    asked = Look(
        home.full_name,
        home.issue_number,
        "main",
        reading.Trigger("baton"),
        home.town.app_id,
        home.town.slug,
        pulls=(home.pull(number).node_id,),
    )
    seen = observe(WithoutAccount(home.reads(), "tomas"), asked)
    labelling, pull = seen.issue.latest_labelling, seen.pulls[number]
    assert labelling is not None and labelling.actor == GHOST
    assert [each.author for each in seen.issue.comments] == [GHOST]
    assert [each.author for each in pull.reviews] == [GHOST]
    assert [each.author for thread in pull.threads for each in thread.comments] == [GHOST]
    assert (pull.state, pull.merged_by) == (PullState.MERGED, None)
    assert seen.permission_of(GHOST) is Permission.NONE


def test_a_pull_request_that_people_renamed_and_rewrote_is_the_same(home: Home) -> None:
    """P17: it is known by its number, not by its title or by what stands in its body."""
    number = opened(home)
    home.reviewer.patch(f"/pulls/{number}", {"title": "Mine now", "body": "All new."})
    pull = look(home, number).pulls[number]
    assert (pull.state, pull.head.sha) == (PullState.OPEN, home.sha("feature"))


def test_comments_on_the_current_pull_request_belong_to_the_conversation(home: Home) -> None:
    """C10: those on others are not heard."""
    old, current = opened(home, "old"), opened(home, "current")
    for number, body in ((old, "on the old one"), (current, "/status")):
        home.reviewer.post(f"/issues/{number}/comments", {"body": body})
    found = [each for each in look(home, old, current).issue.comments if each.surface is Surface.PULL_REQUEST]
    assert [(each.body, each.number) for each in found] == [("/status", current)]


# --- who closed it


def test_an_issue_that_a_person_closed_was_not_closed_by_baton(home: Home) -> None:
    home.maintainer.patch(f"/issues/{home.issue_number}", {"state": "closed"})
    seen = home.seen().issue
    assert (seen.is_open, seen.closed_by_baton) == (False, False)


def test_an_issue_that_the_report_closed_was_closed_by_baton(home: Home) -> None:
    home.effects().ensure_issue_closed("close:1", home.issue_number)
    assert home.seen().issue.closed_by_baton


def test_an_issue_that_our_pull_request_closed_was_closed_by_baton(home: Home) -> None:
    home.branch("closes", {"src/a.txt": "closing\n"})
    made = home.effects().ensure_pull_request(
        "pull:closes", "closes", "main", "t", f"Closes #{home.issue_number}"
    )
    home.reviewer.put(f"/pulls/{made['number']}/merge", {})
    seen = look(home, int(made["number"])).issue
    assert (seen.is_open, seen.closed_by_baton) == (False, True)


def test_an_issue_that_somebody_elses_pull_request_closed_was_not(home: Home) -> None:
    home.branch("theirs", {"src/a.txt": "theirs\n"})
    made = home.reviewer.post(
        "/pulls", {"title": "t", "head": "theirs", "base": "main", "body": f"Closes #{home.issue_number}"}
    )
    home.maintainer.put(f"/pulls/{made['number']}/merge", {})
    seen = home.seen().issue
    assert (seen.is_open, seen.closed_by_baton) == (False, False)


def test_a_pull_request_of_another_repository_with_a_number_of_ours_is_not_ours() -> None:
    def closed_from(repository: int) -> dict[str, Any]:
        closer = {"__typename": "PullRequest", "number": 20, "repository": {"databaseId": repository}}
        by = {"__typename": "User", "login": "eve", "databaseId": 5}
        return {"__typename": "ClosedEvent", "actor": by, "closer": closer}

    assert _closed_by_baton([closed_from(7)], frozenset({20}), "baton-app", 7)
    assert not _closed_by_baton([closed_from(8)], frozenset({20}), "baton-app", 7)


def test_the_last_closing_counts(home: Home) -> None:
    home.effects().ensure_issue_closed("close:1", home.issue_number)
    home.maintainer.patch(f"/issues/{home.issue_number}", {"state": "open"})
    assert home.seen().issue.is_open
    home.maintainer.patch(f"/issues/{home.issue_number}", {"state": "closed"})
    assert not home.seen().issue.closed_by_baton


# --- checks


def test_check_contexts_are_read_to_the_end_where_the_red_one_is(home: Home) -> None:
    """I11."""
    number = opened(home)
    sha = home.sha("feature")
    for each in range(149):
        check(home, sha, f"check {each}", "success")
    check(home, sha, "the last", "failure")
    seen = states(look(home, number), number)
    assert len(seen) == 150
    assert seen["the last"] is CheckState.RED


def test_base_and_merge_checks_are_read_to_the_end_too(home: Home) -> None:
    number = opened(home)
    merged = home.reviewer.put(f"/pulls/{number}/merge", {})["sha"]
    for each in range(104):
        check(home, merged, f"check {each}", "success")
    check(home, merged, "the last", "failure")
    seen = look(home, number, merge_sha=merged)
    assert seen.base.head is not None
    for commit in (seen.base.head, seen.merges[merged]):
        assert len(commit.checks) == 105
        assert {each.name: each.state for each in commit.checks}["the last"] is CheckState.RED


def test_our_own_check_run_is_left_out(home: Home) -> None:
    """G9."""
    number = opened(home)
    sha = home.sha("feature")
    shown = CheckRun("failure", "no", "no", ())
    home.effects().ensure_check_run("gate:1", sha, "Baton / stage gate", "1", shown)
    assert look(home, number).pulls[number].head.checks == ()
    check(home, sha, "Baton / stage gate", "success")  # somebody else's of this name is somebody else's
    assert list(states(look(home, number), number)) == ["Baton / stage gate"]


def test_the_same_name_from_two_apps_is_two_checks(home: Home) -> None:
    """G7."""
    number = opened(home)
    sha, hub = home.sha("feature"), home.town.playground.hub
    with hub.lock:
        other = create_app(hub, f"circle-{home.repository.id}", "Circle", home.repository.owner)
    check(home, sha, "build", "success")
    check(home, sha, "build", "failure", other)
    home.maintainer.post(f"/statuses/{sha}", {"state": "pending", "context": "build"})
    found = look(home, number).pulls[number].head.checks
    assert sorted(each.state for each in found) == ["green", "pending", "red"]
    assert len({each.source for each in found}) == 3


def test_the_newest_of_a_name_counts(home: Home) -> None:
    """G7."""
    number = opened(home)
    sha = home.sha("feature")
    check(home, sha, "build", "failure")
    check(home, sha, "build", "success")
    home.maintainer.post(f"/statuses/{sha}", {"state": "success", "context": "deploy"})
    home.maintainer.post(f"/statuses/{sha}", {"state": "error", "context": "deploy"})
    assert states(look(home, number), number) == {"build": CheckState.GREEN, "deploy": CheckState.RED}


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [
        ("success", CheckState.GREEN),
        ("neutral", CheckState.GREEN),
        ("skipped", CheckState.GREEN),
        ("failure", CheckState.RED),
        ("timed_out", CheckState.RED),
        ("startup_failure", CheckState.RED),
        ("cancelled", CheckState.CANCELLED),
        ("action_required", CheckState.ACTION_REQUIRED),
        ("stale", CheckState.PENDING),
        (None, CheckState.PENDING),
    ],
)
def test_each_conclusion_is_one_of_five_states(home: Home, conclusion: str | None, state: CheckState) -> None:
    number = opened(home)
    check(home, home.sha("feature"), "build", conclusion)
    assert states(look(home, number), number) == {"build": state}


def test_a_suite_of_actions_that_is_not_over_is_counted(home: Home) -> None:
    number = opened(home)
    sha, hub = home.sha("feature"), home.town.playground.hub
    with hub.lock:
        actions = workflows.actions_app(hub)
        checks.create_suite(hub, home.repository, actions, sha, "feature")
        other = create_app(hub, f"idle-{home.repository.id}", "Idle", home.repository.owner)
        checks.create_suite(hub, home.repository, other, sha, "feature")
    assert look(home, number).pulls[number].head.open_suites == 1


def test_what_github_requires_is_seen_on_checks_and_for_those_that_never_started(home: Home) -> None:
    home.repository.required_checks["main"] = ("build", "never started")
    number = opened(home)
    sha = home.sha("feature")
    check(home, sha, "build", "success")
    check(home, sha, "extra", "failure")
    seen = look(home, number)
    assert {each.name for each in seen.pulls[number].head.checks if each.required} == {"build"}
    assert set(seen.base.required) == {"build", "never started"}


def test_a_status_by_a_person_is_told_apart_from_an_apps_and_a_check_run_has_its_app(home: Home) -> None:
    """G10."""
    number, sha, hub = opened(home), home.sha("feature"), home.town.playground.hub
    home.reviewer.post(f"/statuses/{sha}", {"context": "by tomas", "state": "success"})
    actions = workflows.actions_app(hub)
    with hub.lock:
        checks.set_status(hub, home.repository, actions.bot, sha, "by an App", "success")
    check(home, sha, "build", "success")
    found = {each.name: (each.by_a_person, each.app) for each in look(home, number).pulls[number].head.checks}
    assert found == {"by tomas": (True, None), "by an App": (False, None), "build": (False, actions.id)}


# --- pull requests


def test_an_open_pull_request_of_ours_is_seen(home: Home) -> None:
    number = opened(home)
    pull = look(home, number).pulls[number]
    assert (pull.state, pull.head.sha, pull.head_ref, pull.base_ref) == (
        PullState.OPEN,
        home.sha("feature"),
        "feature",
        "main",
    )
    assert (pull.merge_sha, pull.draft, pull.changes_requested_by) == (None, False, ())


def test_a_draft_and_a_conflict_are_seen(home: Home) -> None:
    number = opened(home, draft=True)
    assert look(home, number).pulls[number].draft
    home.maintainer.put(
        "/contents/src/a.txt",
        {"message": "In its way", "content": "b3RoZXIK", "sha": blob(home, "src/a.txt")},
    )
    seen = look(home, number).pulls[number]
    for _ in range(5):
        if seen.conflicting is not None:
            break
        seen = look(home, number).pulls[number]
    assert seen.conflicting is True


def blob(home: Home, path: str) -> str:
    return str(home.maintainer.get(f"/contents/{path}")["sha"])


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_merge_is_a_merge_by_whatever_method(home: Home, method: str) -> None:
    """P7, P11: also where the branch is deleted after it."""
    number = opened(home)
    merged = home.reviewer.put(f"/pulls/{number}/merge", {"merge_method": method})["sha"]
    home.maintainer.delete("/git/refs/heads/feature")
    pull = look(home, number, merge_sha=merged).pulls[number]
    assert (pull.state, pull.merge_sha) == (PullState.MERGED, merged)
    assert pull.merged_by is not None and pull.merged_by.login == "tomas"
    assert pull.merged_at is not None
    assert look(home, number, merge_sha=merged).merges[merged].sha == home.sha()


def test_a_pull_request_that_was_closed_is_closed(home: Home) -> None:
    number = opened(home)
    home.reviewer.patch(f"/pulls/{number}", {"state": "closed"})
    pull = look(home, number).pulls[number]
    assert (pull.state, pull.merge_sha) == (PullState.CLOSED, None)


def test_who_asked_for_changes_last_word_counts(home: Home) -> None:
    """P19."""
    number = opened(home)
    home.reviewer.post(f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "Not so."})
    home.maintainer.post(f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "Nor so."})
    home.maintainer.post(f"/pulls/{number}/reviews", {"event": "COMMENT", "body": "By the way."})
    assert look(home, number).pulls[number].changes_requested_by == ("tomas", "mara")
    home.reviewer.post(f"/pulls/{number}/reviews", {"event": "APPROVE"})
    assert look(home, number).pulls[number].changes_requested_by == ("mara",)


def test_a_dismissed_review_asks_for_nothing(home: Home) -> None:
    """P19."""
    number = opened(home)
    review = home.reviewer.post(f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "No."})
    home.maintainer.put(f"/pulls/{number}/reviews/{review['id']}/dismissals", {"message": "Settled."})
    assert look(home, number).pulls[number].changes_requested_by == ()


def test_the_newest_of_more_than_a_hundred_reviews_counts(home: Home) -> None:
    number = opened(home)
    home.reviewer.post(f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "No."})
    hub = home.town.playground.hub
    with hub.lock:
        for _ in range(101):
            submit_review(hub, home.pull(number), home.issue.author, "APPROVE", "")
    home.reviewer.post(f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "Still no."})
    assert "tomas" in look(home, number).pulls[number].changes_requested_by


def test_a_head_that_moved_is_the_head(home: Home) -> None:
    """G11: the old head's green is not its own."""
    number = opened(home)
    check(home, home.sha("feature"), "build", "success")
    entry = {"path": "src/b.txt", "mode": "100644", "type": "blob", "content": "more\n"}
    start = home.sha("feature")
    tree = home.maintainer.post("/git/trees", {"base_tree": start, "tree": [entry]})["sha"]
    made = home.maintainer.post("/git/commits", {"message": "More", "tree": tree, "parents": [start]})["sha"]
    home.maintainer.patch("/git/refs/heads/feature", {"sha": made})
    head = look(home, number).pulls[number].head
    assert (head.sha, head.checks) == (made, ())


# --- what stands in the way


def test_an_archived_repository_is_trouble(home: Home) -> None:
    hub = home.town.playground.hub
    with hub.lock:
        repositories.archive(hub, home.repository, home.repository.owner, archived=True)
    assert "archived" in (home.seen().trouble or "")


def test_a_locked_issue_is_trouble(home: Home) -> None:
    hub = home.town.playground.hub
    with hub.lock:
        issues.lock_issue(hub, home.issue, home.issue.author)
    assert "locked" in (home.seen().trouble or "")


def test_a_missing_issue_and_a_missing_repository_are_told_apart(home: Home) -> None:
    with pytest.raises(IssueGone):
        home.seen(issue=999)
    with pytest.raises(RepositoryGone):
        home.seen(full_name="acme/nowhere")
    number = opened(home)
    with pytest.raises(IssueGone):
        home.seen(issue=number)


def test_a_repository_without_a_commit_has_no_head(home: Home) -> None:
    empty = home.town.home(empty=True)
    assert empty.seen().base.head is None


def test_another_default_branch_is_the_base(home: Home) -> None:
    home.branch("trunk", {"src/a.txt": "trunk\n"})
    with home.town.playground.hub.lock:
        repositories.set_default_branch(
            home.town.playground.hub, home.repository, home.repository.owner, "trunk"
        )
    seen = home.seen(branch="trunk")
    assert seen.repository.default_branch == "trunk"
    assert seen.base.head is not None and seen.base.head.sha == home.sha("trunk")
    assert home.seen(branch="gone").base.head is None


def test_a_renamed_repository_answers_under_its_old_name_with_its_new(home: Home) -> None:
    """I4."""
    old, hub = home.full_name, home.town.playground.hub
    with hub.lock:
        repositories.rename(hub, home.repository, home.repository.owner, f"renamed-{home.repository.id}")
    assert home.seen(full_name=old).repository.full_name == home.full_name != old


def test_a_failed_question_is_unreachable(home: Home) -> None:
    home.town.fault("POST", "/graphql", "error_before", status=502)
    with pytest.raises(Unreachable):
        home.seen()


LOOK = Look("o/r", 1, "main", reading.Trigger("baton"), 1, "baton-app")


@pytest.mark.parametrize(
    "body",
    [
        '{"errors": [{"message": "Something went wrong"}]}',
        '{"data": {"repository": {}, "pulls": []}, "errors": [{"message": "Timeout", "path": ["pulls"]}]}',
        '{"data": null}',
    ],
)
def test_half_an_answer_is_no_answer(body: str) -> None:
    """I10."""
    with odd_server() as server:
        server.says(Says(200, body))
        with pytest.raises(Unreachable):
            observe(Connection(server.url, lambda: "token"), LOOK)


def test_checks_of_a_base_that_moved_between_two_pages_are_not_mixed() -> None:
    """Hazard G11."""

    def page(sha: str, more: bool) -> Says:
        contexts = {"pageInfo": {"hasNextPage": more, "endCursor": "100"}, "nodes": []}
        base = {"target": {"oid": sha, "statusCheckRollup": {"contexts": contexts}}}
        none = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
        issue = {"comments": none, "timelineItems": none}
        data = {"repository": {"base": base, "merge": None, "issue": issue}, "pulls": []}
        return Says(200, json.dumps({"data": data}))

    with odd_server() as server:
        server.says(page("a" * 40, more=True), page("b" * 40, more=False))
        with pytest.raises(Unreachable, match="moved"):
            observe(Connection(server.url, lambda: "token"), LOOK)


def test_the_labels_and_the_reviewer_that_writes_need_are_seen_by_node(home: Home) -> None:
    known = home.effects().ensure_label("label:x", "baton: working", "1d76db", "at work")
    seen = home.seen(reviewer="tomas")
    assert seen.label_nodes == {"baton: working": known["node_id"]}
    assert seen.reviewer_node == home.town.playground.inhabitants.people["reviewer"].user.node_id
    assert home.seen(reviewer="nobody-there").reviewer_node is None
