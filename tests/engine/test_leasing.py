"""A feature is looked at by one worker at a time, and no mark is lost, whoever dies."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update

from bot.engine.columns import Instant
from bot.engine.database import Database, database_now
from bot.engine.leasing import (
    Leased,
    LeaseLost,
    fenced,
    free_leases_of_the_dead,
    half_over,
    lease_next,
    next_due_at,
    release,
    release_in,
    renew,
)
from bot.engine.marking import mark
from bot.engine.tables import feature, repository

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FEATURES, MARKS, LEASE = 20, 1500, 0.5

# What the lookers of the big test write, to be checked afterwards.
proof = MetaData()
look = Table(
    "look",
    proof,
    Column("feature_id", Integer, primary_key=True),
    Column("inside_until", Instant),
    Column("overlaps", Integer, nullable=False, default=0),
    Column("seen", Integer, nullable=False, default=0),
)


def plant(database: Database, features: int = 1, **values: object) -> None:
    with database.writing() as connection:
        connection.execute(insert(repository).values(id=1, owner="o", name="r", seen_at=NOW))
        for issue in range(1, features + 1):
            row = {"repository_id": 1, "issue": issue, "created_at": NOW, **values}
            connection.execute(insert(feature).values(row))


def mark_all(database: Database) -> None:
    with database.writing() as connection:
        mark(connection, connection.execute(select(feature.c.id)).scalars(), NOW)


def test_nothing_is_leased_while_nothing_is_due(database: Database) -> None:
    plant(database)
    assert lease_next(database, "me", NOW) is None


def test_a_marked_feature_is_leased_once(database: Database) -> None:
    plant(database)
    mark_all(database)
    first = lease_next(database, "me", NOW)
    assert first is not None and (first.issue, first.fence, first.wanted) == (1, 1, 1)
    assert lease_next(database, "you", NOW) is None


def test_a_feature_is_due_when_its_wait_is_over(database: Database) -> None:
    plant(database, look_again_at=NOW + timedelta(seconds=30))
    assert lease_next(database, "me", NOW) is None
    assert next_due_at(database) == NOW + timedelta(seconds=30)
    assert lease_next(database, "me", NOW + timedelta(seconds=30)) is not None


def test_a_delayed_mark_has_one_look(database: Database) -> None:
    plant(database, nudge_at=NOW)
    leased = lease_next(database, "me", NOW)
    assert leased is not None
    release(database, leased, None, NOW)
    assert lease_next(database, "me", NOW + timedelta(hours=1)) is None


def test_a_delayed_mark_outlives_a_look_before_its_time(database: Database) -> None:
    plant(database, nudge_at=NOW + timedelta(seconds=5))
    mark_all(database)
    leased = lease_next(database, "me", NOW)
    assert leased is not None
    release(database, leased, NOW + timedelta(days=1), NOW)
    assert lease_next(database, "me", NOW + timedelta(seconds=5)) is not None


def test_a_mark_made_during_a_look_is_answered_by_the_next(database: Database) -> None:
    plant(database)
    mark_all(database)
    leased = lease_next(database, "me", NOW)
    assert leased is not None
    mark_all(database)
    release(database, leased, None, NOW)
    again = lease_next(database, "me", NOW)
    assert again is not None and again.wanted == 2


def test_a_renewed_lease_answers_what_was_marked_until_then(database: Database) -> None:
    plant(database)
    mark_all(database)
    leased = lease_next(database, "me", NOW)
    assert leased is not None
    mark_all(database)
    renewed = renew(database, leased, NOW)
    release(database, renewed, None, NOW)
    assert lease_next(database, "me", NOW) is None


def test_the_one_that_waits_longest_comes_first(database: Database) -> None:
    plant(database, features=3)
    mark_all(database)
    order = []
    for second in range(6):
        leased = lease_next(database, "me", NOW + timedelta(seconds=second))
        assert leased is not None
        order.append(leased.issue)
        mark_all(database)
        release(database, leased, None, NOW + timedelta(seconds=second))
    assert order == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize("act", [renew, lambda database, leased: release(database, leased, None)])
def test_who_lost_the_lease_can_neither_renew_nor_release(
    database: Database, act: Callable[..., object]
) -> None:
    plant(database)
    mark_all(database)
    stalled = lease_next(database, "stalled", NOW)
    assert stalled is not None
    assert lease_next(database, "next", NOW + timedelta(minutes=5)) is not None
    with pytest.raises(LeaseLost, match="taken over"):
        act(database, stalled)


def test_who_lost_the_lease_records_nothing(database: Database) -> None:
    plant(database)
    mark_all(database)
    stalled = lease_next(database, "stalled", NOW)
    taken_over = lease_next(database, "next", NOW + timedelta(minutes=5))
    assert stalled is not None and taken_over is not None
    with pytest.raises(LeaseLost), fenced(database, stalled) as connection:
        connection.execute(update(feature).values(title="written by a zombie"))
    with fenced(database, taken_over) as connection:
        assert connection.execute(select(feature.c.title)).scalar_one() == ""


def test_a_lease_is_half_over_by_our_own_clock(database: Database) -> None:
    plant(database, features=2)
    mark_all(database)
    fresh, short = lease_next(database, "me", NOW), lease_next(database, "me", NOW, seconds=0.0)
    assert fresh is not None and short is not None
    assert (half_over(fresh), half_over(short)) == (False, True)


def look_until_done(url: str, seed: int, finished: Callable[[], bool]) -> None:
    """Lease and look; now and then die in the middle, which a worker does by never releasing."""
    database, chance = Database(url), random.Random(seed)
    while not finished():
        leased = lease_next(database, f"looker-{seed}", seconds=LEASE)
        if leased is None:
            time.sleep(0.01)
        else:
            with suppress(LeaseLost):  # it stalled for longer than its lease, as a real worker may
                look_at(database, leased, dies=chance.random() < 0.03)
    database.dispose()


def look_at(database: Database, leased: Leased, dies: bool) -> None:
    here = update(look).where(look.c.feature_id == leased.feature_id)
    with fenced(database, leased) as connection:
        inside = look.c.inside_until > database_now(connection)
        connection.execute(here.where(inside).values(overlaps=look.c.overlaps + 1))
        connection.execute(here.values(inside_until=leased.leased_at + timedelta(seconds=LEASE)))
    if dies:
        return
    with fenced(database, leased) as connection:
        connection.execute(here.values(inside_until=None, seen=leased.wanted))
        release_in(connection, leased, None)


def put_marks(url: str, seed: int, marks: int) -> None:
    database, chance = Database(url), random.Random(seed)
    for _ in range(marks):
        with database.writing() as connection:
            mark(connection, [chance.randint(1, FEATURES)], NOW)
    database.dispose()


def all_answered(database: Database) -> bool:
    with database.reading() as connection:
        rows = connection.execute(select(feature.c.wanted, feature.c.looked, feature.c.leased_until)).all()
    return sum(row.wanted for row in rows) == MARKS and all(row.wanted == row.looked for row in rows)


def test_of_1500_marks_none_is_lost_and_no_feature_is_looked_at_twice_at_once(database: Database) -> None:
    """R100."""
    plant(database, features=FEATURES)
    proof.create_all(database.engine)
    with database.writing() as connection:
        for number in range(1, FEATURES + 1):
            connection.execute(insert(look).values(feature_id=number))
    url, spawn = database.url, multiprocessing.get_context("spawn")
    over = spawn.Event()
    others: list[Any] = [spawn.Process(target=put_marks, args=(url, seed, MARKS // 2)) for seed in (1, 2)]
    others.append(spawn.Process(target=look_until_done, args=(url, 3, over.is_set)))
    threads = [threading.Thread(target=look_until_done, args=(url, seed, over.is_set)) for seed in (4, 5, 6)]
    for one in (*others, *threads):
        one.start()
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while not all_answered(database) and datetime.now(UTC) < deadline:
        threading.Event().wait(0.05)
    over.set()
    for one in (*others, *threads):
        one.join(30)
    with database.reading() as connection:
        overlaps = connection.execute(select(look.c.overlaps)).scalars().all()
        unseen = select(feature.c.id).join(look, look.c.feature_id == feature.c.id)
        missed = connection.execute(unseen.where(look.c.seen != feature.c.wanted)).scalars().all()
    assert all_answered(database)
    assert (sum(overlaps), missed) == (0, [])


def test_what_a_killed_process_held_on_sqlite_is_free_for_the_one_that_starts(database: Database) -> None:
    plant(database)
    mark_all(database)
    assert lease_next(database, "killed") is not None
    assert lease_next(database, "started again") is None
    freed = free_leases_of_the_dead(database)
    assert freed == (1 if database.is_sqlite else 0)
    # On PostgreSQL the other may only have stalled: its lease runs out by itself.
    assert (lease_next(database, "started again") is not None) == database.is_sqlite
