"""`/retry` answers “try again” where that is offered, and else lets the agent of the current stage work again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.facts.remembered import Ending, ReviewFinding, RunEnding, RunResult
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


def fixing() -> Life:
    """Everything is built, and what the reviewer wants changed in the backend is mended."""
    found = ReviewFinding("backend/app/x.py", 1, "major", "It leaks.")
    life = an_approved_plan().built().reviewed(approved=False, findings=(found,))
    return life.attempt("backend-fix1.1")


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


@pytest.mark.parametrize(
    ("life", "number", "state"),
    [
        (fixing(), 5, "Stage 5 is done; the current one is 3 (backend fix)"),
        (fixing(), 6, "Stage 6 is not begun yet; the current one is 3 (backend fix)"),
        (an_approved_plan(), 99, "There is no stage 99 in the plan; the current one is 1 (database stage)"),
        (an_approved_plan().record(StageKind.DATABASE, skipped="no"), 1, "Stage 1 is skipped; the current"),
        (an_approved_plan().in_review(StageKind.API), 2, "Stage 2 is in review and waits; the current"),
        (an_approved_plan().merged(StageKind.DATABASE), 2, "Stage 2 is not begun yet; the current one is 1"),
    ],
    ids=["done", "after a fix", "not there", "skipped", "in review", "after a merge"],
)
def test_a_number_is_answered_with_that_stages_own_state(life: Life, number: int, state: str) -> None:
    assert refusal(life, f"/retry {number}", id=AFTER_IT).startswith(state)


def test_a_wrong_number_decides_nothing_at_a_question_either() -> None:
    assert refusal(gave_up(), "/retry 5", id=AFTER_IT).startswith("Stage 5 is not begun yet;")
    assert heard(gave_up(), "/retry 1", id=AFTER_IT).decisions


def test_before_the_approval_there_is_no_stage_to_work_on() -> None:
    assert refusal(a_plan(), "/retry 3") == (
        "No plan is approved, so stage 3 is not worked on: `/retry` alone has the plan drawn up again."
    )


@pytest.mark.parametrize("life", [a_plan(), an_approved_plan().attempt(StageKind.DATABASE), gave_up()])
def test_without_money_nothing_is_begun_and_the_budgets_sentence_says_so(life: Life) -> None:
    spent = life.remember(cost=99.0)
    assert refusal(spent, "/retry", id=AFTER_IT).startswith("This feature has cost $99.00 of the $")


def test_without_money_it_still_looks_again() -> None:
    life = an_approved_plan().merged(StageKind.DATABASE).remember(cost=99.0)
    assert heard(life, "/retry").reactions == ("EYES",)


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
