"""What is merged stays in every later plan; what is struck is listed with its reason."""

from __future__ import annotations

from dataclasses import replace

from bot.plan.freezing import with_frozen, without
from bot.plan.stage_kind import StageKind
from tests.world import PLAN


def test_a_merged_stage_stays_as_it_was_in_rank_order() -> None:
    """Rule 6."""
    new = replace(PLAN, stages=tuple(replace(each, title="New") for each in PLAN.stages[1:]))
    kept = with_frozen(new, PLAN, [StageKind.DATABASE, StageKind.API])
    assert kept.stages[:2] == PLAN.stages[:2]
    assert [each.title for each in kept.stages[2:]] == ["New"] * 4


def test_a_frozen_stage_is_not_skipped_too() -> None:
    new = without(PLAN, StageKind.DATABASE, "not wanted")
    assert with_frozen(new, PLAN, [StageKind.DATABASE]).stages == PLAN.stages[:1] + new.stages


def test_a_struck_stage_is_needed_by_nobody_and_listed() -> None:
    struck = without(PLAN, StageKind.FRONTEND, "internal only")
    assert StageKind.FRONTEND not in struck.kinds
    assert not any(StageKind.FRONTEND in each.needs for each in struck.stages)
    assert struck.skipped[-1].reason == "internal only"
    assert struck.hash != PLAN.hash


def test_a_merged_stage_that_the_new_plan_forgot_comes_back() -> None:
    """Rule 6."""
    new = replace(PLAN, stages=PLAN.stages[2:])
    assert with_frozen(new, PLAN, [StageKind.DATABASE]).stages == (PLAN.stages[0], *PLAN.stages[2:])


def test_with_nothing_merged_the_new_plan_is_all_new() -> None:
    new = without(PLAN, StageKind.FRONTEND, "internal only")
    assert with_frozen(new, PLAN, []) == new
