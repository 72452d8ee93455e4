"""Which stages may be left out of a plan after all, and why the others may not (R101, R103)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.plan.freezing import without
from bot.plan.plan import Plan
from bot.plan.rules import Circumstances, a_migration_needs_a_backend, something_is_built
from bot.plan.stage_kind import StageKind

# The rules of a plan that leaving out a stage can break; what else is forbidden has sentences of its own below.
_RULES = (something_is_built, a_migration_needs_a_backend)


def reason_against_skipping(
    kind: StageKind, plan: Plan, over: Collection[StageKind], skipped: Collection[StageKind] = ()
) -> str | None:
    """The rule's sentence against it, None where the stage may be skipped. `over` are stages merged or skipped."""
    if kind not in plan.kinds:
        return f"There is no {kind} stage in the plan."
    if kind in over:
        return f"The {kind} stage is over already, so it cannot be skipped."
    if kind is StageKind.REVIEW:
        return "The review is never skipped: it is the last look at the whole feature."
    for each in skipped:
        plan = without(plan, each, "")
    if kind is StageKind.TESTING and StageKind.BACKEND in plan.kinds:
        return "Backend tests are never skipped: this plan changes the backend."
    if kind is StageKind.API and StageKind.BACKEND in plan.kinds:
        return "The API specification is never skipped for new endpoints: the backend is built from it."
    before = tuple(_broken(plan))
    return next((each for each in _broken(without(plan, kind, "")) if each not in before), None)


def _broken(plan: Plan) -> Iterator[str]:
    for rule in _RULES:
        yield from rule(plan, Circumstances((), {}))
