"""Which processes live, so that what the dead ones had begun is taken over."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Protocol
from uuid import uuid4

import structlog
from sqlalchemy import delete, select, update

from bot.engine.database import Database, database_now, insert_or_leave
from bot.engine.tables import executor

log = structlog.get_logger()

BEAT_SECONDS = 2.0
DEAD_AFTER = timedelta(seconds=8)
FORGOTTEN_AFTER = timedelta(days=1)


class Adoptable(Protocol):
    """Work that belongs to a process and can pass to another."""

    def owners(self) -> Collection[str]:
        """The processes that have begun something and not ended it."""

    def adopt(self, executors: Collection[str]) -> int:
        """Take over what these have begun; how much that was."""


def new_executor_id() -> str:
    """Unique for each start: two processes of one name would run the same work twice."""
    return f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid4().hex[:8]}"


class Heart:
    """Beats for this process, and takes over what processes without a beat had begun.

    Beat and take-over are separate transactions: a beat must not wait for anything.
    """

    def __init__(
        self,
        database: Database,
        executor_id: str,
        work: Adoptable,
        beat_seconds: float = BEAT_SECONDS,
        dead_after: timedelta = DEAD_AFTER,
        adopted: Callable[[int], None] = lambda count: None,
    ) -> None:
        self._database = database
        self._id = executor_id
        self._work = work
        self._beat_seconds = beat_seconds
        self._dead_after = dead_after
        self._adopted = adopted
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(step,), name=step.__name__, daemon=True)
            for step in (self.beat, self.reap)
        ]

    def start(self) -> None:
        """Say that this process lives; on SQLite it is the only one, and adopts everything."""
        self._register()
        self.reap()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Say that this process is gone, so that nobody waits for its beat."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5)
        with self._database.writing() as connection:
            gone = update(executor).where(executor.c.id == self._id)
            connection.execute(gone.values(gone_at=database_now(connection)))

    def beat(self) -> None:
        """Say again that this process lives; also after it was believed dead."""
        with self._database.writing() as connection:
            now = database_now(connection)
            beating = update(executor).where(executor.c.id == self._id).values(beat_at=now)
            connection.execute(beating)

    def reap(self) -> None:
        """Adopt what processes without a beat had begun. Several may try: each run passes once."""
        if dead := sorted(set(self._work.owners()) - self.living()):
            count = self._work.adopt(dead)
            log.info("runs_adopted", runs=count, of=dead)
            self._adopted(count)

    def living(self) -> set[str]:
        """The processes whose beat is fresh, this one among them."""
        if self._database.is_sqlite:
            return {self._id}
        with self._database.reading() as connection:
            freshest = database_now(connection) - self._dead_after
            alive = select(executor.c.id).where(executor.c.gone_at.is_(None), executor.c.beat_at > freshest)
            return {self._id, *connection.execute(alive).scalars()}

    def _register(self) -> None:
        with self._database.writing() as connection:
            now = database_now(connection)
            connection.execute(delete(executor).where(executor.c.beat_at < now - FORGOTTEN_AFTER))
            row = {"id": self._id, "host": socket.gethostname(), "started_at": now, "beat_at": now}
            connection.execute(insert_or_leave(connection, executor, "id"), row)

    def _repeat(self, step: Callable[[], None]) -> None:
        while not self._stopping.wait(self._beat_seconds):
            try:
                step()
            except Exception as error:  # noqa: BLE001 - a process that stops beating is taken for dead
                log.error("executor_step_failed", step=step.__name__, why=str(error))
