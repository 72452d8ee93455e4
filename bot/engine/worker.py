"""The worker of a process: leases features that are due, and lets several threads look at them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import structlog

from bot.engine.bell import Bell
from bot.engine.database import Database
from bot.engine.leasing import LEASE_SECONDS, Leased, lease_next, next_due_at
from bot.engine.outages import first_line, is_away

log = structlog.get_logger()

LOOKERS = 4
IDLE_SECONDS = 1.0
AFTER_AN_ERROR = 2.0

Look = Callable[[Leased], None]


class Worker:
    """One thread leases, several look. `marked` rings when a feature became worth a look."""

    def __init__(
        self,
        database: Database,
        look: Look,
        executor_id: str,
        marked: Bell,
        looked: Callable[[str, float], None] = lambda outcome, seconds: None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._database = database
        self._look = look
        self._id = executor_id
        self._looked = looked
        self._lease_seconds = lease_seconds
        self._marked = marked
        self._stopping = threading.Event()
        self._free = threading.Semaphore(LOOKERS)
        self._pool = ThreadPoolExecutor(LOOKERS, thread_name_prefix="look")
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin no look any more, and wait for those under way."""
        self._stopping.set()
        self._marked.ring()
        self._thread.join(timeout=10)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def is_working(self) -> bool:
        return self._thread.is_alive() and not self._stopping.is_set()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._lease_all()
                self._marked.wait(self._until_due())
            except Exception as error:  # noqa: BLE001 - a worker that ended would look at nothing any more
                _log("worker_failed", error)
                self._stopping.wait(AFTER_AN_ERROR)

    def _lease_all(self) -> None:
        """As many as there are lookers free; the rest is leased when one comes back."""
        while self._free.acquire(blocking=False):
            leased = None
            try:
                leased = lease_next(self._database, self._id, seconds=self._lease_seconds)
            finally:
                if leased is None:
                    self._free.release()
            if leased is None:
                return
            self._pool.submit(self._look_once, leased)

    def _look_once(self, leased: Leased) -> None:
        began = time.monotonic()
        outcome = "looked"
        try:
            self._look(leased)
        except Exception as error:  # noqa: BLE001 - its lease runs out, and another look begins
            outcome = "failed"
            _log("look_failed", error, feature=leased.feature_id)
        finally:
            self._free.release()
            self._marked.ring()
        self._looked(outcome, time.monotonic() - began)

    def _until_due(self) -> float:
        due = next_due_at(self._database)
        if due is None:
            return IDLE_SECONDS
        return min(max((due - datetime.now(UTC)).total_seconds(), 0.05), IDLE_SECONDS)


def _log(event: str, error: Exception, **about: object) -> None:
    """A database that is away is no riddle to be solved by a traceback; what was asked is asked again later."""
    if is_away(error):
        log.warning("database_away", at=event, why=first_line(error), **about)
    else:
        log.exception(event, **about)
