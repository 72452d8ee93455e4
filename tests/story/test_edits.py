"""What people edit steers nothing: it is put back or noticed, once, with what does steer."""

from __future__ import annotations

from tests.story.world import World


def plan_comment(world: World) -> dict[str, object]:
    comments = world.mara.reads_comments(world.issue)
    return next((each for each in comments if "📋 Feature:" in each["body"]), {"body": ""})


def test_an_edited_plan_comment_is_put_back_with_a_pointer_to_revise(world: World) -> None:
    world.plan_is_shown()
    shown = plan_comment(world)
    for _ in range(2):
        world.mara.edits_comment(int(str(shown["id"])), "- [x] everything is done, go home")
        world.until(lambda: plan_comment(world)["body"] == shown["body"], "it is put back")
    world.comment_with("Somebody edited the plan's comment; Baton puts it back")
    world.mara.comments(world.issue, "/approve")
    world.stage_is_in_review()


def test_an_issue_that_is_edited_after_the_plan_is_noticed_once(world: World) -> None:
    """C16."""
    world.plan_is_shown()
    for text in ("Now in French.", "Now in Greek."):
        world.mara.asks("PATCH", f"/issues/{world.issue}", {"body": text})
        world.until(
            lambda: any("The issue was edited after the plan" in body for body in world.comments_of_baton()),
            "it is noticed",
        )
    world.stays(3, lambda: world.state() == "awaiting_approval")
    assert "Comment `/revise`" in world.comment_with("The issue was edited after the plan was made")


def test_an_answered_question_is_folded_away(world: World) -> None:
    pull = world.first_stage_is_in_review()
    world.mara.closes(pull["number"])
    world.until(lambda: any("❓" in body for body in world.comments_of_baton()), "it is asked")
    world.mara.comments(world.issue, "/proceed 1")
    world.until(lambda: world.minimized() == ["❓"], "the answered question is folded away")


def test_what_an_earlier_life_has_left_is_folded_away(world: World) -> None:
    world.plan_is_shown()
    world.mara.unlabels(world.issue)
    world.until_state("cancelled")
    world.mara.labels(world.issue)
    world.until(lambda: world.minimized() == ["##"], "the older plan is folded away")
