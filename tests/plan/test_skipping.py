"""Which stages may be left out of a plan, and the rule's sentence where they may not (R101, R103)."""

from __future__ import annotations

import pytest

from bot.plan.freezing import without
from bot.plan.skipping import reason_against_skipping
from bot.plan.stage_kind import StageKind
from tests.world import PLAN

BACKEND, FRONTEND, TESTING, API = StageKind.BACKEND, StageKind.FRONTEND, StageKind.TESTING, StageKind.API


@pytest.mark.parametrize("kind", [StageKind.DATABASE, BACKEND, FRONTEND])
def test_what_no_rule_needs_may_be_left_out(kind: StageKind) -> None:
    assert reason_against_skipping(kind, PLAN, ()) is None


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
