"""The document by which Baton looks: valid, answered in one request, at one or two points."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.acts import checks as check_acts
from bot.playground.acts import comments, issues, labels, merges, reviews, workflows
from bot.playground.state import Draft, PullRequest
from tests.playground.graphql.world import DOCUMENTS, World

FACTS = (DOCUMENTS / "facts.graphql").read_text()
NOTHING = "0" * 40


def look(world: World, **wanted: Any) -> dict[str, Any]:
    variables = {
        "owner": "acme", "name": "shop", "issue": 1, "seen": None, "labelled": None, "planComment": "none",
        "hasPlan": False, "pull": 0, "hasPull": False, "merge": NOTHING, "hasMerge": False, "base": "main",
    }  # fmt: skip
    data = world.data(FACTS, **{**variables, **wanted})
    assert isinstance(data, dict)
    return data


def test_a_look_at_a_labelled_issue_tells_the_generation_and_who_labelled(world: World) -> None:
    issue = world.issue()
    label = labels.create_label(world.hub, world.repository, world.mara, "baton")
    labels.add_labels(world.hub, issue, world.mara, [label])
    data = look(world)
    seen = data["repository"]["issue"]
    assert seen["labels"]["nodes"] == [{"id": label.node_id, "name": "baton"}]
    (event,) = seen["timelineItems"]["nodes"]
    assert event["__typename"] == "LabeledEvent"
    assert event["id"].startswith("LE_")
    assert event["actor"] == {"__typename": "User", "login": "mara", "databaseId": world.mara.id}
    assert data["repository"]["base"]["target"]["oid"] == world.repository.git.branch("main")
    assert data["repository"]["base"]["refUpdateRule"] is None


def test_a_look_costs_one_or_two_points_and_tells_what_is_left(world: World) -> None:
    world.issue()
    first = look(world)["rateLimit"]
    second = look(world)["rateLimit"]
    assert first["cost"] in (1, 2)
    assert second["remaining"] == first["remaining"] - second["cost"]
    assert first["resetAt"].endswith("Z")


def test_comments_tell_whose_they_are_and_whether_they_were_edited(world: World) -> None:
    issue = world.issue()
    own = comments.create_comment(world.hub, issue, world.bot, "The plan.")
    person = comments.create_comment(world.hub, issue, world.mara, "/approve")
    comments.edit_comment(world.hub, person, world.person("reviewer"), "/approve v2")
    comments.minimize(world.hub, own, world.bot, "outdated")
    first, second = look(world)["repository"]["issue"]["comments"]["nodes"]
    assert first["author"] == {"__typename": "Bot", "login": "baton-app", "databaseId": world.bot.id}
    assert (first["viewerDidAuthor"], first["isMinimized"], first["lastEditedAt"]) == (True, True, None)
    assert second["author"]["login"] == "mara"
    assert second["editor"] == {"login": world.person("reviewer").login}
    assert second["lastEditedAt"] > second["createdAt"]


def test_the_plan_comment_is_read_by_its_id_with_its_history(world: World) -> None:
    issue = world.issue()
    plan = comments.create_comment(world.hub, issue, world.bot, "first")
    comments.edit_comment(world.hub, plan, world.bot, "second")
    comments.edit_comment(world.hub, plan, world.mara, "[x] meddled")
    shown = look(world, planComment=plan.node_id, hasPlan=True)["plan"]
    assert shown["body"] == "[x] meddled"
    assert shown["editor"] == {"__typename": "User", "login": "mara"}
    logins = [each["editor"]["login"] for each in shown["userContentEdits"]["nodes"]]
    assert logins == ["mara", "baton-app", "baton-app"]


def test_comments_are_read_from_a_cursor_on_even_when_its_comment_is_gone(world: World) -> None:
    issue = world.issue()
    made = [comments.create_comment(world.hub, issue, world.mara, f"number {n}") for n in range(4)]
    cursor = world.data(
        '{ repository(owner: "acme", name: "shop") { issue(number: 1) { comments(first: 2) { '
        "pageInfo { endCursor hasNextPage } } } } }"
    )["repository"]["issue"]["comments"]["pageInfo"]["endCursor"]
    after = look(world, seen=cursor)["repository"]["issue"]["comments"]
    assert [each["body"] for each in after["nodes"]] == ["number 2", "number 3"]
    assert after["totalCount"] == 4
    comments.delete_comment(world.hub, made[1], world.mara)
    after = look(world, seen=cursor)["repository"]["issue"]["comments"]
    assert [each["body"] for each in after["nodes"]] == ["number 2", "number 3"]


def with_ci(world: World, pull: PullRequest, conclusion: str, event: str = "pull_request") -> None:
    run = workflows.start_run(
        world.hub, world.repository, pull.head_sha, event, "CI", ".github/workflows/ci.yml", pull.head_ref,
        pull.number, world.mara,
    )  # fmt: skip
    job = workflows.queue_job(world.hub, run, "test")
    workflows.start_job(world.hub, job)
    workflows.finish_job(world.hub, job, conclusion, "log", (), [])
    workflows.finish_run(world.hub, run, conclusion)


def test_a_pull_request_shows_its_checks_with_what_is_required(world: World) -> None:
    world.issue()
    world.repository.required_checks["main"] = ("test", "lint")
    pull = world.pull()
    with_ci(world, pull, "failure", "push")
    with_ci(world, pull, "success")
    check_acts.set_status(world.hub, world.repository, world.mara, pull.head_sha, "deploy", "pending")
    data = look(world, pull=pull.number, hasPull=True)["repository"]
    assert data["base"]["refUpdateRule"] == {"requiredStatusCheckContexts": ["test", "lint"]}
    rollup = data["pullRequest"]["commits"]["nodes"][0]["commit"]["statusCheckRollup"]
    assert rollup["state"] == "FAILURE"
    runs = [each for each in rollup["contexts"]["nodes"] if each["__typename"] == "CheckRun"]
    assert sorted((each["checkSuite"]["workflowRun"]["event"], each["conclusion"]) for each in runs) == [
        ("pull_request", "SUCCESS"), ("push", "FAILURE"),
    ]  # fmt: skip
    assert all(each["isRequired"] for each in runs)
    assert runs[0]["checkSuite"]["app"] == {"databaseId": 15368, "slug": "github-actions"}
    assert runs[0]["checkSuite"]["workflowRun"]["workflow"] == {"name": "CI"}
    (status,) = [each for each in rollup["contexts"]["nodes"] if each["__typename"] == "StatusContext"]
    assert (status["context"], status["state"], status["isRequired"]) == ("deploy", "PENDING", False)
    assert status["creator"] == {"login": "mara"}


def test_a_commit_without_checks_has_no_rollup(world: World) -> None:
    world.issue()
    pull = world.pull()
    seen = look(world, pull=pull.number, hasPull=True)["repository"]["pullRequest"]
    assert seen["commits"]["nodes"][0]["commit"]["statusCheckRollup"] is None


def test_mergeable_is_unknown_at_first_and_known_at_the_next_look(world: World) -> None:
    world.issue()
    pull = world.pull()
    looks = [
        look(world, pull=pull.number, hasPull=True)["repository"]["pullRequest"]["mergeable"] for _ in "ab"
    ]
    assert looks == ["UNKNOWN", "MERGEABLE"]


def test_a_merged_pull_request_shows_who_merged_it_and_the_commit(world: World) -> None:
    world.issue()
    pull = world.pull()
    sha = merges.merge_pull(world.hub, pull, world.mara, "squash")
    data = look(world, pull=pull.number, hasPull=True, merge=sha, hasMerge=True)["repository"]
    seen = data["pullRequest"]
    assert (seen["state"], seen["merged"], seen["mergeCommit"]) == ("MERGED", True, {"oid": sha})
    assert seen["mergedBy"] == {"__typename": "User", "login": "mara"}
    assert data["merge"]["oid"] == sha
    assert data["merge"]["tree"]["oid"] == world.repository.git.commit(sha).tree
    assert seen["commits"]["nodes"][0]["commit"]["oid"] == pull.head_sha


def test_reviews_and_their_threads_are_shown(world: World) -> None:
    world.issue()
    pull = world.pull()
    reviewer = world.person("reviewer")
    draft = Draft("feature.txt", "Why new?", 1)
    review = reviews.submit_review(world.hub, pull, reviewer, "REQUEST_CHANGES", "Not yet.", (draft,))
    reviews.resolve_thread(world.hub, pull.threads[0], reviewer)
    seen = look(world, pull=pull.number, hasPull=True)["repository"]["pullRequest"]
    (shown,) = seen["reviews"]["nodes"]
    assert (shown["databaseId"], shown["state"], shown["body"]) == (
        review.id,
        "CHANGES_REQUESTED",
        "Not yet.",
    )
    assert shown["commit"] == {"oid": pull.head_sha}
    (thread,) = seen["reviewThreads"]["nodes"]
    assert (thread["path"], thread["line"], thread["isResolved"], thread["isOutdated"]) == (
        "feature.txt",
        1,
        True,
        False,
    )
    assert [each["body"] for each in thread["comments"]["nodes"]] == ["Why new?"]


@pytest.mark.parametrize(("body", "by_merge"), [("Closes #1", True), ("Part of #1", False)])
def test_a_close_by_a_merge_is_told_from_a_close_by_a_person(world: World, body: str, by_merge: bool) -> None:
    issue = world.issue()
    pull = world.pull()
    pull.issue.body = body
    merges.merge_pull(world.hub, pull, world.mara)
    issues.close_issue(world.hub, issue, world.mara)
    (event,) = look(world)["repository"]["issue"]["timelineItems"]["nodes"]
    assert event["__typename"] == "ClosedEvent"
    home = {"databaseId": world.repository.id}
    expected = {"__typename": "PullRequest", "number": pull.number, "repository": home}
    assert event["closer"] == (expected if by_merge else None)
