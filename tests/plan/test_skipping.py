"""Which stages may be left out of a plan, and the rule's sentence where they may not (R101, R103)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.plan.freezing import without
from bot.plan.skipping import reason_against_skipping
from bot.plan.stage_kind import StageKind
from tests.world import PLAN

DATABASE, API, BACKEND, FRONTEND, _, TESTING, REVIEW = StageKind


@pytest.mark.parametrize("kind", [DATABASE, FRONTEND])
def test_what_no_rule_needs_may_be_left_out(kind: StageKind) -> None:
    assert reason_against_skipping(kind, PLAN, ()) is None


def test_a_migration_that_nothing_would_read_is_not_left_alone() -> None:
    """The rule that holds for a plan holds for what is left of it."""
    against = (
        "A database stage needs a backend stage that uses the new schema; nothing would read it otherwise."
    )
    assert reason_against_skipping(BACKEND, PLAN, ()) == against
    assert reason_against_skipping(BACKEND, PLAN, (DATABASE,)) == against
    assert reason_against_skipping(BACKEND, PLAN, (DATABASE,), skipped=(DATABASE,)) is None
    assert reason_against_skipping(BACKEND, without(PLAN, DATABASE, "it is there"), ()) is None


def test_the_last_stage_that_builds_something_is_not_left_out() -> None:
    against = "The plan builds nothing: it needs at least one stage before the review."
    two = replace(PLAN, stages=tuple(each for each in PLAN.stages if each.kind in (API, FRONTEND, REVIEW)))
    assert reason_against_skipping(FRONTEND, two, ()) is None
    assert reason_against_skipping(FRONTEND, without(two, API, "it is there"), ()) == against
    assert reason_against_skipping(FRONTEND, two, (API,), skipped=(API,)) == against


def test_a_rule_that_is_broken_already_forbids_nothing_else() -> None:
    assert reason_against_skipping(FRONTEND, PLAN, (BACKEND,), skipped=(BACKEND,)) is None


@pytest.mark.parametrize("kind", [TESTING, API])
def test_without_a_backend_neither_tests_nor_a_specification_are_owed(kind: StageKind) -> None:
    assert reason_against_skipping(kind, PLAN, ()) is not None
    assert reason_against_skipping(kind, without(PLAN, BACKEND, "it is there"), ()) is None


def test_what_is_not_planned_is_said_before_any_rule() -> None:
    assert reason_against_skipping(StageKind.DEVOPS, PLAN, ()) == "There is no devops stage in the plan."
    struck = without(PLAN, FRONTEND, "internal only")
    assert reason_against_skipping(FRONTEND, struck, ()) == "There is no frontend stage in the plan."


def test_what_is_over_is_not_skipped_any_more() -> None:
    assert reason_against_skipping(FRONTEND, PLAN, (FRONTEND,)) == (
        "The frontend stage is over already, so it cannot be skipped."
    )


def test_the_review_is_never_skipped() -> None:
    assert reason_against_skipping(StageKind.REVIEW, PLAN, ()) == (
        "The review is never skipped: it is the last look at the whole feature."
    )
