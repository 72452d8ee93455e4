"""The journal of effects in the database: what is about to be tried, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.engine.database import Database
from bot.engine.leasing import Leased, fenced
from bot.engine.marking import mark
from bot.engine.tables import effect, feature

Clock = Callable[[], datetime]


class DatabaseJournal:
    """Implements `bot.ports.Journal` for one leased feature.

    An intent is a decision, so it needs the lease. What came of an effect is a fact, so it is recorded even when
    the lease is lost; the feature is then marked for another look.
    """

    def __init__(self, database: Database, leased: Leased, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._leased = leased
        self._clock = clock
        self._intents: dict[str, datetime] = {}

    def outcome(self, identity: str) -> Mapping[str, Any] | None:
        with self._database.reading() as connection:
            row = connection.execute(
                select(effect.c.result).where(self._is(identity), effect.c.known_at.is_not(None))
            ).one_or_none()
        return dict(json.loads(row.result)) if row else None

    def intend(self, identity: str, arguments: Mapping[str, Any]) -> None:
        intended_at = self._clock()
        with fenced(self._database, self._leased) as connection:
            connection.execute(delete(effect).where(self._is(identity), effect.c.known_at.is_(None)))
            connection.execute(
                effect.insert().values(
                    feature_id=self._leased.feature_id,
                    identity=identity,
                    arguments=json.dumps(dict(arguments)),
                    intended_at=intended_at,
                )
            )
        self._intents[identity] = intended_at

    def record(self, identity: str, result: Mapping[str, Any]) -> None:
        known = {"known_at": self._clock(), "result": json.dumps(dict(result))}
        with self._database.writing() as connection:
            fence = _fence(connection, self._leased.feature_id)
            changed = connection.execute(update(effect).where(self._is(identity)).values(**known))
            if changed.rowcount == 0:  # whoever took over did not find it, and forgot it
                row = {"feature_id": self._leased.feature_id, "identity": identity, **known}
                connection.execute(effect.insert().values(**row, intended_at=known["known_at"]))
            if fence != self._leased.fence:
                mark(connection, [self._leased.feature_id], self._clock())

    def forget(self, identity: str) -> None:
        """Only the intent that this look wrote or read: another look's must stay until it is settled."""
        of_this_look = effect.c.intended_at == self._intents.get(identity)
        with self._database.writing() as connection:
            unknown = delete(effect).where(self._is(identity), effect.c.known_at.is_(None), of_this_look)
            connection.execute(unknown)

    def undone(self, identity: str) -> None:
        """Somebody has undone what was known to be done, so it may be done anew."""
        with fenced(self._database, self._leased) as connection:
            connection.execute(delete(effect).where(self._is(identity), effect.c.known_at.is_not(None)))

    def arguments(self, identity: str) -> Mapping[str, Any] | None:
        """With what an effect of unknown outcome was tried."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(effect.c.arguments, effect.c.intended_at).where(
                    self._is(identity), effect.c.known_at.is_(None)
                )
            ).one_or_none()
        if row is None:
            return None
        self._intents[identity] = row.intended_at
        return dict(json.loads(row.arguments))

    def _is(self, identity: str) -> Any:
        return (effect.c.feature_id == self._leased.feature_id) & (effect.c.identity == identity)


def _fence(connection: Connection, feature_id: int) -> int:
    """The fence in force, held until this transaction ends."""
    held = select(feature.c.fence).where(feature.c.id == feature_id).with_for_update()
    return int(connection.execute(held).scalar_one())
