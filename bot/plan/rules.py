"""The rules that a plan must keep, one function each; every broken rule is one sentence for the planner."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.plan.agent import Agent, owner_of
from bot.plan.globs import fault, sample
from bot.plan.plan import Plan
from bot.plan.stage_kind import StageKind


@dataclass(frozen=True)
class Circumstances:
    """What the rules need to know besides the plan: the agents there are, and who does which kind."""

    agents: tuple[Agent, ...]
    agent_for: Mapping[StageKind, str]


Rule = Callable[[Plan, Circumstances], Iterator[str]]

TITLE_LENGTH = 120

_OFFERS_ENDPOINTS = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE)\s+/|\b(?:new|add|create|implement|expose|provide)\b.*\b(?:endpoint|route)s?\b",
    re.IGNORECASE,
)


def broken_rules(plan: Plan, circumstances: Circumstances) -> tuple[str, ...]:
    """Every sentence that speaks against the plan; empty when it may be shown for approval."""
    return tuple(sentence for rule in RULES for sentence in rule(plan, circumstances))


def each_kind_once(plan: Plan, _: Circumstances) -> Iterator[str]:
    for kind in StageKind:
        if plan.kinds.count(kind) > 1:
            yield f"There are {plan.kinds.count(kind)} {kind} stages; a plan has at most one of a kind."


def api_first_order(plan: Plan, _: Circumstances) -> Iterator[str]:
    """R015, R104: database, API, backend, frontend, devops, testing, review."""
    for earlier, later in zip(plan.stages, plan.stages[1:], strict=False):
        if earlier.kind.rank > later.kind.rank:
            yield f"The {later.kind} stage must come before the {earlier.kind} stage: {_order()}."


def review_is_last_and_always(plan: Plan, _: Circumstances) -> Iterator[str]:
    """R059, R079."""
    if not plan.stages or plan.stages[-1].kind is not StageKind.REVIEW:
        yield "The last stage must be a review; it can be neither left out nor followed by another stage."


def something_is_built(plan: Plan, _: Circumstances) -> Iterator[str]:
    if not plan.building:
        yield "The plan builds nothing: it needs at least one stage before the review."


def backend_needs_testing(plan: Plan, _: Circumstances) -> Iterator[str]:
    """R042, R078, R103: tests for backend code are never skipped."""
    if StageKind.BACKEND in plan.kinds and StageKind.TESTING not in plan.kinds:
        yield "A plan with a backend stage needs a testing stage: backend tests are never skipped."


def a_migration_needs_a_backend(plan: Plan, _: Circumstances) -> Iterator[str]:
    if StageKind.DATABASE in plan.kinds and StageKind.BACKEND not in plan.kinds:
        yield "A database stage needs a backend stage that uses the new schema; nothing would read it otherwise."


def new_endpoints_need_an_api_stage(plan: Plan, _: Circumstances) -> Iterator[str]:
    """R055, R101: read from what the plan says its stages will do, need and leave."""
    if StageKind.API in plan.kinds:
        return
    for stage in plan.building:
        offers = stage.kind is StageKind.BACKEND and _OFFERS_ENDPOINTS.search(stage.title)
        if offers or any(output.endswith("openapi.yaml") for output in stage.outputs):
            yield (
                f"The {stage.kind} stage offers endpoints, so an api stage must come first: "
                "the specification is never skipped for new endpoints."
            )


def needs_come_earlier(plan: Plan, _: Circumstances) -> Iterator[str]:
    for place, stage in enumerate(plan.stages):
        for need in stage.needs:
            if need not in plan.kinds[:place]:
                yield f"The {stage.kind} stage needs the {need} stage, which does not come before it."


def agent_fits_the_kind(plan: Plan, circumstances: Circumstances) -> Iterator[str]:
    """R013, R017."""
    for stage in plan.stages:
        right = circumstances.agent_for[stage.kind]
        if stage.agent != right:
            yield f"The {stage.kind} stage belongs to {right}, not to {stage.agent or 'nobody'}."


def outputs_lie_inside_the_agents_files(plan: Plan, circumstances: Circumstances) -> Iterator[str]:
    agents = {agent.name: agent for agent in circumstances.agents}
    for stage in plan.building:
        agent = agents.get(stage.agent)
        if agent is None:
            continue
        for output in stage.outputs:
            if wrong := fault(output):
                yield f"The {stage.kind} stage's output cannot be read: {wrong}"
            elif not agent.owns(sample(output)):
                owner = owner_of(sample(output), circumstances.agents)
                whose = f"it belongs to {owner.name}" if owner else "it belongs to no agent"
                yield f"The {stage.kind} stage may not leave {output}: {whose}."


def titles_can_be_read(plan: Plan, _: Circumstances) -> Iterator[str]:
    if not plan.feature.strip():
        yield "The feature has no name."
    for stage in plan.stages:
        if not stage.title.strip():
            yield f"The {stage.kind} stage has no title."
        elif len(stage.title) > TITLE_LENGTH or "\n" in stage.title:
            yield f"The {stage.kind} stage's title must be one line of at most {TITLE_LENGTH} characters."


def skipped_kinds_carry_a_reason(plan: Plan, _: Circumstances) -> Iterator[str]:
    """R054, R112: what is left out is said, with the reason."""
    for skipped in plan.skipped:
        if not skipped.reason.strip():
            yield f"The {skipped.kind} stage is skipped without a reason."
        if skipped.kind in plan.kinds:
            yield f"The {skipped.kind} stage is both planned and skipped."


def recommendations_are_options(plan: Plan, _: Circumstances) -> Iterator[str]:
    for question in plan.questions:
        if question.recommended is not None and question.recommended not in question.options:
            yield f"The recommended answer to “{question.question}” is not one of its options."


def _order() -> str:
    return ", ".join(StageKind)


RULES: tuple[Rule, ...] = (
    titles_can_be_read,
    something_is_built,
    each_kind_once,
    api_first_order,
    review_is_last_and_always,
    backend_needs_testing,
    a_migration_needs_a_backend,
    new_endpoints_need_an_api_stage,
    needs_come_earlier,
    agent_fits_the_kind,
    outputs_lie_inside_the_agents_files,
    skipped_kinds_carry_a_reason,
    recommendations_are_options,
)
