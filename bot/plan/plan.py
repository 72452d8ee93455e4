"""A plan: the stages of one feature in API-first order, as a value with a hash that approvals bind to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from bot.plan.stage_kind import StageKind


@dataclass(frozen=True)
class PlannedStage:
    """One task of a plan: who does it, what it needs of earlier stages, and what it will leave."""

    kind: StageKind
    title: str
    agent: str
    needs: tuple[StageKind, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkippedStage:
    """A kind of work that this feature does not need, and why."""

    kind: StageKind
    reason: str


@dataclass(frozen=True)
class PlannersQuestion:
    """What the planner must know from a person before its plan can be shown for approval."""

    kind: str
    question: str
    options: tuple[str, ...] = ()
    recommended: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be done for one feature."""

    feature: str
    stages: tuple[PlannedStage, ...]
    skipped: tuple[SkippedStage, ...] = ()
    questions: tuple[PlannersQuestion, ...] = ()
    acceptance_criteria: tuple[str, ...] = ()
    critical_flows: tuple[str, ...] = ()

    @property
    def building(self) -> tuple[PlannedStage, ...]:
        """The stages that change the product: all but the review."""
        return tuple(stage for stage in self.stages if stage.kind is not StageKind.REVIEW)

    @property
    def total(self) -> int:
        return len(self.stages)

    @property
    def kinds(self) -> tuple[StageKind, ...]:
        return tuple(stage.kind for stage in self.stages)

    def number_of(self, kind: StageKind) -> int | None:
        """The stage's place among those that are done, from 1; None for a skipped one."""
        return self.kinds.index(kind) + 1 if kind in self.kinds else None

    def stage(self, kind: StageKind) -> PlannedStage | None:
        return next((stage for stage in self.stages if stage.kind is kind), None)

    @cached_property
    def hash(self) -> str:
        """sha256 of the normalised plan: what an approval binds to (design, rule 4)."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_data(self) -> dict[str, Any]:
        """Plain data as it is stored; `from_data` reads it back."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Plan:
        return cls(
            feature=data["feature"],
            stages=tuple(_stage(each) for each in data["stages"]),
            skipped=tuple(SkippedStage(StageKind(each["kind"]), each["reason"]) for each in data["skipped"]),
            questions=tuple(_question(each) for each in data["questions"]),
            acceptance_criteria=tuple(data["acceptance_criteria"]),
            critical_flows=tuple(data["critical_flows"]),
        )


def _stage(data: Mapping[str, Any]) -> PlannedStage:
    return PlannedStage(
        kind=StageKind(data["kind"]),
        title=data["title"],
        agent=data["agent"],
        needs=tuple(StageKind(each) for each in data["needs"]),
        outputs=tuple(data["outputs"]),
    )


def _question(data: Mapping[str, Any]) -> PlannersQuestion:
    return PlannersQuestion(data["kind"], data["question"], tuple(data["options"]), data["recommended"])
