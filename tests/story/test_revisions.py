"""`/revise` voids the approval and makes another plan; what is merged stays."""

from __future__ import annotations

from tests.story.cast import call
from tests.story.conftest import PLAN
from tests.story.test_approval import answer_to
from tests.story.world import World

OTHER = {**PLAN, "feature": "Greeting by name, politely"}


def test_a_revision_edits_the_one_plan_comment_and_needs_its_own_yes(world: World) -> None:
    """Rule 5, C3."""
    world.plan_is_shown()
    world.cast.plays("implementation-orchestrator", [call("submit_plan", **OTHER)])
    world.mara.comments(world.issue, "/revise be polite")
    world.until_baton_waits_for("Plan v2 is ready")
    shown = world.comment_with("📋 Feature: Greeting by name, politely")
    assert "- v1, replaced: mara wanted “be polite”\n- v2, waiting for approval" in shown
    assert world.cast.told["implementation-orchestrator"][-1].count("be polite") >= 1
    world.mara.comments(world.issue, "/approve v2")
    assert "politely" in world.stage_is_in_review()["title"]


def test_a_revision_after_the_approval_voids_it_at_once(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    world.ci.turns("green", world.stage_is_merged(), "push")
    world.stage_is_in_review()
    world.cast.plays("implementation-orchestrator", [call("submit_plan", **OTHER)])
    world.mara.comments(world.issue, "/revise be polite")
    world.until_baton_waits_for("Plan v2 is ready")
    assert "- [x] 1. Backend" in world.comment_with("📋 Feature")
    world.mara.comments(world.issue, "/approve v2")
    world.until_state("in_review")
    assert world.cast.calls.count("backend-developer") == 2


def test_a_stage_is_struck_before_the_approval_by_another_revision(world: World) -> None:
    world.plan_is_shown()
    refused = world.mara.comments(world.issue, "/skip testing: no time")
    assert "Backend tests are never skipped" in answer_to(world, refused)
    refused = world.mara.comments(world.issue, "/skip review: no time")
    assert "The review is never skipped" in answer_to(world, refused)


def test_a_stage_that_is_struck_in_review_is_closed_and_listed_with_who_said_so(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    pull = world.stage_is_in_review()
    world.mara.comments(world.issue, "/skip backend: it is there already")
    world.until(lambda: "test-engineer" in world.cast.calls, "the next stage begins")
    assert pull["number"] not in [each["number"] for each in world.mara.reads_pull_requests()]
    world.until(
        lambda: "- Backend is skipped: mara wrote: it is there already" in world.comment_with("📋 Feature"),
        "the plan lists it",
    )


def test_a_wish_while_an_agent_asks_is_the_answer_too(world: World) -> None:
    world.cast.plays("backend-developer", [call("ask_maintainer", kind="approach", question="Which way?")])
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    world.until_baton_waits_for("backend-developer asks: Which way? Answer with `/proceed`.")
    world.cast.plays("implementation-orchestrator", [call("submit_plan", **OTHER)])
    world.mara.comments(world.issue, "/revise be polite")
    world.until_baton_waits_for("Plan v2 is ready")
    world.until(
        lambda: "**Answered by mara:** be polite" in world.comment_with("❓ backend-developer asks"),
        "the question shows its answer",
    )
