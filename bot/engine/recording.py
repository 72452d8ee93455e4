"""Our rows, written: one function for each thing that the story learns; every write carries the lease's fence."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from bot.engine import tables
from bot.engine.database import insert_or_leave
from bot.facts.remembered import THE_ANSWER, Delivered, Ending
from bot.facts.seen import Account
from bot.moves import Approve, Ask, Decision, End, Hear, Pause, Reply, Resume, Revise, RunAgain, Strike
from bot.plan.freezing import without
from bot.plan.plan import Plan
from bot.plan.stage_kind import StageKind

# Questions of the planner, whose answers go into the next draft.
PLANNERS = "planner:"


def begin_generation(
    connection: Connection, feature_id: int, label_event: str, by: Account, began_at: datetime, title: str
) -> None:
    """A new life; an older one that was still going ends with it."""
    table = tables.generation
    others = (table.c.feature_id == feature_id) & (table.c.label_event != label_event)
    open_ones = others & table.c.ending.is_(None)
    connection.execute(update(table).where(open_ones).values(ending=Ending.UNLABELLED, ended_at=began_at))
    known = connection.execute(
        select(func.max(table.c.number)).where(table.c.feature_id == feature_id)
    ).scalar()
    row = {
        "feature_id": feature_id,
        "label_event": label_event,
        "number": (known or 0) + 1,
        "by_id": by.id,
        "by_login": by.login,
        "began_at": began_at,
        "title": title,
    }
    connection.execute(insert_or_leave(connection, table, "feature_id", "label_event"), row)


def generation_id(connection: Connection, feature_id: int) -> int:
    """The row of the newest generation."""
    table = tables.generation
    newest = (
        select(table.c.id).where(table.c.feature_id == feature_id).order_by(table.c.number.desc()).limit(1)
    )
    return int(connection.execute(newest).scalar_one())


def hear(connection: Connection, feature_id: int, move: Hear, now: datetime) -> None:
    """The comment is handled, once and for all, with what it decided."""
    row = {
        "feature_id": feature_id,
        "comment_id": move.comment_id,
        "author_id": move.author.id,
        "author_login": move.author.login,
        "verdict": move.verdict,
        "reactions": " ".join(move.reactions),
        "at": now,
    }
    connection.execute(insert_or_leave(connection, tables.command, "feature_id", "comment_id"), row)
    for decision in move.decisions:
        _decide(connection, feature_id, decision, move.comment_id, now)
    if move.reply:
        owe(connection, feature_id, str(move.comment_id), move.reply, now)


def _decide(
    connection: Connection, feature_id: int, decision: Decision, comment_id: int, now: datetime
) -> None:
    generation = generation_id(connection, feature_id)
    ours = tables.generation.c.id == generation
    match decision:
        case Approve(revision, hash, by, despite_red):
            row = {
                "generation_id": generation,
                "revision": revision,
                "hash": hash,
                "comment_id": comment_id,
                "by_id": by.id,
                "by_login": by.login,
                "at": now,
                "despite_red": despite_red,
            }
            key = ("generation_id", "revision", "hash")
            connection.execute(insert_or_leave(connection, tables.approval, *key), row)
        case Pause(reason):
            connection.execute(update(tables.generation).where(ours).values(paused=reason))
        case Resume():
            connection.execute(update(tables.generation).where(ours).values(paused=None))
        case End(ending):
            end_generation(connection, feature_id, ending, now)
        case Reply():
            answer(connection, generation, decision, comment_id, now)
        case Revise(by, text):
            wish(connection, generation, comment_id, by, text, now)
        case RunAgain(work, by):
            row = {
                "generation_id": generation,
                "comment_id": comment_id,
                "work": work,
                "by_id": by.id,
                "by_login": by.login,
                "at": now,
            }
            connection.execute(insert_or_leave(connection, tables.retry, "generation_id", "comment_id"), row)
        case Strike(kind, by, reason, new_revision):
            said = f"{by.login} wrote: {reason}"
            if new_revision:
                strike_from_plan(connection, feature_id, kind, said)
            else:
                skip_stage(connection, feature_id, kind, said, now)


def ask(connection: Connection, feature_id: int, move: Ask, comment_id: int, now: datetime) -> None:
    """The question stands in a comment of its own."""
    row = {
        "generation_id": generation_id(connection, feature_id),
        "key": move.key,
        "text": move.text,
        "options": json.dumps(move.options),
        "recommended": move.recommended,
        "comment_id": comment_id,
        "asked_at": now,
    }
    connection.execute(insert_or_leave(connection, tables.question, "generation_id", "key"), row)


def answer(connection: Connection, generation: int, reply: Reply, comment_id: int, now: datetime) -> None:
    """Only the question at which the story stands is answered, so that this replaces no answer that decided anything.

    What the planner asked is a wish for the next draft too.
    """
    table = tables.question
    asked = (table.c.generation_id == generation) & (table.c.key == reply.key)
    given = {
        "choice": reply.choice,
        "words": reply.words,
        "by_id": reply.by.id,
        "by_login": reply.by.login,
        "answer_comment": comment_id,
        "answered_at": now,
    }
    connection.execute(update(table).where(asked).values(**given))
    if reply.key.startswith(PLANNERS):
        text = connection.execute(select(table.c.text).where(asked)).scalar_one()
        said = ": ".join(part for part in (reply.choice, reply.words) if part)
        wish(connection, generation, comment_id, reply.by, f"You asked: {text}{THE_ANSWER}{said}", now)


def wish(
    connection: Connection, generation: int, comment_id: int, by: Account, text: str, now: datetime
) -> None:
    row = {
        "generation_id": generation,
        "comment_id": comment_id,
        "by_id": by.id,
        "by_login": by.login,
        "text": text,
        "at": now,
    }
    connection.execute(insert_or_leave(connection, tables.wish, "generation_id", "comment_id"), row)


def strike_from_plan(connection: Connection, feature_id: int, kind: StageKind, reason: str) -> None:
    """Before the approval a skipped stage makes another revision, which then needs its own yes.

    It was drafted when the one before it was: what people wished since is not in it either.
    """
    table = tables.plan_revision
    newest = select(table).where(table.c.generation_id == generation_id(connection, feature_id))
    row = connection.execute(newest.order_by(table.c.number.desc()).limit(1)).one()
    plan = without(Plan.from_data(json.loads(row.plan)), kind, reason)
    keep_plan(connection, feature_id, row.number + 1, plan, row.created_at)


def skip_stage(connection: Connection, feature_id: int, work: str, reason: str, now: datetime) -> None:
    stage = tables.stage.c.id == stage_id(connection, feature_id, work, now)
    connection.execute(update(tables.stage).where(stage).values(skipped=reason))


def bring_back(connection: Connection, feature_id: int, works: Collection[str]) -> None:
    """What a new draft plans again is not left out any more."""
    table = tables.stage
    ours = (table.c.generation_id == generation_id(connection, feature_id)) & table.c.kind.in_(works)
    connection.execute(update(table).where(ours).values(skipped=None))


def end_generation(connection: Connection, feature_id: int, ending: Ending, now: datetime) -> None:
    ours = tables.generation.c.id == generation_id(connection, feature_id)
    connection.execute(update(tables.generation).where(ours).values(ending=ending, ended_at=now, paused=None))


def owe(connection: Connection, feature_id: int, key: str, body: str, now: datetime) -> None:
    row = {"feature_id": feature_id, "key": key, "body": body, "at": now}
    connection.execute(insert_or_leave(connection, tables.reply, "feature_id", "key"), row)


def keep_plan(connection: Connection, feature_id: int, number: int, plan: Plan, now: datetime) -> None:
    row = {
        "generation_id": generation_id(connection, feature_id),
        "number": number,
        "plan": json.dumps(plan.to_data()),
        "hash": plan.hash,
        "created_at": now,
    }
    connection.execute(insert_or_leave(connection, tables.plan_revision, "generation_id", "number"), row)


def plan_shown(connection: Connection, feature_id: int, number: int, comment_id: int, at: datetime) -> None:
    generation = generation_id(connection, feature_id)
    revision = tables.plan_revision
    ours = (revision.c.generation_id == generation) & (revision.c.number == number)
    connection.execute(update(revision).where(ours).values(shown_at=at))
    connection.execute(
        update(tables.generation).where(tables.generation.c.id == generation).values(plan_comment=comment_id)
    )


def stage_id(connection: Connection, feature_id: int, work: str, now: datetime) -> int:
    """The stage's row; made now where there was none."""
    generation = generation_id(connection, feature_id)
    row = {"generation_id": generation, "kind": work, "begun_at": now}
    connection.execute(insert_or_leave(connection, tables.stage, "generation_id", "kind"), row)
    table = tables.stage
    wanted = (table.c.generation_id == generation) & (table.c.kind == work)
    return int(connection.execute(select(table.c.id).where(wanted)).scalar_one())


