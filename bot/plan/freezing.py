"""A new revision keeps what is merged: those stages belong to every later plan of the generation (rule 6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.plan.plan import Plan, SkippedStage
from bot.plan.stage_kind import StageKind


def with_frozen(plan: Plan, before: Plan, frozen: Collection[StageKind]) -> Plan:
    """The new plan with each frozen stage as it was in the plan before, in rank order."""
    kept = tuple(stage for stage in before.stages if stage.kind in frozen)
    new = tuple(stage for stage in plan.stages if stage.kind not in frozen)
    return replace(
        plan,
        stages=tuple(sorted(kept + new, key=lambda stage: stage.kind.rank)),
        skipped=tuple(each for each in plan.skipped if each.kind not in frozen),
    )


def without(plan: Plan, kind: StageKind, reason: str) -> Plan:
    """The plan with one stage struck, and the reason listed."""
    stages = tuple(
        replace(stage, needs=tuple(need for need in stage.needs if need is not kind))
        for stage in plan.stages
        if stage.kind is not kind
    )
    return replace(plan, stages=stages, skipped=(*plan.skipped, SkippedStage(kind, reason)))
