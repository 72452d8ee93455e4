"""From the label to the report: one stage at a time, each merged by a person and green on base."""

from __future__ import annotations

import base64

from bot.playground.official.checking import Checker
from tests.story.world import World


def test_a_labelled_issue_becomes_a_completed_feature(world: World) -> None:
    """R007, R016, R114, R117."""
    world.plan_is_shown()
    assert "1. Backend: Greet by name - backend-developer" in world.comment_with(
        "📋 Feature: Greeting by name"
    )
    world.mara.comments(world.issue, "/approve")
    for stage in ("backend", "testing"):
        pull = world.stage_is_in_review()
        assert pull["head"]["ref"].endswith(stage)
        world.until(
            lambda: [each["login"] for each in world.open_pull()["requested_reviewers"]] == ["mara"], "asked"
        )
        sha = world.stage_is_merged()
        world.ci.turns("green", sha, "push")
    learned = world.stage_is_in_review()
    assert learned["title"] == "Greeting by name: Review the greeting (3/3)"
    world.ci.turns("green", world.stage_is_merged(), "push")
    world.until_state("completed")

    assert world.mara.reads_issue(world.issue)["state"] == "closed"
    world.until(lambda: world.state_labels() == ["baton: done"], "the label says it is done")
    report = world.comment_with("✅ Feature Complete: Greeting by name")
    assert "- Backend: `backend/greet.py`" in report
    assert "- Tests: `backend/tests/test_greet.py`" in report
    first = world.comment_with("🔨 Task 1/3: Greet by name")
    assert "✅ Task 1 Complete" in first
    assert "Updated: `backend/greet.py`" in first
    assert "Ready for: Testing: Test the greeting" in first
    conventions = world.mara.asks("GET", "/contents/CLAUDE.md")
    assert "- Backend: Names are never empty." in base64.b64decode(conventions["content"]).decode()


def test_what_was_done_on_github_is_what_a_well_behaved_app_does(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    for _ in range(3):
        world.ci.turns("green", world.stage_is_merged(), "push")
    world.until_state("completed")
    report = world.referee()
    for fault in (
        "doubled",
        "too_fast",
        "during_retry_after",
        "outside_token",
        "forced_updates",
        "protected_paths",
    ):
        assert report[fault] == []
    # Four requests a stage for git data, one each for pull request, gate and comment, two to show; ten besides.
    assert report["requests"]["writes"] <= 3 * 8 + 10, report["requests"]["by_kind"]
    assert world.playground.recording.violations(Checker()) == []


def test_nothing_is_built_before_somebody_approves(world: World) -> None:
    world.plan_is_shown()
    world.stays(
        3,
        lambda: (
            world.mara.reads_pull_requests() == [] and world.cast.calls == ["implementation-orchestrator"]
        ),
    )


def test_the_next_stage_waits_until_the_pull_request_is_merged(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    pull = world.stage_is_in_review()
    world.ci.turns("green", pull["head"]["sha"], "pull_request")
    world.until_baton_waits_for(f"#{pull['number']} is green and ready: review and merge it.")
    world.stays(3, lambda: "test-engineer" not in world.cast.calls)


def test_the_next_stage_waits_until_base_is_green(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    sha = world.stage_is_merged()
    world.ci.turns("red", sha, "push")
    world.until_baton_waits_for(f"`tests` is red on main at {sha[:7]}, after the backend stage was merged")
    world.stays(2, lambda: "test-engineer" not in world.cast.calls)
    world.ci.turns("green", sha, "push")
    world.stage_is_in_review()
    assert "test-engineer" in world.cast.calls


def test_a_later_green_head_of_base_frees_the_next_stage(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    world.ci.turns("red", world.stage_is_merged(), "push")
    world.until_baton_waits_for("is red on main")
    mended = world.tomas.asks(
        "PUT",
        "/contents/mended.txt",
        {"message": "Mend base", "content": base64.b64encode(b"mended\n").decode(), "branch": "main"},
    )["commit"]["sha"]
    world.ci.turns("green", mended, "push")
    world.until(lambda: "test-engineer" in world.cast.calls, "the next stage begins")


def test_where_ci_runs_on_pull_requests_only_their_verdict_stands_for_the_same_files(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    world.stage_is_merged()
    world.until(lambda: "test-engineer" in world.cast.calls, "the next stage begins")
    world.until(
        lambda: "its files equal those of #" in world.comment_with("📋 Feature: Greeting by name"),
        "the plan lists that base was not checked itself",
    )


def test_squash_and_rebase_count_as_merges(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    world.ci.turns("green", world.stage_is_merged("squash"), "push")
    world.ci.turns("green", world.stage_is_merged("rebase"), "push")
    world.stage_is_in_review()
    assert "Updated: `backend/greet.py`" in world.comment_with("🔨 Task 1/3")
    created = "Created: `backend/tests/test_greet.py`"
    world.until(
        lambda: created in world.comment_with("🔨 Task 2/3"), "the stage's comment says what it brought"
    )


def test_what_was_learned_is_written_anew_where_another_feature_got_there_first(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    for _ in range(2):
        world.ci.turns("green", world.stage_is_merged(), "push")
    first = world.stage_is_in_review()
    known = world.mara.asks("GET", "/contents/CLAUDE.md")
    text = base64.b64decode(known["content"]).decode() + "\nSomebody else's learning.\n"
    sha = world.tomas.asks(
        "PUT",
        "/contents/CLAUDE.md",
        {
            "message": "Learn something else",
            "content": base64.b64encode(text.encode()).decode(),
            "sha": known["sha"],
            "branch": "main",
        },
    )["commit"]["sha"]
    world.ci.turns("green", sha, "push")
    world.until(
        lambda: (
            [pull["head"]["ref"] for pull in world.mara.reads_pull_requests()]
            == [f"{first['head']['ref']}-2"]
        ),
        "another pull request takes its place",
    )
    world.ci.turns("green", world.stage_is_merged(), "push")
    world.until_state("completed")
    conventions = base64.b64decode(world.mara.asks("GET", "/contents/CLAUDE.md")["content"]).decode()
    assert "Somebody else's learning." in conventions
    assert "- Backend: Names are never empty." in conventions
