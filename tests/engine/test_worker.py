"""Several looks go on at once, one at a time for each feature, and one that fails stops nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import insert, select

from bot.engine.bell import Bell
from bot.engine.database import Database
from bot.engine.leasing import Leased, release
from bot.engine.marking import mark
from bot.engine.tables import feature, repository
from bot.engine.worker import LOOKERS, Worker

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def plant(database: Database, count: int) -> None:
    with database.writing() as connection:
        connection.execute(insert(repository).values(id=1, owner="o", name="r", seen_at=NOW))
        for issue in range(1, count + 1):
            connection.execute(insert(feature).values(repository_id=1, issue=issue, wanted=1, created_at=NOW))


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "It did not come about in time."
        time.sleep(0.01)


def test_what_is_due_is_looked_at_by_several_at_once_and_each_once(database: Database) -> None:
    plant(database, 12)
    looked: list[int] = []
    together = threading.Barrier(LOOKERS, timeout=10)

    def look(leased: Leased) -> None:
        if len(looked) < LOOKERS:
            together.wait()
        looked.append(leased.issue)
        release(database, leased, None)

    worker = Worker(database, look, "me", Bell())
    worker.start()
    until(lambda: len(looked) >= 12)
    worker.stop()
    assert sorted(looked) == list(range(1, 13))


def test_a_mark_is_looked_at_when_the_bell_rings(database: Database) -> None:
    plant(database, 1)
    looked: list[float] = []

    def look(leased: Leased) -> None:
        release(database, leased, None)
        looked.append(time.monotonic())

    bell = Bell()
    worker = Worker(database, look, "me", bell)
    worker.start()
    until(lambda: len(looked) == 1)
    with database.writing() as connection:
        mark(connection, connection.execute(select(feature.c.id)).scalars(), NOW)
    rung = time.monotonic()
    bell.ring()
    until(lambda: len(looked) == 2)
    worker.stop()
    assert looked[1] - rung < 0.9


def test_a_look_that_fails_stops_no_other_and_is_counted(database: Database) -> None:
    plant(database, 3)
    outcomes: list[str] = []

    def look(leased: Leased) -> None:
        if leased.issue == 2:
            raise RuntimeError("broken")
        release(database, leased, None)

    worker = Worker(database, look, "me", Bell(), lambda outcome, seconds: outcomes.append(outcome))
    worker.start()
    until(lambda: len(outcomes) == 3)
    assert worker.is_working()
    worker.stop()
    assert sorted(outcomes) == ["failed", "looked", "looked"]
    assert not worker.is_working()


def test_stopping_waits_for_the_looks_that_go_on_and_begins_none(database: Database) -> None:
    plant(database, LOOKERS + 3)
    begun: list[int] = []
    ended: list[int] = []

    def look(leased: Leased) -> None:
        begun.append(leased.issue)
        time.sleep(0.3)
        release(database, leased, None)
        ended.append(leased.issue)

    worker = Worker(database, look, "me", Bell())
    worker.start()
    until(lambda: len(begun) == LOOKERS)
    worker.stop()
    assert len(begun) == LOOKERS
    assert sorted(begun) == sorted(ended)
