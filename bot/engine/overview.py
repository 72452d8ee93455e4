"""What the dashboard, the API and `baton features` show: every feature, read from our own rows alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from bot.engine.ledger import MICRO
from bot.engine.tables import (
    approval,
    attempt,
    event,
    feature,
    generation,
    ledger,
    plan_revision,
    repository,
    stage,
)
from bot.facts.remembered import Attempt, StageRecord
from bot.facts.states import FeatureState, StageState
from bot.facts.works import Work
from bot.plan.plan import Plan, SkippedStage
from bot.plan.stage_kind import StageKind

Rows = Mapping[int, Sequence[Row[Any]]]


@dataclass(frozen=True)
class StageShown:
    """A stage as people see it; a skipped one has no number, no agent, and its reason for a title."""

    number: int | None
    kind: StageKind
    agent: str
    title: str
    state: StageState
    pull_request: int | None = None
    merge_sha: str | None = None


@dataclass(frozen=True)
class PlanShown:
    """The newest revision of a plan, with what became of its stages."""

    revision: int
    hash: str
    stages: tuple[StageShown, ...]
    approved_by: str | None = None
    acceptance_criteria: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[StageShown, ...]:
        """The stages that are to be done."""
        return tuple(each for each in self.stages if each.number is not None)

    @property
    def over(self) -> int:
        """How many of them are merged or done."""
        return sum(each.state in (StageState.MERGED, StageState.DONE) for each in self.counted)


@dataclass(frozen=True)
class Told:
    """One line of a timeline."""

    at: datetime
    event: str
    text: str


@dataclass(frozen=True)
class FeatureShown:
    """One feature. `changed_at` is when something last happened; `timeline` may be left out of a list."""

    id: int
    owner: str
    repository: str
    number: int
    title: str
    state: FeatureState
    waiting_for: str
    cost: float
    created_at: datetime
    changed_at: datetime
    looked_at: datetime | None = None
    look_again_at: datetime | None = None
    life: int = 1
    labelled_by: str | None = None
    plan: PlanShown | None = None
    timeline: tuple[Told, ...] = field(default=(), repr=False)

    @property
    def key(self) -> str:
        return f"{self.owner}/{self.repository}#{self.number}"


def all_features(connection: Connection, with_timelines: bool = False) -> tuple[FeatureShown, ...]:
    """Every feature, those first whose turn a person's is, then what lives, then what is over."""
    shown = _shown(connection, _features(), with_timelines)
    return tuple(sorted(shown, key=_turn))


def one_feature(connection: Connection, owner: str, name: str, number: int) -> FeatureShown | None:
    """One feature with its timeline; names are told apart as GitHub does, without regard to case."""
    wanted = (
        _features()
        .where(func.lower(repository.c.owner) == owner.lower(), func.lower(repository.c.name) == name.lower())
        .where(feature.c.issue == number)
        # A name may have belonged to another repository before; the one seen last has it now.
        .order_by(repository.c.seen_at.desc())
        .limit(1)
    )
    return next(_shown(connection, wanted, with_timelines=True), None)


def as_data(shown: FeatureShown) -> dict[str, Any]:
    """A feature as the API gives it (contract, "HTTP")."""
    return {
        "key": shown.key,
        "title": shown.title,
        "state": shown.state.value,
        "waiting_for": shown.waiting_for,
        "plan": _plan_data(shown.plan) if shown.plan else None,
        "timeline": [
            {"at": instant(told.at), "event": told.event, "text": told.text} for told in shown.timeline
        ],
        "cost": round(shown.cost, 6),
    }


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, as GitHub writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _plan_data(plan: PlanShown) -> dict[str, Any]:
    return {
        "revision": plan.revision,
        "hash": plan.hash,
        "stages": [
            {
                "number": each.number,
                "kind": each.kind.value,
                "agent": each.agent,
                "title": each.title,
                "state": each.state.value,
                "pull_request": each.pull_request,
                "merge_sha": each.merge_sha,
            }
            for each in plan.stages
        ],
    }


def _turn(shown: FeatureShown) -> tuple[int, float, int]:
    """A person's turn first and the longest wait on top; of the others the latest news."""
    changed = shown.changed_at.timestamp()
    if shown.state.is_a_persons_turn:
        return 0, changed, shown.id
    rank = 3 if shown.state.is_over else 2 if shown.state is FeatureState.PAUSED else 1
    return rank, -changed, shown.id


# --- rows: a fixed number of statements, however many features there are -----------------------------


def _features() -> Select[Any]:
    return (
        select(feature, repository.c.owner, repository.c.name)
        .join(repository, repository.c.id == feature.c.repository_id)
        .where(feature.c.state.is_not(None))
    )


