"""`/approve`: exactly the plan that is shown, by a comment that was written after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.facts.remembered import Ending, RunEnding, RunResult, Wish
from bot.moves import Approve
from bot.plan.plan import PlannersQuestion
from tests.commands.saying import heard, refusal
from tests.world import (
    ALICE,
    BOB,
    NOW,
    PLAN,
    PLAN_COMMENT,
    Life,
    a_feature,
    a_plan,
    an_approved_plan,
    an_issue,
)

SHOWN = NOW - timedelta(hours=1)


def a_second_revision() -> Life:
    return a_plan().with_plan(replace(PLAN, feature="Smaller notifications"), 2)


@pytest.mark.parametrize("body", ["/approve", "/approve v1", "/approve 🚀", "@baton-app approve"])
def test_it_approves_the_plan_that_is_shown(body: str) -> None:
    yes = heard(a_plan(), body, BOB)
    assert yes.decisions == (Approve(1, PLAN.hash, BOB),)
    assert (yes.reactions, yes.reply, yes.verdict) == (("EYES", "ROCKET"), None, "approved plan v1")


def test_before_there_is_a_plan_it_is_refused() -> None:
    """C2."""
    reply = "There is no plan to approve yet. Wait for the plan, read it, then write `/approve` again."
    assert refusal(a_feature(), "/approve") == reply
    assert refusal(a_feature().with_plan(shown=False), "/approve") == reply


def test_written_before_the_plan_it_is_refused() -> None:
    """C2."""
    assert refusal(a_plan(), "/approve", id=PLAN_COMMENT - 1) == (
        "This `/approve` was not written after plan v1 was shown. Read the plan, then write `/approve v1`."
    )


def test_another_revision_than_the_shown_one_is_refused() -> None:
    """C3."""
    assert refusal(a_plan(), "/approve v2") == (
        "`/approve v2` does not name the plan that is shown: that is v1. Read it, then write `/approve v1`."
    )
    assert refusal(an_approved_plan(), "/approve v2").startswith("`/approve v2` does not name the plan")


@pytest.mark.parametrize(
    ("at", "body", "counts"),
    [
        (SHOWN + timedelta(seconds=1), "/approve", True),
        (SHOWN, "/approve v2", True),
        (SHOWN, "/approve", False),
        (SHOWN - timedelta(seconds=1), "/approve v2", False),
    ],
    ids=["a second later", "same second, by name", "same second", "a second before"],
)
def test_a_later_revision_is_approved_by_githubs_clock(at: datetime, body: str, counts: bool) -> None:
    """Rule 4."""
    if counts:
        assert heard(a_second_revision(), body, created_at=at).decisions
    else:
        assert "Read the plan, then write `/approve v2`." in refusal(a_second_revision(), body, created_at=at)


def test_an_approval_binds_to_the_hash_of_what_was_shown() -> None:
    """Rule 4, C3."""
    (decision,) = heard(a_second_revision(), "/approve").decisions
    assert isinstance(decision, Approve) and decision.revision == 2 and decision.hash != PLAN.hash


def test_while_paused_it_is_to_be_written_again() -> None:
    reply = "The feature is paused. Write `/resume`, then `/approve` again."
    assert refusal(a_plan().generation(paused=""), "/approve") == reply
    assert refusal(a_feature().generation(paused=""), "/approve") == reply


def test_the_planners_question_is_answered_first() -> None:
    asks = PlannersQuestion("choice", "Polling or SSE?")
    life = a_feature().with_plan(replace(PLAN, questions=(asks,)), shown=False).asked()
    assert refusal(life, "/approve") == (
        "Baton asks something first: The planner needs to know: Polling or SSE? Answer it with `/proceed`."
    )


def test_while_another_plan_is_drawn_up_there_is_nothing_to_approve() -> None:
    """C2."""
    life = a_plan().remember(wishes=(Wish(2000, BOB, NOW, "be polite"),))
    assert refusal(life, "/approve") == (
        "Another plan is being drawn up. Wait for it, read it, then write `/approve` again."
    )


def test_while_the_next_draft_waits_for_an_answer_it_is_not_waited_for() -> None:
    life = an_approved_plan().remember(wishes=(Wish(2000, BOB, NOW - timedelta(minutes=30), "be polite"),))
    life = life.run("plan/2", RunResult(RunEnding.GAVE_UP, "Too many turns.")).asked()
    assert refusal(life, "/approve", id=9000) == (
        "Baton asks something first: implementation-orchestrator could not go on: Too many turns. "
        "How shall it go on? Answer it with `/proceed`."
    )


def test_a_second_approval_is_acknowledged_and_changes_nothing() -> None:
    """C1."""
    again = heard(an_approved_plan(), "/approve", ALICE)
    assert (again.decisions, again.reactions, again.reply) == ((), ("EYES",), None)


@pytest.mark.parametrize("ending", list(Ending))
def test_after_the_end_it_is_refused(ending: Ending) -> None:
    assert refusal(a_plan().ended(ending), "/approve") == (
        "This feature has ended. Remove the label from the issue and add it again to begin anew."
    )


def test_on_a_closed_issue_it_is_refused_unless_our_own_pull_request_closed_it() -> None:
    assert refusal(a_plan().issue(is_open=False), "/approve") == (
        "The issue is closed. Reopen it first, then write the command again."
    )
    assert heard(a_plan().issue(is_open=False, closed_by_baton=True), "/approve").decisions


def test_where_nothing_was_begun_it_is_refused() -> None:
    assert refusal(an_issue(), "/approve").startswith("This feature has ended.")
