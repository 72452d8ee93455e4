"""The inbox: each delivery becomes one row, once, before GitHub hears that it was accepted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict
from datetime import UTC, datetime
from enum import Enum

import structlog
from sqlalchemy import Connection, delete
from sqlalchemy.exc import OperationalError

from bot.engine.database import Database, insert_or_leave
from bot.engine.hints import Hint
from bot.engine.tables import delivery

log = structlog.get_logger()

MOST_AT_ONCE = 500
MOST_WAITING = 5000


class Acceptance(Enum):
    """What became of a delivery."""

    ACCEPTED = "accepted"
    SEEN_BEFORE = "seen before"


class InboxFull(Exception):
    """More deliveries wait for the database than it will soon commit."""


Waiting = tuple[Hint, Future[Acceptance]]


class Inbox:
    """One writer thread that commits together whatever arrived while it committed the last lot."""

    def __init__(self, database: Database, committed: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._committed = committed
        self._waiting: queue.Queue[Waiting | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._write, name="inbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Commit what waits and end."""
        self._waiting.put(None)
        self._thread.join(timeout=10)

    def accept(self, hint: Hint) -> Future[Acceptance]:
        """A promise that is kept after the commit; raises InboxFull."""
        promise: Future[Acceptance] = Future()
        try:
            self._waiting.put_nowait((hint, promise))
        except queue.Full:
            raise InboxFull("Too many deliveries wait for the database.") from None
        return promise

    def _write(self) -> None:
        stopping = False
        while not stopping:
            lot, stopping = self._next_lot()
            if lot:
                self._commit(lot)

    def _next_lot(self) -> tuple[list[Waiting], bool]:
        lot: list[Waiting] = []
        waiting = self._waiting.get()
        while waiting is not None:
            lot.append(waiting)
            if len(lot) == MOST_AT_ONCE:
                return lot, False
            try:
                waiting = self._waiting.get_nowait()
            except queue.Empty:
                return lot, False
        return lot, True

    def _commit(self, lot: Sequence[Waiting]) -> None:
        try:
            with self._database.writing() as connection:
                new = store(connection, [hint for hint, _ in lot], datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - whoever waits for an answer gets one, whatever happened
            self._failed(lot, error)
            return
        self._committed()
        for hint, promise in lot:
            acceptance = Acceptance.ACCEPTED if hint.guid in new else Acceptance.SEEN_BEFORE
            new.discard(hint.guid)  # a twin in the same lot was seen before
            _keep(promise, acceptance)

    def _failed(self, lot: Sequence[Waiting], error: Exception) -> None:
        if len(lot) > 1 and not isinstance(error, OperationalError):
            for waiting in lot:  # one that the database refuses must not fail the others
                self._commit([waiting])
            return
        log.error("deliveries_not_committed", deliveries=len(lot), why=type(error).__name__)
        for _, promise in lot:
            if promise.set_running_or_notify_cancel():
                promise.set_exception(error)


def _keep(promise: Future[Acceptance], acceptance: Acceptance) -> None:
    if promise.set_running_or_notify_cancel():  # who asked may have gone away
        promise.set_result(acceptance)


def store(connection: Connection, hints: Sequence[Hint], now: datetime) -> set[str]:
    """Insert these deliveries; the GUIDs of those that were not known."""
    rows = [{**asdict(hint), "received_at": now} for hint in hints]
    return set(
        connection.execute(
            insert_or_leave(connection, delivery, "guid").returning(delivery.c.guid), rows
        ).scalars()
    )


def forget(connection: Connection, before: datetime) -> int:
    """Delete what was handled before then; how many. GitHub redelivers only what is a few days old."""
    old = delete(delivery).where(delivery.c.handled_at < before)
    return int(connection.execute(old).rowcount)
