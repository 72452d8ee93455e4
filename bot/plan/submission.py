"""What the planner submits, read into a plan or answered with all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.plan.plan import Plan, PlannedStage, PlannersQuestion, SkippedStage
from bot.plan.rules import Circumstances, broken_rules
from bot.plan.stage_kind import StageKind

ALWAYS_NEEDED: Mapping[StageKind, frozenset[StageKind]] = {
    StageKind.API: frozenset({StageKind.DATABASE}),
    StageKind.BACKEND: frozenset({StageKind.DATABASE, StageKind.API}),
    StageKind.FRONTEND: frozenset({StageKind.API}),
    StageKind.TESTING: frozenset({StageKind.BACKEND}),
}


class _Submitted(BaseModel):
    model_config = ConfigDict(extra="ignore")


class SubmittedStage(_Submitted):
    kind: StageKind
    title: str
    agent: str
    needs: list[StageKind] = Field(default_factory=list)
    outputs: list[str] = Field(default_factory=list)


class SubmittedSkip(_Submitted):
    kind: StageKind
    reason: str


class SubmittedQuestion(_Submitted):
    kind: str
    question: str
    options: list[str] = Field(default_factory=list)
    recommended: str | None = None


class SubmittedPlan(_Submitted):
    """The input of the tool `submit_plan` (contract, "Tools offered to the model")."""

    feature: str
    stages: list[SubmittedStage] = Field(max_length=12)
    skipped: list[SubmittedSkip] = Field(default_factory=list, max_length=12)
    questions: list[SubmittedQuestion] = Field(default_factory=list, max_length=10)
    acceptance_criteria: list[str] = Field(default_factory=list, max_length=50)
    critical_flows: list[str] = Field(default_factory=list, max_length=20)


def read_submission(data: Mapping[str, Any], circumstances: Circumstances) -> Plan | tuple[str, ...]:
    """The plan, or every reason against it, so that one more turn can mend them all."""
    try:
        plan = _plan(SubmittedPlan.model_validate(_readable(data)))
    except ValidationError as error:
        return tuple(_sentence(each) for each in error.errors())
    return broken_rules(plan, circumstances) or plan


def _readable(value: Any) -> Any:
    """Half characters, which JSON can say and UTF-8 cannot, become question marks."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case Mapping():
            return {key: _readable(each) for key, each in value.items()}
        case list():
            return [_readable(each) for each in value]
        case _:
            return value


def _plan(submitted: SubmittedPlan) -> Plan:
    planned = {each.kind for each in submitted.stages}
    return Plan(
        feature=" ".join(submitted.feature.split()),
        stages=tuple(
            PlannedStage(
                kind=each.kind,
                title=" ".join(each.title.split()),
                agent=each.agent,
                needs=_needs(each, planned),
                outputs=tuple(each.outputs),
            )
            for each in submitted.stages
        ),
        skipped=tuple(SkippedStage(each.kind, each.reason) for each in submitted.skipped),
        questions=tuple(
            PlannersQuestion(each.kind, each.question, tuple(each.options), each.recommended)
            for each in submitted.questions
        ),
        acceptance_criteria=tuple(submitted.acceptance_criteria),
        critical_flows=tuple(submitted.critical_flows),
    )


def _needs(stage: SubmittedStage, planned: set[StageKind]) -> tuple[StageKind, ...]:
    """What the stage says it needs, and what its kind always waits for (R073 to R076)."""
    always = ALWAYS_NEEDED.get(stage.kind, frozenset()) & planned
    return tuple(kind for kind in StageKind if kind in always | set(stage.needs))


def _sentence(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "the plan"
    return f"{place}: {error['msg']}."
