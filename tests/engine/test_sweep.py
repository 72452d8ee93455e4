"""What no delivery told of is found by the sweep, and timers have one turn for all processes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from bot.engine.bell import Bell
from bot.engine.database import Database
from bot.engine.hints import Hint
from bot.engine.inbox import Inbox
from bot.engine.leasing import lease_next, release
from bot.engine.marker import Marker
from bot.engine.marking import mark
from bot.engine.sweep import Sweeping, stirred, sweep
from bot.engine.tables import feature, repository
from bot.engine.timers import Timer

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def plant(database: Database, live: bool = True) -> None:
    with database.writing() as connection:
        connection.execute(insert(repository).values(id=1, owner="o", name="r", seen_at=NOW))
        connection.execute(insert(feature).values(repository_id=1, issue=1, live=live, created_at=NOW))


def sweeps(database: Database, count: int) -> list[int]:
    """At which of so many sweeps the feature had its turn."""
    turns = []
    for number in range(count):
        with database.writing() as connection:
            if sweep(connection):
                turns.append(number)
    return turns


def wanted(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(feature.c.wanted)).scalar_one())


def test_a_quiet_feature_has_its_turn_ever_more_rarely(database: Database) -> None:
    plant(database)
    assert sweeps(database, 61) == [0, 1, 2, 4, 8, 15, 30, 45, 60]


def test_a_feature_that_stirs_is_swept_often_again(database: Database) -> None:
    plant(database)
    sweeps(database, 20)
    with database.writing() as connection:
        stirred(connection, 1)
    assert sweeps(database, 3) == [0, 1, 2]


def test_a_delivery_makes_a_quiet_feature_stir(database: Database) -> None:
    plant(database)
    sweeps(database, 20)
    with database.writing() as connection:
        mark(connection, [1], NOW)
    assert sweeps(database, 3) == [0, 1, 2]


def test_a_finished_feature_is_not_swept(database: Database) -> None:
    plant(database, live=False)
    assert sweeps(database, 5) == []


def test_a_starting_process_looks_at_everything(database: Database) -> None:
    plant(database)
    sweeps(database, 4)
    with database.writing() as connection:
        assert sweep(connection, everything=True) == 1


def test_a_due_turn_is_claimed_by_one_process(database: Database) -> None:
    one, two = (Timer(database, "t", 60, lambda: None, owner) for owner in ("one", "two"))
    assert not one.claim(NOW)  # never before its time
    later = NOW + timedelta(seconds=60)
    assert [one.claim(later), two.claim(later)] == [True, False]
    assert two.claim(later + timedelta(seconds=60))


def test_a_process_sweeps_discovers_and_redelivers_when_it_begins(database: Database) -> None:
    plant(database)
    done: list[str] = []
    sweeping = Sweeping(
        60,
        discover=lambda: done.append("discover"),
        redeliver=lambda: done.append("redeliver"),
        marked=lambda: done.append("marked"),
    )
    timers = sweeping.timers(database, "me")
    for timer in timers:
        timer.start()
    deadline = time.monotonic() + 10
    while len(done) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    for timer in timers:
        timer.stop()
    assert (sorted(done), wanted(database)) == (["discover", "marked", "redeliver"], 1)


def test_a_timer_goes_on_after_an_error(database: Database) -> None:
    done: list[int] = []

    def act() -> None:
        done.append(1)
        raise OSError("GitHub is away")

    timer = Timer(database, "t", 0.1, act, "me")
    timer.start()
    deadline = time.monotonic() + 10
    while len(done) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    timer.stop()
    assert len(done) >= 3


def test_a_delivery_is_a_leased_look_within_a_blink(database: Database) -> None:
    plant(database)
    arrived, marked = Bell(), Bell()
    inbox, marker = Inbox(database, arrived.ring), Marker(database, arrived, marked, poll_seconds=60)
    inbox.start()
    marker.start()
    delays = []
    for number in range(20):
        inbox.accept(Hint(str(number), "issues", repository_id=1, issue=1, owner="o", name="r")).result(5)
        accepted = time.monotonic()
        leased = None
        while leased is None:
            marked.wait(5)
            leased = lease_next(database, "me")
        delays.append(time.monotonic() - accepted)
        release(database, leased, None)
    marker.stop()
    inbox.stop()
    assert sorted(delays)[10] < 0.1


def test_a_bell_is_heard_by_every_thread_also_by_one_that_was_busy() -> None:
    bell = Bell()
    assert not bell.wait(0.01)
    bell.ring()
    assert bell.wait(0)
    assert not bell.wait(0.01)
