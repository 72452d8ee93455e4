"""What an agent changed, or what was learned, as a diff with what the inspections say of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import Column, select, update

from bot.engine import tables
from bot.engine.briefing import conventions_path
from bot.engine.judging import Files, diff_of, findings_in
from bot.engine.leasing import fenced
from bot.engine.performing.scene import Means, Scene
from bot.facts.diff import Diff, Finding
from bot.facts.remembered import Attempt, RunEnding, RunResult
from bot.facts.works import Work
from bot.plan.stage_kind import StageKind
from bot.render import learned


def change(
    work: Work, attempt: Attempt, run_id: str | None, scene: Scene, means: Means
) -> tuple[Diff, tuple[Finding, ...], RunResult]:
    """The diff of a run, or of what was learned, with what the inspections say of it."""
    mirror = scene.place.mirror
    if run_id is None or work.kind is StageKind.REVIEW:
        files, result = _learned(attempt, scene)
    else:
        run = next(run for run in scene.facts.remembered.runs if run.id == run_id)
        files = of_run(run_id, tables.run.c.files, means)
        result = run.result or RunResult(RunEnding.FINISHED)
    diff = diff_of(mirror, attempt.start, files)
    return diff, findings_in(mirror, attempt.start, diff, work, scene.facts), result


def _learned(attempt: Attempt, scene: Scene) -> tuple[Files, RunResult]:
    """What was learned, in the conventions file. No model writes here (design, R107)."""
    mirror, facts = scene.place.mirror, scene.facts
    path = conventions_path(mirror, attempt.start, facts)
    today: date = (facts.generation.began_at if facts.generation else facts.now).date()
    text = learned.with_learnings(mirror.read(attempt.start, path) or "", facts, today)
    count = len(facts.learnings)
    summary = (
        f"Writes down {count} thing{'' if count == 1 else 's'} that the agents of this feature learned, "
        f"in the section of {path} that Baton keeps. Nothing else in it is touched."
    )
    return {path: text}, RunResult(RunEnding.FINISHED, summary=summary, documents_used=(path,))


def of_run(run_id: str, column: Column[Any], means: Means) -> Mapping[str, Any]:
    with means.database.reading() as connection:
        text = connection.execute(select(column).where(tables.run.c.id == run_id)).scalar_one()
    return dict(json.loads(text or "{}"))


def refuse(run_id: str, result: RunResult, errors: list[str], scene: Scene, means: Means) -> None:
    """The second judge of the same diff says no: nothing is pushed, and a person reads why."""
    why = f"its change was refused. {' '.join(errors[:5])}"
    keep_result(run_id, replace(result, ending=RunEnding.GAVE_UP, sentence=why), scene, means)


def keep_result(run_id: str, result: RunResult, scene: Scene, means: Means) -> None:
    """What the run is known to have come to, from now on."""
    with fenced(means.database, scene.leased) as connection:
        known = tables.run.c.id == run_id
        connection.execute(update(tables.run).where(known).values(result=json.dumps(asdict(result))))
