"""Things that happen every so often: once for all processes, by a row that one of them claims."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, update

from bot.engine.database import Database, database_now, insert_or_leave
from bot.engine.outages import first_line, is_away
from bot.engine.tables import timer

log = structlog.get_logger()


class Timer:
    """Does something when this process begins and then every so often, whichever process claims the turn."""

    def __init__(
        self,
        database: Database,
        name: str,
        seconds: float,
        act: Callable[[], object],
        owner: str,
        at_start: Callable[[], object] | None = None,
    ) -> None:
        self._database = database
        self._name = name
        self._seconds = seconds
        self._act = act
        self._at_start = at_start or act
        self._owner = owner
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)

    def claim(self, now: datetime | None = None) -> bool:
        """Whether this process has the turn that is due."""
        with self._database.writing() as connection:
            moment = now or database_now(connection)
            self._know(connection, moment)
            due = timer.c.name == self._name, timer.c.next_at <= moment
            then = moment + timedelta(seconds=self._seconds)
            claiming = update(timer).where(*due)
            claiming = claiming.values(next_at=then, count=timer.c.count + 1, claimed_by=self._owner)
            return bool(connection.execute(claiming).rowcount)

    def _know(self, connection: Connection, now: datetime) -> None:
        first = now + timedelta(seconds=self._seconds)
        row = {"name": self._name, "next_at": first}
        connection.execute(insert_or_leave(connection, timer, "name"), row)

    def _repeat(self) -> None:
        self._do(self.claim)  # what is due by now is done at once
        self._do(self._at_start)
        # Asked more often than due, since another process may have died with its turn not taken.
        while not self._stopping.wait(min(self._seconds / 4, 5.0)):
            self._do(lambda: self._act() if self.claim() else None)

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:
            if is_away(error):
                log.warning("database_away", at=self._name, why=first_line(error))
            else:
                log.exception("timer_failed", timer=self._name)
