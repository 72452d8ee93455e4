"""One process works on an SQLite file; others may read it; nobody waits for readers."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError, StatementError

from bot.engine.database import Database, DatabaseInUse, database_now, sole_process
from bot.engine.tables import metadata, repository

ROOT = Path(__file__).parents[2]
SECOND = """
import sys
from bot.engine.database import Database, DatabaseInUse, sole_process
try:
    with sole_process(Database(sys.argv[1])):
        print("works")
except DatabaseInUse as refusal:
    print(refusal)
"""


def second_process(url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SECOND, url], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return done.stdout


def test_a_second_process_on_one_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    with sole_process(database):
        refusal = second_process(database.url)
    assert "Baton already runs on baton.db" in refusal
    assert "Stop that one first" in refusal
    assert second_process(database.url) == "works\n"


def test_the_lock_outlives_other_uses_of_the_file_in_the_same_process(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    with sole_process(database):
        Database(database.url).answers()
        with pytest.raises(DatabaseInUse), sole_process(Database(database.url)):
            pass
        assert "already runs" in second_process(database.url)


def test_postgresql_takes_any_number_of_processes(postgresql: Any) -> None:
    url = postgresql.fresh_database()
    with sole_process(Database(url)):
        assert second_process(url) == "works\n"


def test_the_file_is_nobody_elses(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'new' / 'baton.db'}").answers()
    assert stat.S_IMODE((tmp_path / "new" / "baton.db").stat().st_mode) == 0o600


def test_every_connection_is_durable_and_patient(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    with database.reading() as connection:
        pragmas = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        values = [connection.execute(text(f"PRAGMA {pragma}")).scalar() for pragma in pragmas]
    assert values == ["wal", 2, 30_000, 1]


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.writing() as writer:
        row = {"id": 1, "owner": "o", "name": "r", "seen_at": datetime.now(UTC)}
        writer.execute(insert(repository).values(row))
        began = time.monotonic()
        with database.reading() as reader:
            assert reader.execute(select(repository.c.id)).all() == []
        assert time.monotonic() - began < 1


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    def write(start: int) -> None:
        for number in range(start, start + 25):
            with database.writing() as connection:
                row = {"id": number, "owner": "o", "name": "r", "seen_at": datetime.now(UTC)}
                connection.execute(insert(repository).values(row))

    threads = [threading.Thread(target=write, args=(start,)) for start in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert len(connection.execute(select(repository.c.id)).all()) == 100


def test_moments_come_back_in_utc_to_the_microsecond(database: Database) -> None:
    moment = datetime(2026, 3, 4, 5, 6, 7, 891, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as connection:
        connection.execute(insert(repository).values(id=1, owner="o", name="r", seen_at=moment))
        seen = connection.execute(select(repository.c.seen_at)).scalar_one()
        later = select(repository.c.id).where(repository.c.seen_at < moment + timedelta(microseconds=1))
        assert connection.execute(later).scalars().all() == [1]
    assert (seen, seen.tzinfo) == (moment, UTC)


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"), database.writing() as connection:
        connection.execute(insert(repository).values(id=1, owner="o", name="r", seen_at=datetime(2026, 1, 1)))


def test_the_shared_clock_is_about_ours(database: Database) -> None:
    with database.reading() as connection:
        assert abs(database_now(connection) - datetime.now(UTC)) < timedelta(seconds=5)


BUSY = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
print("busy", flush=True)
while True:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE repository SET name = name || '.' WHERE id = 1")
    connection.execute("COMMIT")
"""


def test_a_writer_gets_its_turn_beside_one_that_writes_all_the_time(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    metadata.create_all(database.engine)
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(tmp_path / "baton.db")], stdout=subprocess.PIPE, cwd=ROOT
    )
    try:
        assert busy.stdout is not None and busy.stdout.readline()
        began = time.monotonic()
        for number in range(2, 32):
            with database.writing() as connection:
                row = {"id": number, "owner": "o", "name": "r", "seen_at": datetime.now(UTC)}
                connection.execute(insert(repository).values(row))
        assert time.monotonic() - began < 10
    finally:
        busy.kill()
        busy.wait()


def test_a_file_that_is_never_free_is_an_error_of_the_database(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}", busy_seconds=0.2)
    metadata.create_all(database.engine)
    other = sqlite3.connect(tmp_path / "baton.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), database.writing():
        pass
    other.execute("ROLLBACK")
    with database.writing():
        pass