def begin_attempt(
    connection: Connection,
    feature_id: int,
    work: str,
    number: int,
    branch: str,
    start: str,
    now: datetime,
) -> None:
    stage = stage_id(connection, feature_id, work, now)
    row = {"stage_id": stage, "number": number, "branch": branch, "start": start}
    connection.execute(insert_or_leave(connection, tables.attempt, "stage_id", "number"), row)
    refer(connection, feature_id, "branch", branch)


def branches_like(connection: Connection, feature_id: int, stem: str) -> set[str]:
    """Every branch of this name, or of this name with a number behind it, that the feature ever chose."""
    rows = connection.execute(
        select(tables.attempt.c.branch)
        .join(tables.stage, tables.stage.c.id == tables.attempt.c.stage_id)
        .join(tables.generation, tables.generation.c.id == tables.stage.c.generation_id)
        .where(tables.generation.c.feature_id == feature_id)
    )
    return {row.branch for row in rows if row.branch == stem or row.branch.startswith(f"{stem}-")}


def change_attempt(
    connection: Connection, feature_id: int, work: str, number: int, now: datetime, **values: Any
) -> None:
    """What became of an attempt: its head, its pull request, its merge."""
    stage = stage_id(connection, feature_id, work, now)
    ours = (tables.attempt.c.stage_id == stage) & (tables.attempt.c.number == number)
    connection.execute(update(tables.attempt).where(ours).values(**values))


