"""The gate between a plan and its first branch."""

from __future__ import annotations

from dataclasses import replace

from bot.gates.plan_approved import plan_approved
from tests.gates.judged import said
from tests.world import PLAN, a_feature, a_plan, an_approved_plan


def test_an_approved_plan_passes() -> None:
    assert said(plan_approved(an_approved_plan().facts)) == "passes"


def test_a_plan_that_nobody_approved_waits() -> None:
    assert said(plan_approved(a_plan().facts)) == ("waits: Plan v1 is ready: comment `/approve` to start.")


def test_the_yes_to_an_earlier_revision_or_to_another_hash_does_not_count() -> None:
    """Rule 4, C3: an approval is of one hash."""
    revised = an_approved_plan().with_plan(PLAN, 2)
    assert said(plan_approved(revised.facts)) == "waits: Plan v2 is ready: comment `/approve` to start."
    other = an_approved_plan().remember(revisions=()).with_plan(replace(PLAN, critical_flows=()))
    assert said(plan_approved(other.facts)).startswith("waits:")


def test_without_any_plan_it_waits() -> None:
    assert said(plan_approved(a_feature().facts)).startswith("waits:")
