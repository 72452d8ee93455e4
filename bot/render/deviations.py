"""Everything that departed from the usual way, always listed: in the plan, the pull request and the report (R112)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.facts import Facts
from bot.facts.remembered import Run
from bot.facts.works import Work


def deviations(facts: Facts) -> tuple[str, ...]:
    """Of the whole feature, in the order in which people met them."""
    return tuple(dict.fromkeys(_all(facts)))


def deviations_of(work: Work, run: Run | None) -> tuple[str, ...]:
    """Of one stage: what its gates let pass with a note, and what its agent was refused."""
    notes = list(work.record.notes)
    if run and run.result:
        notes += [f"{run.agent} was refused a file: {sentence}" for sentence in run.result.refused]
    return tuple(notes)


def deviations_since_the_plan(facts: Facts) -> tuple[str, ...]:
    """Without what the plan itself leaves out: what came after."""
    return tuple(dict.fromkeys(_since_the_plan(facts)))


def _all(facts: Facts) -> Iterator[str]:
    plan = facts.plan
    for skipped in plan.skipped if plan else ():
        yield f"{skipped.kind.area} is skipped: {skipped.reason}"
    yield from _since_the_plan(facts)


def _since_the_plan(facts: Facts) -> Iterator[str]:
    for work in facts.works:
        if work.record.skipped is not None:
            yield f"{work.kind.area} is skipped: {work.record.skipped}"
        yield from deviations_of(work, facts.latest_run(work.chapter))
    for fix in (work for work in facts.in_order if work.is_a_fix):
        if fix.record.skipped is not None:
            yield f"The {fix.name} was declined: {fix.record.skipped}"
        elif fix.attempt and fix.attempt.pull:
            yield f"{fix.kind.area} was mended in #{fix.attempt.pull}: {fix.title}"
