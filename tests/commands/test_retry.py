"""`/retry` answers “try again” where that is offered, and else lets the agent of the current stage work again."""

from __future__ import annotations

from dataclasses import replace

from bot.facts.remembered import Ending, RunEnding, RunResult
from bot.facts.seen import Check, CheckState
from bot.moves import Reply, Revise, RunAgain
from bot.plan.stage_kind import StageKind
from tests.commands.saying import heard, refusal
from tests.world import ALICE, Life, a_feature, a_plan, an_approved_plan, commit

AFTER_IT = 6000


def gave_up() -> Life:
    """The story stands at the question what to do about it."""
    result = RunResult(RunEnding.GAVE_UP, "the model refused.")
    life = an_approved_plan().attempt(StageKind.DATABASE).announced(StageKind.DATABASE)
    return life.run("database/1", result).asked()


def test_where_trying_again_is_offered_it_is_the_answer() -> None:
    (key,) = gave_up().remembered.questions
    assert heard(gave_up(), "/retry", id=AFTER_IT).decisions == (Reply(key, ALICE, "Try again", ""),)


def test_another_question_is_answered_first() -> None:
    asks = RunResult(RunEnding.ASKED, "Soft deletes?", options=("Yes", "No"))
    life = an_approved_plan().attempt(StageKind.DATABASE).announced(StageKind.DATABASE)
    life = life.run("database/1", asks).asked()
    assert refusal(life, "/retry", id=AFTER_IT) == (
        "Baton asks something first: supabase-architect asks: Soft deletes? Answer it with `/proceed`."
    )


def test_at_a_question_that_was_left_to_people_github_is_looked_at_again() -> None:
    """It is answered, and stands open only so that they may think again."""
    red = Check("test", CheckState.RED)
    life = an_approved_plan().merged(StageKind.DATABASE)
    merge = replace(commit("database merge"), checks=(red,))
    life = life.see(merges={merge.sha: merge}).base(head=merge).asked()
    assert refusal(life, "/retry", id=AFTER_IT).startswith("Baton asks something first:")
    left = life.answered("I mend it")
    assert heard(left, "/retry", id=AFTER_IT).decisions == ()


def test_before_the_approval_the_plan_is_drawn_up_again() -> None:
    assert heard(a_plan(), "/retry").decisions == (
        Revise(ALICE, "Draw the plan up again from the beginning."),
    )
    assert refusal(a_feature(), "/retry").startswith("A plan is being drawn up already.")


def test_the_current_stage_is_worked_on_again_whether_or_not_its_pull_request_is_open() -> None:
    at_work = an_approved_plan().attempt(StageKind.DATABASE).run("database/1")
    for life in (an_approved_plan(), at_work, an_approved_plan().in_review(StageKind.DATABASE)):
        assert heard(life, "/retry").decisions == (RunAgain("database", ALICE),)
        assert heard(life, "/retry 1").decisions == (RunAgain("database", ALICE),)


def test_another_stages_number_is_refused_with_the_current_one() -> None:
    life = an_approved_plan().finished(StageKind.DATABASE)
    assert refusal(life, "/retry 3") == (
        "Stage 3 is not begun yet; the current one is 2 (api stage): `/retry` alone means that one."
    )
    assert refusal(life, "/retry 1").startswith("Stage 1 is done;")


def test_what_waits_for_github_is_looked_at_again() -> None:
    said = heard(an_approved_plan().merged(StageKind.DATABASE), "/retry")
    assert said.decisions == () and said.reactions == ("EYES",)


def test_a_paused_an_ended_and_a_closed_one_are_told_first() -> None:
    assert refusal(a_plan().generation(paused=""), "/retry").startswith("The feature is paused.")
    assert refusal(a_plan().ended(Ending.CANCELLED), "/retry").startswith("This feature has ended.")
    assert refusal(a_plan().issue(is_open=False), "/retry").startswith("The issue is closed.")


def test_a_retry_from_before_the_question_does_not_answer_it() -> None:
    life = gave_up()
    (question,) = life.remembered.questions.values()
    early = life.remember(questions={question.key: replace(question, comment_id=AFTER_IT + 1)})
    assert refusal(early, "/retry", id=AFTER_IT).startswith("Baton asks something first:")
