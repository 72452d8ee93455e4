"""Our rows about one feature, read into the plain values that the story decides from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from bot.engine import tables
from bot.engine.ledger import MICRO, spent_on_feature
from bot.facts import identities
from bot.facts.remembered import (
    Approval,
    Attempt,
    Delivered,
    Ending,
    Generation,
    Given,
    Handled,
    Owed,
    Question,
    Remembered,
    Retry,
    ReviewFinding,
    Revision,
    Run,
    RunEnding,
    RunResult,
    StageRecord,
    Unsettled,
    Wish,
)
from bot.facts.seen import Account
from bot.facts.states import FeatureState
from bot.plan.plan import Plan
from bot.plan.reading_openapi import Operation


def remember(connection: Connection, feature_id: int) -> Remembered:
    """Everything that is known of the feature's newest generation, and of older ones what still matters."""
    feature = connection.execute(_of(tables.feature, tables.feature.c.id, feature_id)).one()
    generations = connection.execute(
        _of(tables.generation, tables.generation.c.feature_id, feature_id).order_by(
            tables.generation.c.number
        )
    ).all()
    current = generations[-1] if generations else None
    effects = connection.execute(_of(tables.effect, tables.effect.c.feature_id, feature_id)).all()
    replies = connection.execute(_of(tables.reply, tables.reply.c.feature_id, feature_id)).all()
    known = {row.identity: row.result for row in effects if row.known_at is not None}
    shown = connection.execute(_of(tables.shown, tables.shown.c.feature_id, feature_id)).all()
    remembered = Remembered(
        handled=_handled(connection, feature_id),
        owed=_owed(replies, known),
        refused_labels=frozenset(
            row.key.removeprefix(identities.REFUSED_LABEL)
            for row in replies
            if row.key.startswith(identities.REFUSED_LABEL)
        ),
        effects=known,
        unsettled=tuple(Unsettled(row.identity, row.intended_at) for row in effects if row.known_at is None),
        older_pulls=_older_pulls(connection, [row.id for row in generations[:-1]]),
        clocks={
            row.name: row.at
            for row in connection.execute(_of(tables.clock, tables.clock.c.feature_id, feature_id))
        },
        cost=spent_on_feature(connection, feature_id),
        shown={row.item: row.digest for row in shown},
        shown_at=max((row.at for row in shown), default=None),
        state=FeatureState(feature.state) if feature.state else None,
        waiting_for=feature.waiting_for,
        goes_without_ci=bool(
            connection.execute(
                select(tables.repository.c.goes_without_ci).where(
                    tables.repository.c.id == feature.repository_id
                )
            ).scalar()
        ),
    )
    return _with_generation(connection, remembered, current) if current is not None else remembered


def _with_generation(connection: Connection, remembered: Remembered, row: Row[Any]) -> Remembered:
    return Remembered(
        **{
            **vars(remembered),
            "generation": _generation(row),
            "revisions": _revisions(connection, row.id),
            "approvals": _approvals(connection, row.id),
            "stages": _stages(connection, row.id),
            "runs": _runs(connection, row.id),
            "questions": _questions(connection, row.id),
            "wishes": _wishes(connection, row.id),
            "retries": _retries(connection, row.id),
        }
    )


def _of(table: Table, column: Any, value: int) -> Select[Any]:
    return select(table).where(column == value)


def _generation(row: Row[Any]) -> Generation:
    return Generation(
        id=row.label_event,
        number=row.number,
        by=Account(row.by_id, row.by_login),
        began_at=row.began_at,
        title=row.title,
        plan_comment=row.plan_comment,
        ending=Ending(row.ending) if row.ending else None,
        paused=row.paused,
    )


def _revisions(connection: Connection, generation_id: int) -> tuple[Revision, ...]:
    table = tables.plan_revision
    rows = connection.execute(_of(table, table.c.generation_id, generation_id).order_by(table.c.number))
    return tuple(
        Revision(row.number, Plan.from_data(json.loads(row.plan)), row.shown_at, row.created_at)
        for row in rows
    )


def _questions(connection: Connection, generation_id: int) -> Mapping[str, Question]:
    table = tables.question
    rows = connection.execute(_of(table, table.c.generation_id, generation_id))
    return {
        row.key: Question(
            row.key, row.text, row.comment_id, tuple(json.loads(row.options)), row.recommended, _given(row)
        )
        for row in rows
    }


def _given(row: Row[Any]) -> Given | None:
    if row.answered_at is None:
        return None
    by = Account(row.by_id, row.by_login)
    return Given(by, row.answer_comment, row.answered_at, row.choice, row.words)


def _wishes(connection: Connection, generation_id: int) -> tuple[Wish, ...]:
    table = tables.wish
    rows = connection.execute(_of(table, table.c.generation_id, generation_id).order_by(table.c.comment_id))
    return tuple(Wish(row.comment_id, Account(row.by_id, row.by_login), row.at, row.text) for row in rows)


