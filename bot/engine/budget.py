"""How fast Baton may create things on GitHub: one account for each installation, shared by all processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.engine.database import Database, database_now, insert_or_leave
from bot.engine.tables import budget, creation

# GitHub allows 80 and 500: docs.github.com, "Rate limits for the REST API", secondary limits.
A_MINUTE, AN_HOUR = 60, 400
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SCARCE = 500


class Urgency(IntEnum):
    """What comes first when not all can: each leaves room, in per cent, for those above it."""

    ANSWER = 100
    PULL_REQUEST = 90
    EDIT = 75


@dataclass(frozen=True)
class Granted:
    """Create it now; it is counted."""


@dataclass(frozen=True)
class Later:
    """Not before then, and why."""

    at: datetime
    why: str


def reserve(
    database: Database, installation_id: int, urgency: Urgency, now: datetime | None = None
) -> Granted | Later:
    """Ask to create one thing. Nobody sleeps here: who must wait looks again at the time given."""
    with database.writing() as connection:
        moment = now or database_now(connection)
        _lock(connection, installation_id, moment)
        refusal = _asked_to_wait(connection, installation_id, urgency, moment)
        refusal = refusal or _too_many(connection, installation_id, urgency, moment)
        if refusal is not None:
            return refusal
        connection.execute(insert(creation).values(installation_id=installation_id, at=moment))
        return Granted()


def asked_to_wait(database: Database, installation_id: int, now: datetime | None = None) -> datetime | None:
    """Until when GitHub wants this installation to ask for nothing at all, if it does."""
    with database.reading() as connection:
        known = select(budget.c.not_before).where(budget.c.installation_id == installation_id)
        until: datetime | None = connection.execute(known).scalar_one_or_none()
        moment = now or database_now(connection)
    return until if until is not None and until > moment else None


def leave_alone(database: Database, installation_id: int, until: datetime) -> None:
    """GitHub said Retry-After: nothing is created before then."""
    with database.writing() as connection:
        _lock(connection, installation_id, database_now(connection))
        later = (budget.c.not_before.is_(None)) | (budget.c.not_before < until)
        asked = update(budget).where(budget.c.installation_id == installation_id, later)
        connection.execute(asked.values(not_before=until))


def note_limits(database: Database, installation_id: int, remaining: int, resets_at: datetime) -> None:
    """What GitHub's answer said of the hour's requests."""
    with database.writing() as connection:
        now = database_now(connection)
        _lock(connection, installation_id, now)
        noted = update(budget).where(budget.c.installation_id == installation_id)
        connection.execute(noted.values(remaining=remaining, resets_at=resets_at, seen_at=now))


def _lock(connection: Connection, installation_id: int, now: datetime) -> None:
    row = {"installation_id": installation_id, "seen_at": now}
    connection.execute(insert_or_leave(connection, budget, "installation_id"), row)
    own = select(budget.c.installation_id).where(budget.c.installation_id == installation_id)
    connection.execute(own.with_for_update()).one()


def _asked_to_wait(
    connection: Connection, installation_id: int, urgency: Urgency, now: datetime
) -> Later | None:
    row = connection.execute(select(budget).where(budget.c.installation_id == installation_id)).one()
    if row.not_before is not None and row.not_before > now:
        return Later(row.not_before, f"GitHub asked Baton to wait until {_clock(row.not_before)}.")
    if row.remaining is None or row.resets_at is None or row.resets_at <= now:
        return None
    if row.remaining > (0 if urgency is Urgency.ANSWER else SCARCE):
        return None
    until = _clock(row.resets_at)
    return Later(
        row.resets_at, f"GitHub's requests of this hour are nearly used up; there are more at {until}."
    )


def _too_many(connection: Connection, installation_id: int, urgency: Urgency, now: datetime) -> Later | None:
    mine = creation.c.installation_id == installation_id
    connection.execute(delete(creation).where(mine, creation.c.at <= now - HOUR))
    for span, most, name in ((HOUR, AN_HOUR, "hour"), (MINUTE, A_MINUTE, "minute")):
        allowed = most * urgency // 100
        recent = select(func.count()).select_from(creation).where(mine, creation.c.at > now - span)
        excess = connection.execute(recent).scalar_one() - allowed
        if excess < 0:
            continue
        oldest = select(creation.c.at).where(mine, creation.c.at > now - span).order_by(creation.c.at)
        at = connection.execute(oldest.offset(excess).limit(1)).scalar_one() + span
        why = f"Baton creates at most {allowed} such things a {name}; the next may follow at {_clock(at)}."
        return Later(at, why)
    return None


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S} UTC"
