"""`/skip` leaves a stage out where the rules allow it, and says the rule where they do not."""

from __future__ import annotations

import pytest

from bot.facts.remembered import Ending, Wish
from bot.moves import Strike
from bot.plan.stage_kind import StageKind
from tests.commands.saying import heard, refusal
from tests.world import ALICE, NOW, a_feature, a_plan, an_approved_plan


def test_before_the_approval_it_makes_another_revision_and_after_it_none() -> None:
    before = heard(a_plan(), "/skip frontend: internal only")
    assert before.decisions == (Strike(StageKind.FRONTEND, ALICE, "internal only", new_revision=True),)
    after = heard(an_approved_plan(), "/skip frontend: internal only")
    assert after.decisions == (Strike(StageKind.FRONTEND, ALICE, "internal only", new_revision=False),)
    assert after.reactions == ("EYES", "THUMBS_UP")


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("testing", "Backend tests are never skipped: this plan changes the backend."),
        ("api", "The API specification is never skipped for new endpoints: the backend is built from it."),
        ("review", "The review is never skipped: it is the last look at the whole feature."),
        ("devops", "There is no devops stage in the plan."),
        (
            "backend",
            "A database stage needs a backend stage that uses the new schema; nothing would read it otherwise.",
        ),
    ],
)
def test_what_the_rules_forbid_is_refused_with_the_rules_sentence(kind: str, why: str) -> None:
    """R042, R101, R103."""
    assert refusal(an_approved_plan(), f"/skip {kind}: no time") == f"{why} `/revise` asks for another plan."


def test_what_was_skipped_before_is_no_part_of_the_plan_that_is_left() -> None:
    life = an_approved_plan().record(StageKind.DATABASE, skipped="alice wrote: the table is there")
    life = life.record(StageKind.BACKEND, skipped="alice wrote: it is there")
    assert heard(life, "/skip api: it is there").decisions
    life = life.record(StageKind.API, skipped="alice wrote: it is there")
    life = life.record(StageKind.TESTING, skipped="alice wrote: no code")
    assert refusal(life, "/skip frontend: no time").startswith("The plan builds nothing")


def test_while_paused_it_is_kept_and_says_so() -> None:
    paused = an_approved_plan().generation(paused="")
    answer = heard(paused, "/skip frontend: internal only")
    assert answer.decisions and answer.reply == "The feature is paused: this is kept, and done at `/resume`."


def test_after_a_wish_for_another_plan_the_struck_stage_needs_a_new_yes() -> None:
    life = an_approved_plan().remember(wishes=(Wish(2000, ALICE, NOW, "be polite"),))
    (strike,) = heard(life, "/skip frontend: internal only").decisions
    assert isinstance(strike, Strike) and strike.new_revision


def test_what_is_merged_cannot_be_skipped() -> None:
    life = an_approved_plan().finished(StageKind.DATABASE)
    assert refusal(life, "/skip database: no time").startswith("The database stage is over already")


def test_without_a_plan_there_is_nothing_to_leave_out() -> None:
    assert refusal(a_feature(), "/skip frontend: internal only").startswith("There is no plan yet")


def test_what_is_over_or_closed_is_told_first() -> None:
    said = "/skip frontend: internal only"
    assert refusal(a_plan().ended(Ending.CANCELLED), said).startswith("This feature has ended.")
    assert refusal(a_plan().issue(is_open=False), said).startswith("The issue is closed.")