def _retries(connection: Connection, generation_id: int) -> tuple[Retry, ...]:
    table = tables.retry
    rows = connection.execute(_of(table, table.c.generation_id, generation_id).order_by(table.c.comment_id))
    return tuple(Retry(row.comment_id, Account(row.by_id, row.by_login), row.at, row.work) for row in rows)


def _approvals(connection: Connection, generation_id: int) -> tuple[Approval, ...]:
    table = tables.approval
    rows = connection.execute(_of(table, table.c.generation_id, generation_id).order_by(table.c.id))
    return tuple(
        Approval(
            row.revision, row.hash, row.comment_id, Account(row.by_id, row.by_login), row.at, row.despite_red
        )
        for row in rows
    )


def _stages(connection: Connection, generation_id: int) -> Mapping[str, StageRecord]:
    rows = connection.execute(_of(tables.stage, tables.stage.c.generation_id, generation_id)).all()
    attempts = defaultdict(list)
    ids = [row.id for row in rows]
    for each in connection.execute(
        select(tables.attempt).where(tables.attempt.c.stage_id.in_(ids)).order_by(tables.attempt.c.number)
    ):
        attempts[each.stage_id].append(
            Attempt(
                each.number, each.branch, each.start, each.head, each.pull, each.merge_sha, each.merged_at
            )
        )
    return {
        row.kind: StageRecord(
            key=row.kind,
            attempts=tuple(attempts[row.id]),
            begun_at=row.begun_at,
            finished_at=row.finished_at,
            delivered=_delivered(row.delivered),
            skipped=row.skipped,
            notes=tuple(json.loads(row.notes)),
        )
        for row in rows
    }


def _delivered(text: str | None) -> Delivered | None:
    if text is None:
        return None
    data = json.loads(text)
    return Delivered(
        added=tuple(data["added"]),
        modified=tuple(data["modified"]),
        deleted=tuple(data["deleted"]),
        tables=tuple(data["tables"]),
        operations=tuple(Operation(**each) for each in data["operations"]),
    )


def _runs(connection: Connection, generation_id: int) -> tuple[Run, ...]:
    table = tables.run
    # The request and the outcome are large and nobody decides from them.
    columns = [each for each in table.c if each.name not in ("request", "files", "outcome")]
    rows = connection.execute(
        select(*columns)
        .where(table.c.generation_id == generation_id)
        .order_by(table.c.begun_at, table.c.number)
    )
    return tuple(
        Run(
            id=row.id,
            chapter=row.chapter,
            number=row.number,
            agent=row.agent,
            begun_at=row.begun_at,
            result=_result(row.result),
            turns=row.turns,
            cost=row.cost_microdollars / MICRO,
            start=row.start,
            about=tuple(json.loads(row.about)),
            dropped=row.dropped,
        )
        for row in rows
    )


def _result(text: str | None) -> RunResult | None:
    if text is None:
        return None
    data = json.loads(text)
    return RunResult(
        ending=RunEnding(data["ending"]),
        sentence=data["sentence"],
        summary=data["summary"],
        changed=tuple(data["changed"]),
        refused=tuple(data["refused"]),
        documents_used=tuple(data["documents_used"]),
        learnings=tuple(data["learnings"]),
        options=tuple(data.get("options", ())),
        recommended=data.get("recommended"),
        question_kind=data.get("question_kind", ""),
        stopped=data.get("stopped", False),
        approved=data["approved"],
        findings=tuple(ReviewFinding(**each) for each in data["findings"]),
        answers=data.get("answers", {}),
    )


def _handled(connection: Connection, feature_id: int) -> Mapping[int, Handled]:
    rows = connection.execute(_of(tables.command, tables.command.c.feature_id, feature_id))
    return {
        row.comment_id: Handled(row.comment_id, row.author_id, row.verdict, tuple(row.reactions.split()))
        for row in rows
    }


def _owed(replies: Iterable[Row[Any]], known: Mapping[str, str]) -> tuple[Owed, ...]:
    return tuple(Owed(row.key, row.body) for row in replies if identities.reply(row.key) not in known)


def _older_pulls(connection: Connection, generation_ids: list[int]) -> tuple[int, ...]:
    """Pull requests of earlier lives that were not merged; whether they are open GitHub says."""
    rows = connection.execute(
        select(tables.attempt.c.pull)
        .join(tables.stage, tables.stage.c.id == tables.attempt.c.stage_id)
        .where(tables.stage.c.generation_id.in_(generation_ids))
        .where(tables.attempt.c.pull.is_not(None), tables.attempt.c.merge_sha.is_(None))
    )
    return tuple(int(row.pull) for row in rows)
