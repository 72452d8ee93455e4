"""Whoever may stop Baton has stopped it: pause, cancel, the label, the issue."""

from __future__ import annotations

from tests.story.test_approval import answer_to
from tests.story.world import World


def test_paused_work_is_kept_and_goes_on_when_somebody_resumes(world: World) -> None:
    world.plan_is_shown()
    world.cast.holds("backend-developer")
    world.mara.comments(world.issue, "/approve")
    world.until_baton_waits_for("backend-developer is at work.")
    world.mara.comments(world.issue, "/pause release freeze")
    world.until_baton_waits_for("Paused (release freeze): comment `/resume` to go on.")
    world.cast.lets_go("backend-developer")
    world.stays(3, lambda: world.mara.reads_pull_requests() == [])
    assert world.state_labels() == ["baton: paused"]
    world.mara.comments(world.issue, "/resume")
    world.stage_is_in_review()
    assert world.cast.calls.count("backend-developer") == 2


def test_cancelling_closes_the_pull_request_and_says_what_stays(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    world.ci.turns("green", world.stage_is_merged(), "push")
    world.stage_is_in_review()
    comment = world.mara.comments(world.issue, "/cancel wrong idea")
    reply = answer_to(world, comment)
    assert "What was merged stays" in reply
    assert "git revert" in reply
    world.until_state("cancelled")
    assert world.mara.reads_pull_requests() == []
    world.until(lambda: world.state_labels() == [], "no state label is left")


def test_removing_the_label_stops_and_leaves_the_pull_request_with_a_note(world: World) -> None:
    """C14, rule 3."""
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    pull = world.stage_is_in_review()
    world.mara.unlabels(world.issue)
    world.until_state("cancelled")
    notes = [each["body"] for each in world.mara.reads_comments(pull["number"])]
    assert any("The label was removed from the issue" in note for note in notes)
    assert world.open_pull()["number"] == pull["number"]


def test_a_new_label_begins_anew_and_closes_what_was_open(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    first = world.stage_is_in_review()
    world.mara.unlabels(world.issue)
    world.until_state("cancelled")
    world.mara.labels(world.issue)
    world.until(lambda: world.state() == "awaiting_approval", "there is a new plan to approve")
    world.until(lambda: world.mara.reads_pull_requests() == [], "the old pull request is closed")
    plans = [body for body in world.comments_of_baton() if "📋 Feature" in body]
    assert len(plans) == 2
    world.mara.comments(world.issue, "/approve")
    second = world.stage_is_in_review()
    assert second["head"]["ref"] == f"{first['head']['ref']}-2"


def test_a_closed_issue_stands_still_until_it_is_reopened(world: World) -> None:
    world.plan_is_shown()
    world.mara.closes(world.issue)
    world.until_baton_waits_for("The issue is closed: Baton stands still. Reopen it to go on.")
    comment = world.mara.comments(world.issue, "/approve")
    assert "The issue is closed. Reopen it first" in answer_to(world, comment)
    world.mara.reopens(world.issue)
    world.until_state("awaiting_approval")


def test_a_pull_request_closed_unmerged_is_a_no(world: World) -> None:
    """P8: nobody opens another one."""
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    pull = world.stage_is_in_review()
    world.tomas.asks("PATCH", f"/pulls/{pull['number']}", {"state": "closed"})
    world.until_baton_waits_for(f"#{pull['number']} was closed without a merge.")
    world.stays(3, lambda: world.mara.reads_pull_requests() == [])


def test_status_and_help_answer_everybody(world: World) -> None:
    world.plan_is_shown()
    status = world.otto.comments(world.issue, "/status")
    assert "Plan v1 is ready" in answer_to(world, status)
    wanted = world.otto.comments(world.issue, "/help")
    assert "- `/approve [vN]`" in answer_to(world, wanted)
