"""The sweep: what no delivery told of is found all the same, only later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, or_, select, update

from bot.engine.database import Database, database_now
from bot.engine.inbox import forget
from bot.engine.tables import feature
from bot.engine.timers import Timer

log = structlog.get_logger()

REDELIVERY_SECONDS = 3600.0
KEPT = timedelta(days=8)  # GitHub Enterprise Server redelivers for seven
SWEEPS_PER_DISCOVERY = 10
RAREST = 15


@dataclass(frozen=True)
class Sweeping:
    """What is done every so often, and how often."""

    sweep_seconds: float
    discover: Callable[[], object]  # labelled issues that were never seen
    redeliver: Callable[[], object]  # deliveries that failed
    marked: Callable[[], None] = lambda: None

    def timers(self, database: Database, owner: str) -> tuple[Timer, ...]:
        """The timers to start; each also acts once when its process begins."""
        return (
            Timer(
                database,
                "sweep",
                self.sweep_seconds,
                lambda: self._sweep(database),
                owner,
                at_start=lambda: self._sweep(database, everything=True),
            ),
            Timer(database, "discovery", self.sweep_seconds * SWEEPS_PER_DISCOVERY, self.discover, owner),
            Timer(database, "redelivery", REDELIVERY_SECONDS, self.redeliver, owner),
            Timer(database, "forgetting", REDELIVERY_SECONDS, lambda: _forget(database), owner),
        )

    def _sweep(self, database: Database, everything: bool = False) -> None:
        with database.writing() as connection:
            count = sweep(connection, everything)
        if count:
            log.info("features_swept", features=count)
            self.marked()


def _forget(database: Database) -> None:
    with database.writing() as connection:
        forget(connection, before=database_now(connection) - KEPT)


def sweep(connection: Connection, everything: bool = False) -> int:
    """Mark the live features whose turn it is; how many. The longer one is quiet, the rarer its turn."""
    whose_turn = feature.c.live if everything else feature.c.live & _has_its_turn(feature.c.quiet_sweeps)
    # By rising id, as every mark is made: else two processes might wait for each other.
    ids = select(feature.c.id).where(feature.c.live).order_by(feature.c.id).with_for_update()
    connection.execute(ids).all()
    marked = update(feature).where(whose_turn).values(wanted=feature.c.wanted + 1)
    count = connection.execute(marked).rowcount
    quieter = update(feature).where(feature.c.live).values(quiet_sweeps=feature.c.quiet_sweeps + 1)
    connection.execute(quieter)
    return count


def stirred(connection: Connection, feature_id: int) -> None:
    """Something changed with this feature: it is swept often again."""
    connection.execute(update(feature).where(feature.c.id == feature_id).values(quiet_sweeps=0))


def _has_its_turn(quiet: ColumnElement[int]) -> ColumnElement[bool]:
    """After 1, 2, 4, 8 and 15 quiet sweeps, and then at every 15th."""
    return or_(quiet.in_((0, 1, 2, 4, 8)), quiet % RAREST == 0)
