"""Leases: one worker at a time looks at a feature, and one that lost its lease can record nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, and_, case, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.engine.database import Database, database_now
from bot.engine.tables import feature

LEASE_SECONDS = 60.0


class LeaseLost(Exception):
    """Somebody else looks at this feature now; what this look learned must not be recorded."""


@dataclass(frozen=True)
class Leased:
    """A feature that is ours to look at until the lease ends; `wanted` is what the next look answers."""

    feature_id: int
    repository_id: int
    issue: int
    fence: int
    wanted: int
    leased_at: datetime
    seconds: float = LEASE_SECONDS
    # Our own clock, which nobody sets: what other processes believe may differ by their clocks.
    began: float = field(default_factory=time.monotonic, compare=False)


def half_over(leased: Leased) -> bool:
    """Whether it is too late to call GitHub: another might take over while the call is under way."""
    return time.monotonic() - leased.began > leased.seconds / 2


def lease_next(
    database: Database, owner: str, now: datetime | None = None, seconds: float = LEASE_SECONDS
) -> Leased | None:
    """Lease the feature that waits longest for a look, or None where none is due."""
    if not _any_due(database, now):
        return None
    began = time.monotonic()
    with database.writing() as connection:
        moment = now or database_now(connection)
        row = connection.execute(_leasing(owner, moment, seconds)).one_or_none()
    if row is None:
        return None
    return Leased(row.id, row.repository_id, row.issue, row.fence, row.wanted, moment, seconds, began)


def _leasing(owner: str, now: datetime, seconds: float) -> ReturningUpdate[Any]:
    free = or_(feature.c.leased_until.is_(None), feature.c.leased_until <= now)
    first = (
        select(feature.c.id)
        .where(_due(now), free)
        .order_by(feature.c.looked_at.nulls_first(), feature.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    until = now + timedelta(seconds=seconds)
    return (
        update(feature)
        .where(feature.c.id == first.scalar_subquery())
        .values(leased_until=until, leased_by=owner, fence=feature.c.fence + 1)
        .returning(feature.c.id, feature.c.repository_id, feature.c.issue, feature.c.fence, feature.c.wanted)
    )


def next_due_at(database: Database) -> datetime | None:
    """When the next feature that nobody looks at becomes due by the clock alone."""
    soonest = select(func.min(feature.c.look_again_at), func.min(feature.c.nudge_at))
    soonest = soonest.where(feature.c.leased_until.is_(None))
    with database.reading() as connection:
        times = connection.execute(soonest).one()
    return min((at for at in times if at is not None), default=None)


def renew(database: Database, leased: Leased, now: datetime | None = None) -> Leased:
    """Begin the lease anew for the next look, which answers all marks made until now; raises LeaseLost."""
    began = time.monotonic()
    with database.writing() as connection:
        moment = now or database_now(connection)
        until = moment + timedelta(seconds=leased.seconds)
        renewing = _ours(leased).values(leased_until=until).returning(feature.c.wanted)
        wanted = connection.execute(renewing).scalar_one_or_none()
    if wanted is None:
        raise LeaseLost(_lost(leased))
    return replace(leased, wanted=int(wanted), leased_at=moment, began=began)


def release(
    database: Database, leased: Leased, look_again_at: datetime | None, now: datetime | None = None
) -> None:
    """Give the feature back, looked at as of `leased.wanted`; raises LeaseLost."""
    with database.writing() as connection:
        release_in(connection, leased, look_again_at, now)


def release_in(
    connection: Connection, leased: Leased, look_again_at: datetime | None, now: datetime | None = None
) -> None:
    """Give the feature back in the transaction that records what the last look found."""
    # A delayed mark that came due before this lease began has had its look; a later one has not.
    nudge = case((feature.c.nudge_at <= leased.leased_at, None), else_=feature.c.nudge_at)
    giving_back = _ours(leased).values(
        looked=leased.wanted,
        looked_at=now or database_now(connection),
        look_again_at=look_again_at,
        nudge_at=nudge,
        leased_until=None,
        leased_by=None,
    )
    if connection.execute(giving_back).rowcount != 1:
        raise LeaseLost(_lost(leased))


@contextmanager
def fenced(database: Database, leased: Leased) -> Iterator[Connection]:
    """A transaction that begins only while the lease is ours and cannot be overtaken; raises LeaseLost."""
    with database.writing() as connection:
        hold_fence(connection, leased)
        yield connection


def hold_fence(connection: Connection, leased: Leased) -> None:
    """Lock the feature's row to this transaction if the lease is still ours; raises LeaseLost."""
    held = select(feature.c.fence).where(feature.c.id == leased.feature_id).with_for_update()
    if connection.execute(held).scalar_one_or_none() != leased.fence:
        raise LeaseLost(_lost(leased))


def free_leases_of_the_dead(database: Database) -> int:
    """What a killed process held on SQLite is free at once: whoever starts there is alone. How many leases.

    On PostgreSQL they run out instead, since a process that only stalled may still be in a call to GitHub.
    """
    if not database.is_sqlite:
        return 0
    with database.writing() as connection:
        held = update(feature).where(feature.c.leased_until.is_not(None))
        return connection.execute(held.values(leased_until=None, leased_by=None)).rowcount


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(feature.c.looked < feature.c.wanted, feature.c.look_again_at <= now, feature.c.nudge_at <= now)


def _any_due(database: Database, now: datetime | None) -> bool:
    """A look without a lock, so that an idle worker never holds up a writer."""
    with database.reading() as connection:
        due = select(feature.c.id).where(_due(now or database_now(connection))).limit(1)
        return connection.execute(due).first() is not None


def _ours(leased: Leased) -> Update:
    return update(feature).where(and_(feature.c.id == leased.feature_id, feature.c.fence == leased.fence))


def _lost(leased: Leased) -> str:
    return (
        f"The lease {leased.fence} on issue {leased.issue} of repository {leased.repository_id} was "
        "taken over by another worker, so this look records nothing. The other goes on from GitHub's state."
    )
