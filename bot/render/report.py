"""The completion report (R072a to R072e): what was built, from git and GitHub."""

from __future__ import annotations

from collections.abc import Mapping

from bot.facts.facts import Facts
from bot.facts.seen import CheckState
from bot.plan.stage_kind import StageKind
from bot.render.deviations import deviations
from bot.render.escaping import code
from bot.render.markers import marker
from bot.render.templates import fill

MOST_PATHS = 15
AREAS = ("Backend", "Frontend", "E2E")


def report(facts: Facts, counts: Mapping[str, str]) -> str:
    """`counts` are the final tests as CI tells them, by area; what is missing there is “not measured”."""
    return fill(
        "report",
        facts.house.dashboard or "",
        marker=marker("report", facts.seen.issue.number, facts.generation_id),
        tests=[f"{area}: {counts.get(area) or _not_measured(facts)}" for area in AREAS],
        feature=facts.plan.feature if facts.plan else facts.seen.issue.title,
        documents=_documents(facts),
        files=_files(facts),
        merged=[(work, work.merged) for work in facts.merged_works],
        criteria=facts.plan.acceptance_criteria if facts.plan else (),
        deviations=[*deviations(facts), *_missing_measurements(counts)],
        money=f"Cost: ${facts.remembered.cost:.2f}, {sum(run.turns for run in facts.remembered.runs)} model turns.",
        base=facts.seen.base.branch,
    )


def _missing_measurements(counts: Mapping[str, str]) -> list[str]:
    """What cannot be read is said, and is never taken for a pass (design, "Judging a diff")."""
    missing = [area for area in AREAS if not counts.get(area)]
    return [f"How many tests ran was not measured for: {', '.join(missing)}."] if missing else []


def _not_measured(facts: Facts) -> str:
    head = facts.seen.base.head
    green = [check.name for check in head.checks if check.state is CheckState.GREEN] if head else []
    named = f"; green on {facts.seen.base.branch}: {', '.join(code(name) for name in green)}" if green else ""
    return f"not measured{named}"


def _changed(facts: Facts) -> dict[StageKind, tuple[str, ...]]:
    found: dict[StageKind, tuple[str, ...]] = {}
    for work in facts.merged_works:
        if work.record.delivered:
            known = found.get(work.kind, ())
            found[work.kind] = tuple(dict.fromkeys((*known, *work.record.delivered.paths)))
    return found


def _documents(facts: Facts) -> list[str]:
    """Only what changed, each once (R072c)."""
    owed = [path for agent in facts.house.agents for path in agent.must_leave]
    changed = _changed(facts)
    learned = [f"{code(path)} (new patterns)" for path in changed.get(StageKind.REVIEW, ())]
    seen = {path for paths in changed.values() for path in paths}
    return [code(path) for path in dict.fromkeys(owed) if path in seen] + learned


def _files(facts: Facts) -> list[tuple[str, str]]:
    """By the stage that changed them, long lists cut (R072d)."""
    areas = {StageKind.TESTING: "Tests"}
    return [
        (areas.get(kind, kind.area), _listed(paths))
        for kind, paths in _changed(facts).items()
        if kind is not StageKind.REVIEW
    ]


def _listed(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - MOST_PATHS} more" if len(paths) > MOST_PATHS else ""
    return ", ".join(code(path) for path in paths[:MOST_PATHS]) + more