def _shown(connection: Connection, wanted: Select[Any], with_timelines: bool) -> Iterator[FeatureShown]:
    rows = connection.execute(wanted).all()
    ids = wanted.with_only_columns(feature.c.id).scalar_subquery()
    lives = {row.feature_id: row for row in connection.execute(_newest_lives(ids))}
    plans = _Plans(connection, select(_newest_lives(ids).subquery().c.id).scalar_subquery())
    costs = _single(connection, _costs(ids))
    changed = _single(connection, _last_events(ids))
    timelines = _grouped(connection, _events(ids), "feature_id") if with_timelines else {}
    for row in rows:
        life = lives.get(row.id)
        yield FeatureShown(
            id=row.id,
            owner=row.owner,
            repository=row.name,
            number=row.issue,
            title=row.title or (life.title if life else ""),
            state=FeatureState(row.state),
            waiting_for=row.waiting_for,
            cost=float(costs.get(row.id) or 0) / MICRO,
            created_at=row.created_at,
            changed_at=changed.get(row.id) or row.created_at,
            looked_at=row.looked_at,
            look_again_at=row.look_again_at,
            life=life.number if life else 1,
            labelled_by=life.by_login if life else None,
            plan=plans.of(life.id) if life else None,
            timeline=tuple(Told(each.at, each.event, each.text) for each in timelines.get(row.id, ())),
        )


def _newest_lives(ids: Any) -> Select[Any]:
    newest = (
        select(generation.c.feature_id, func.max(generation.c.number).label("number"))
        .where(generation.c.feature_id.in_(ids))
        .group_by(generation.c.feature_id)
        .subquery()
    )
    return select(generation).join(
        newest,
        (generation.c.feature_id == newest.c.feature_id) & (generation.c.number == newest.c.number),
    )


def _costs(ids: Any) -> Select[Any]:
    return (
        select(ledger.c.feature_id, func.sum(ledger.c.cost_microdollars))
        .where(ledger.c.feature_id.in_(ids))
        .group_by(ledger.c.feature_id)
    )


def _last_events(ids: Any) -> Select[Any]:
    return (
        select(event.c.feature_id, func.max(event.c.at))
        .where(event.c.feature_id.in_(ids))
        .group_by(event.c.feature_id)
    )


def _events(ids: Any) -> Select[Any]:
    return select(event).where(event.c.feature_id.in_(ids)).order_by(event.c.id)


def _single(connection: Connection, wanted: Select[Any]) -> dict[int, Any]:
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _grouped(connection: Connection, wanted: Select[Any], key: str) -> Rows:
    groups: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(wanted):
        groups[getattr(row, key)].append(row)
    return groups


# --- plans and stages ---------------------------------------------------------------------------------


class _Plans:
    """The newest plans of some lives, put together from their rows."""

    def __init__(self, connection: Connection, lives: Any) -> None:
        def of(table: Any, order: Any) -> Select[Any]:
            return select(table).where(table.c.generation_id.in_(lives)).order_by(order)

        self._revisions = _grouped(connection, of(plan_revision, plan_revision.c.number), "generation_id")
        self._approvals = _grouped(connection, of(approval, approval.c.id), "generation_id")
        self._stages = _grouped(connection, of(stage, stage.c.id), "generation_id")
        ours = select(stage.c.id).where(stage.c.generation_id.in_(lives)).scalar_subquery()
        attempts = select(attempt).where(attempt.c.stage_id.in_(ours)).order_by(attempt.c.number)
        self._attempts = _grouped(connection, attempts, "stage_id")

    def of(self, life: int) -> PlanShown | None:
        """The newest revision of this life."""
        if life not in self._revisions:
            return None
        row = self._revisions[life][-1]
        plan = Plan.from_data(json.loads(row.plan))
        yes = [
            each
            for each in self._approvals.get(life, ())
            if (each.revision, each.hash) == (row.number, row.hash)
        ]
        return PlanShown(
            revision=row.number,
            hash=row.hash,
            stages=_stages(plan, self._records(life)),
            approved_by=yes[0].by_login if yes else None,
            acceptance_criteria=plan.acceptance_criteria,
        )

    def _records(self, life: int) -> dict[str, StageRecord]:
        return {
            row.kind: StageRecord(
                key=row.kind,
                attempts=tuple(_attempt(each) for each in self._attempts.get(row.id, ())),
                begun_at=row.begun_at,
                finished_at=row.finished_at,
                skipped=row.skipped,
            )
            for row in self._stages.get(life, ())
        }


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(row.number, row.branch, row.start, row.head, row.pull, row.merge_sha, row.merged_at)


def _stages(plan: Plan, records: Mapping[str, StageRecord]) -> tuple[StageShown, ...]:
    """What is planned and what is left out, in rank order."""
    works = (
        Work(each, records.get(each.kind, StageRecord(each.kind)), number, plan.total)
        for number, each in enumerate(plan.stages, start=1)
    )
    shown = [*map(_stage, works), *map(_left_out, plan.skipped)]
    return tuple(sorted(shown, key=lambda each: each.kind.rank))


def _stage(work: Work) -> StageShown:
    if work.record.skipped is not None:
        return _left_out(SkippedStage(work.kind, work.record.skipped))
    last = work.merged or work.attempt
    return StageShown(
        number=work.number,
        kind=work.kind,
        agent=work.stage.agent,
        title=work.title,
        state=work.state,
        pull_request=last.pull if last else None,
        merge_sha=last.merge_sha if last else None,
    )


def _left_out(skipped: SkippedStage) -> StageShown:
    return StageShown(None, skipped.kind, "", skipped.reason, StageState.SKIPPED)
