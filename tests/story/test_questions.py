"""What only a person can decide is asked once, answered with `/proceed`, and never forgotten."""

from __future__ import annotations

from tests.story.cast import call
from tests.story.conftest import PLAN
from tests.story.test_approval import answer_to
from tests.story.world import World

ASKING = {
    **PLAN,
    "questions": [
        {
            "kind": "requirements",
            "question": "Which greeting is meant?",
            "options": ["hello", "good day"],
            "recommended": "hello",
        }
    ],
}


def test_the_planners_question_is_answered_before_its_plan_is_shown(world: World) -> None:
    world.cast.plays("implementation-orchestrator", [call("submit_plan", **ASKING)])
    world.mara.labels(world.issue)
    world.until_baton_waits_for("The planner needs to know: Which greeting is meant?")
    asked = world.comment_with("❓ The planner needs to know: Which greeting is meant?")
    assert "1. hello (recommended)\n2. good day" in asked
    assert not any("📋 Feature" in body for body in world.comments_of_baton())
    world.cast.plays("implementation-orchestrator", [call("submit_plan", **PLAN)])
    world.mara.comments(world.issue, "/proceed 2\nas we say at home")
    world.until_baton_waits_for("comment `/approve` to start")
    world.until(
        lambda: "**Answered by mara:** good day: as we say at home" in world.comment_with("❓ The planner"),
        "the question shows its answer",
    )


def test_an_approval_before_the_question_is_answered_says_what_comes_first(world: World) -> None:
    world.cast.plays("implementation-orchestrator", [call("submit_plan", **ASKING)])
    world.mara.labels(world.issue)
    world.until_baton_waits_for("The planner needs to know")
    comment = world.mara.comments(world.issue, "/approve")
    assert "Baton asks something first" in answer_to(world, comment)


def test_an_agents_question_goes_back_to_it_with_the_answer(world: World) -> None:
    working = world.cast.parts["backend-developer"]
    world.cast.plays(
        "backend-developer",
        [
            call(
                "ask_maintainer",
                kind="approach",
                question="In which language?",
                options=["English", "German"],
            )
        ],
    )
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    world.until_baton_waits_for("backend-developer asks: In which language? Answer with `/proceed`.")
    world.cast.plays("backend-developer", *working)
    world.mara.comments(world.issue, "/proceed german")
    world.stage_is_in_review()
    assert world.cast.told["backend-developer"][-1].count("German") >= 1


def test_a_closed_pull_request_is_asked_about_and_tried_again(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    first = world.stage_is_in_review()
    world.tomas.asks("PATCH", f"/pulls/{first['number']}", {"state": "closed"})
    world.until_baton_waits_for(f"#{first['number']} was closed without a merge.")
    world.mara.comments(world.issue, "/proceed 1")
    world.until(lambda: len(world.mara.reads_pull_requests()) == 1, "another pull request is open")
    assert world.open_pull()["head"]["ref"] == f"{first['head']['ref']}-2"


def test_a_closed_pull_request_that_is_reopened_goes_on(world: World) -> None:
    """P9."""
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    first = world.stage_is_in_review()
    world.tomas.asks("PATCH", f"/pulls/{first['number']}", {"state": "closed"})
    world.until_baton_waits_for("was closed without a merge.")
    world.tomas.asks("PATCH", f"/pulls/{first['number']}", {"state": "open"})
    world.until(
        lambda: "No longer asked" in world.comment_with(f"❓ #{first['number']} was closed"),
        "the question lapses",
    )
    world.stage_is_merged()


def test_an_answer_to_nothing_is_refused(world: World) -> None:
    world.plan_is_shown()
    comment = world.mara.comments(world.issue, "/proceed 1")
    assert "Nothing is asked, so there is nothing to answer." in answer_to(world, comment)


def test_a_repository_without_ci_is_asked_about_once(world: World) -> None:
    """G1."""
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    pull = world.stage_is_in_review()
    world.until_baton_waits_for("so nothing shows that it works.")
    world.mara.comments(world.issue, "/proceed 1")
    world.until_baton_waits_for("is ready: review and merge it.")
    world.tomas.merges(pull["number"])
    world.until(lambda: "test-engineer" in world.cast.calls, "the next stage begins")


def test_a_red_base_may_be_gone_over_by_a_persons_word(world: World) -> None:
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    world.ci.turns("red", world.stage_is_merged(), "push")
    world.until_baton_waits_for("is red on main")
    world.until(lambda: any("❓" in body for body in world.comments_of_baton()), "it is asked")
    world.mara.comments(world.issue, "/proceed go on all the same")
    world.until(lambda: "test-engineer" in world.cast.calls, "the next stage begins")


def test_a_reviewer_who_wants_what_no_agent_may_change_is_decided_about(world: World) -> None:
    world.cast.plays(
        "code-reviewer",
        [call("submit_review", verdict="changes", findings=[{"path": "LICENSE", "line": 1, "severity": "major", "message": "There is none."}])],
    )  # fmt: skip
    world.plan_is_shown()
    world.mara.comments(world.issue, "/approve")
    for _ in range(2):
        world.ci.turns("green", world.stage_is_merged(), "push")
    world.until_baton_waits_for("code-reviewer wants changes before the feature is complete")
    world.mara.comments(world.issue, "/proceed 2")
    world.until(lambda: len(world.mara.reads_pull_requests()) == 1, "what was learned is proposed")


def test_a_pasted_key_answers_nothing_and_the_reply_says_where_it_belongs(world: World) -> None:
    world.cast.plays("implementation-orchestrator", [call("submit_plan", **ASKING)])
    world.mara.labels(world.issue)
    world.until_baton_waits_for("The planner needs to know: Which greeting is meant?")
    key = "ghp_" + "a1B2" * 9
    reply = answer_to(world, world.mara.comments(world.issue, f"/proceed hello\nwith {key}"))
    assert "Secrets belong into the repository's settings" in reply and key not in reply
    world.until_baton_waits_for("The planner needs to know: Which greeting is meant?")
