"""Moves of the plan's chapter: agents are set to work, the draft is kept, and shown for approval."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.crew.records import RunOutcome
from bot.engine import recording, tables
from bot.engine.agent_work import Assignment, plan_in
from bot.engine.database import insert_or_leave
from bot.engine.leasing import fenced
from bot.engine.performing.changes import of_run
from bot.engine.performing.scene import Acts, Means, Scene, on
from bot.facts import identities
from bot.facts.tasks import Task
from bot.github.errors import Gone
from bot.github.reading import instant
from bot.moves import KeepPlan, ShowPlan, StartRun
from bot.plan.freezing import with_frozen
from bot.plan.stage_kind import StageKind
from bot.render.plan_comment import plan_comment
from bot.render.presentation import CommentBody, digest


def start_run(move: StartRun, scene: Scene, means: Means) -> None:
    """The row first: it holds all that the run needs, and a run without a workflow is started at the next look."""
    facts = scene.facts
    run_id = ":".join(
        [
            str(scene.place.repository_id),
            str(scene.issue),
            scene.generation,
            move.chapter,
            str(move.number),
        ]
    )
    commit = _start_of(move, scene)
    request = means.briefing.request(move, facts, scene.place, commit)
    base = scene.facts.seen.base.head
    assignment = Assignment(
        feature_id=scene.leased.feature_id,
        repository_id=scene.place.repository_id,
        start=commit,
        kind=_kind_of(move, scene),
        request=request,
        base=base.sha if base and move.task.is_on_a_branch else None,
        merges=move.task is Task.RESOLVE,
    )
    with fenced(means.database, scene.leased) as connection:
        row = {
            "id": run_id,
            "generation_id": recording.generation_id(connection, scene.leased.feature_id),
            "chapter": move.chapter,
            "number": move.number,
            "agent": move.agent,
            "purpose": move.task,
            "request": assignment.to_json(),
            "begun_at": means.clock(),
            "start": commit,
            "about": json.dumps(move.about),
        }
        connection.execute(insert_or_leave(connection, tables.run, "id"), row)
    start(run_id, assignment, means)


def start(run_id: str, assignment: Assignment, means: Means) -> None:
    """Hand the run to those who run agents; what it is about stands in its row."""
    model = assignment.request.model
    means.runs.start(run_id, assignment.feature_id, assignment.repository_id, model, {})


def _kind_of(move: StartRun, scene: Scene) -> StageKind | None:
    """Whose rules the change is judged by: the agent's own, also where it mends another stage's check (R046)."""
    if move.work is None:
        return None
    return scene.facts.house.kind_of(move.agent) or scene.work(move.work).kind


def _start_of(move: StartRun, scene: Scene) -> str:
    """An agent starts where its branch stands; planner and reviewer read the base branch's head."""
    if move.head is not None:
        return move.head
    if move.task is Task.WORK and move.work is not None:
        return scene.attempt(move.work).start
    head = scene.facts.seen.base.head
    if head is None:
        raise ValueError("There is no commit to start from.")
    return head.sha


def keep_plan(move: KeepPlan, scene: Scene, means: Means) -> None:
    plan = plan_in(RunOutcome.from_json(of_run(move.run, tables.run.c.outcome, means)))
    before = scene.facts.plan
    if before is not None:
        plan = with_frozen(plan, before, [work.kind for work in scene.facts.merged_stages])
    run = next(run for run in scene.facts.remembered.runs if run.id == move.run)
    with fenced(means.database, scene.leased) as connection:
        recording.keep_plan(connection, scene.leased.feature_id, move.revision, plan, run.begun_at)
        recording.bring_back(connection, scene.leased.feature_id, [stage.kind for stage in plan.stages])


def show_plan(move: ShowPlan, scene: Scene, means: Means) -> None:
    """The write that shows a revision is a move of its own: approvals are measured by its time (rule 4)."""
    identity = identities.plan_comment(scene.generation)
    body = plan_comment(scene.facts, None)
    known = scene.effects.ensure_comment(identity, scene.issue, body)
    if move.revision > 1 and scene.facts.revision and scene.facts.revision.shown_at is None:
        known = _edited(known, body, scene)
    with fenced(means.database, scene.leased) as connection:
        recording.plan_shown(
            connection,
            scene.leased.feature_id,
            move.revision,
            int(known["id"]),
            instant(str(known["at"])),
        )
        shown = {"plan": digest(CommentBody(identity, body))}
        recording.shown(connection, scene.leased.feature_id, shown, means.clock())


def _edited(known: Mapping[str, Any], body: str, scene: Scene) -> Mapping[str, Any]:
    """The comment says this now; where somebody has deleted it, another one does."""
    try:
        return {**known, "at": scene.effects.edit_comment(int(known["id"]), body)}
    except Gone:
        if any(comment.id == known["id"] for comment in scene.facts.seen.issue.comments):
            raise  # GitHub still showed it a moment ago: what the next look shows is believed
        identity = identities.plan_comment(scene.generation)
        scene.journal.undone(identity)
        return scene.effects.ensure_comment(identity, scene.issue, body)


MOVES: Acts = dict(
    [
        on(StartRun, start_run),
        on(KeepPlan, keep_plan),
        on(ShowPlan, show_plan),
    ]
)