def refer(connection: Connection, feature_id: int, kind: str, value: str | int) -> None:
    """Webhooks about this pull request, commit or branch concern the feature."""
    row = {"feature_id": feature_id, "kind": kind, "value": str(value)}
    connection.execute(insert_or_leave(connection, tables.reference, "feature_id", "kind", "value"), row)


def stage_delivered(
    connection: Connection, feature_id: int, work: str, delivered: Delivered, now: datetime
) -> None:
    stage = stage_id(connection, feature_id, work, now)
    text = json.dumps(asdict(delivered))
    connection.execute(update(tables.stage).where(tables.stage.c.id == stage).values(delivered=text))


def finish_stage(connection: Connection, feature_id: int, work: str, note: str | None, now: datetime) -> None:
    stage = tables.stage.c.id == stage_id(connection, feature_id, work, now)
    notes = json.loads(connection.execute(select(tables.stage.c.notes).where(stage)).scalar_one())
    kept = json.dumps([*notes, note] if note and note not in notes else notes)
    connection.execute(update(tables.stage).where(stage).values(finished_at=now, notes=kept))


def note_on_stage(
    connection: Connection, feature_id: int, work: str, notes: Iterable[str], now: datetime
) -> None:
    """What departed from the usual way, kept for the plan, the pull request and the report."""
    stage = tables.stage.c.id == stage_id(connection, feature_id, work, now)
    known = json.loads(connection.execute(select(tables.stage.c.notes).where(stage)).scalar_one())
    merged = list(dict.fromkeys([*known, *notes]))
    if merged != known:
        connection.execute(update(tables.stage).where(stage).values(notes=json.dumps(merged)))


def drop_run(connection: Connection, run_id: str) -> None:
    """Whatever the run comes to is not used."""
    connection.execute(update(tables.run).where(tables.run.c.id == run_id).values(dropped=True))


def shown(connection: Connection, feature_id: int, digests: Mapping[str, str], now: datetime) -> None:
    """What people were just shown."""
    for item, digest in digests.items():
        ours = (tables.shown.c.feature_id == feature_id) & (tables.shown.c.item == item)
        changed = connection.execute(update(tables.shown).where(ours).values(digest=digest, at=now))
        if changed.rowcount == 0:
            connection.execute(
                tables.shown.insert().values(feature_id=feature_id, item=item, digest=digest, at=now)
            )


def start_clocks(connection: Connection, feature_id: int, names: Iterable[str], now: datetime) -> None:
    for name in names:
        row = {"feature_id": feature_id, "name": name, "at": now}
        connection.execute(insert_or_leave(connection, tables.clock, "feature_id", "name"), row)


def stop_clocks(connection: Connection, feature_id: int, names: Iterable[str]) -> None:
    """Forget when these were first seen: nobody asks any more."""
    of_these = (tables.clock.c.feature_id == feature_id) & tables.clock.c.name.in_(list(names))
    connection.execute(delete(tables.clock).where(of_these))


def stop_clocks_like(connection: Connection, feature_id: int, prefix: str) -> None:
    of_these = (tables.clock.c.feature_id == feature_id) & tables.clock.c.name.startswith(prefix)
    connection.execute(delete(tables.clock).where(of_these))


def clock(connection: Connection, feature_id: int, name: str) -> datetime:
    """When this was first seen."""
    known = (tables.clock.c.feature_id == feature_id) & (tables.clock.c.name == name)
    at: datetime = connection.execute(select(tables.clock.c.at).where(known)).scalar_one()
    return at


def tell(connection: Connection, feature_id: int, event: str, text: str, now: datetime) -> None:
    """One line of the feature's timeline."""
    connection.execute(tables.event.insert().values(feature_id=feature_id, at=now, event=event, text=text))
