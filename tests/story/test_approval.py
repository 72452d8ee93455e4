"""An approval is a new, unedited comment of somebody who may, about the plan that is shown."""

from __future__ import annotations

from tests.story.world import World


def answer_to(world: World, comment: int) -> str:
    """Baton's reply to this comment."""
    key = f'"key":"{comment}"'
    world.until(lambda: any(key in body for body in world.comments_of_baton()), "Baton replies")
    return next(body for body in world.comments_of_baton() if key in body)


def reacted(world: World, comment: int, *contents: str) -> None:
    world.until(
        lambda: sorted(world.mara.reads_reactions(comment)) == sorted(contents), f"Baton reacts {contents}"
    )


def test_an_approval_is_acknowledged_and_starts_the_work(world: World) -> None:
    world.plan_is_shown()
    comment = world.mara.comments(world.issue, "Looks good to me.\n\n/approve v1")
    reacted(world, comment, "eyes", "rocket")
    assert world.stage_is_in_review()["title"] == "Greeting by name: Greet by name (1/3)"


def test_an_outsiders_approval_is_refused_once(world: World) -> None:
    world.plan_is_shown()
    first = world.otto.comments(world.issue, "/approve")
    reacted(world, first, "confused")
    assert "Only people with write permission on this repository can command Baton" in answer_to(world, first)
    second = world.otto.comments(world.issue, "/approve")
    reacted(world, second, "confused")
    replies = [body for body in world.comments_of_baton() if "Only people with write permission" in body]
    assert len(replies) == 1
    assert world.state() == "awaiting_approval"


def test_triage_permission_is_not_enough(world: World) -> None:
    world.plan_is_shown()
    reacted(world, world.tove.comments(world.issue, "/approve"), "confused")
    assert world.state() == "awaiting_approval"


def test_an_edited_comment_is_no_approval(world: World) -> None:
    world.plan_is_shown()
    comment = world.mara.comments(world.issue, "I am reading the plan.")
    world.mara.edits_comment(comment, "/approve")
    assert "Edited comments are not commands. Write it as a new comment." in answer_to(world, comment)
    assert world.state() == "awaiting_approval"


def test_a_quoted_approval_is_silence(world: World) -> None:
    world.plan_is_shown()
    comment = world.mara.comments(world.issue, "> /approve\n\nWhy should we?")
    world.stays(3, lambda: world.mara.reads_reactions(comment) == [] and world.state() == "awaiting_approval")


def test_an_approval_before_there_is_a_plan_is_refused_and_stays_refused(world: World) -> None:
    """C2."""
    world.cast.holds("implementation-orchestrator")
    world.mara.labels(world.issue)
    world.until_state("planning")
    comment = world.mara.comments(world.issue, "/approve")
    assert "There is no plan to approve yet." in answer_to(world, comment)
    world.cast.lets_go("implementation-orchestrator")
    world.until_baton_waits_for("comment `/approve` to start")
    world.stays(2, lambda: world.state() == "awaiting_approval")


def test_an_approval_of_another_revision_is_refused(world: World) -> None:
    world.plan_is_shown()
    comment = world.mara.comments(world.issue, "/approve v7")
    assert "does not name the plan that is shown: that is v1." in answer_to(world, comment)


def test_an_approval_with_a_condition_is_refused(world: World) -> None:
    world.plan_is_shown()
    comment = world.mara.comments(world.issue, "/approve only the database stage")
    assert "“only the database stage”" in answer_to(world, comment)
    assert world.state() == "awaiting_approval"


def test_a_second_approval_changes_nothing(world: World) -> None:
    """C1."""
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    again = world.tomas.comments(world.issue, "/approve")
    reacted(world, again, "eyes")
    world.stage_is_in_review()
    assert world.cast.calls.count("backend-developer") == 2


def test_a_label_by_somebody_who_may_not_command_begins_nothing(world: World) -> None:
    """C13."""
    world.tove.labels(world.issue)
    world.until(
        lambda: any("does not have write permission here" in body for body in world.comments_of_baton()),
        "Baton says why",
    )
    assert world.cast.calls == []
