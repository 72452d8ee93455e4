"""How often a run was started, which starts were in vain, and which of its turns are paid and booked."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from bot.crew.records import TurnRecord
from bot.engine.database import Database, database_now, insert_or_leave
from bot.engine.ledger import book_turn
from bot.engine.tables import run_start
from bot.settings import Price

STARTS_IN_VAIN = 3


class Starts:
    """What is known of runs beside their records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, run_id: str) -> bool:
        """Count this start; False when three before it recorded no turn."""
        with self._database.writing() as connection:
            _know(connection, run_id)
            mine = run_start.c.run_id == run_id
            before = connection.execute(select(run_start.c.in_vain).where(mine)).scalar_one()
            connection.execute(update(run_start).where(mine).values(in_vain=before + 1))
        return bool(before < STARTS_IN_VAIN)

    def uncount(self, run_id: str) -> None:
        """A start that this process broke off itself was not in vain."""
        with self._database.writing() as connection:
            counted = update(run_start).where(run_start.c.run_id == run_id, run_start.c.in_vain > 0)
            connection.execute(counted.values(in_vain=run_start.c.in_vain - 1))

    def ask_to_stop(self, run_id: str) -> None:
        """The run ends before its next turn, also when that is its first."""
        with self._database.writing() as connection:
            _know(connection, run_id)
            asked = update(run_start).where(run_start.c.run_id == run_id)
            connection.execute(asked.values(stop_asked_at=database_now(connection)))

    def stop_asked(self, run_id: str) -> bool:
        with self._database.reading() as connection:
            asked = select(run_start.c.stop_asked_at).where(run_start.c.run_id == run_id)
            return connection.execute(asked).scalar_one_or_none() is not None

    def take_over(self, stopped: str, run_id: str) -> None:
        """The turns of a stopped run are the new one's as well, and are booked already."""
        with self._database.writing() as connection:
            _know(connection, run_id)
            paid = select(run_start.c.turns).where(run_start.c.run_id == stopped).scalar_subquery()
            known = update(run_start).where(run_start.c.run_id == run_id)
            connection.execute(known.values(turns=func.coalesce(paid, 0)))


class Booking:
    """What one start of a run writes into the ledger: each turn once, also the one before a crash."""

    def __init__(self, database: Database, run_id: str, feature_id: int, price: Price) -> None:
        self._database, self._run_id, self._feature_id, self._price = database, run_id, feature_id, price
        with database.reading() as connection:
            turns = select(run_start.c.turns).where(run_start.c.run_id == run_id)
            self._booked = connection.execute(turns).scalar_one_or_none() or 0

    def book(self, number: int, turn: TurnRecord, is_new: bool) -> None:
        if not is_new and number <= self._booked:
            return
        with self._database.writing() as connection:
            booked = update(run_start).where(run_start.c.run_id == self._run_id)
            # Also where a crash came between the turn's record and this: the start before was not in vain.
            connection.execute(booked.values(turns=number, in_vain=0))
            book_turn(connection, self._feature_id, self._run_id, number, turn, self._price)


def _know(connection: Connection, run_id: str) -> None:
    connection.execute(insert_or_leave(connection, run_start, "run_id"), {"run_id": run_id})
