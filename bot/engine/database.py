"""The database: how it is opened, written, read, and kept to one process where it is a file."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, create_engine, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.engine.sqlite_file import BUSY_SECONDS, CHECK_KEYS, sqlite_engine, switch_foreign_keys

POOL_SIZE, POOL_OVERFLOW = 10, 20


class DatabaseInUse(Exception):
    """Another process of Baton already works on this SQLite file."""


class Database:
    """One database, with the two ways to use it: `writing` and `reading`."""

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        self.url = url
        self.engine = (
            sqlite_engine(url, busy_seconds) if url.startswith("sqlite") else _postgresql_engine(url)
        )
        # Threads of one process queue here and not in SQLite's busy wait, which polls and is unfair.
        self._turn = threading.RLock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        name = self.engine.url.database
        return Path(name) if self.is_sqlite and name else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; it commits at the end and rolls back on an error."""
        with self._turn, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; on SQLite it neither waits for a writer nor holds one up."""
        with self.engine.connect().execution_options(only_reads=True) as connection:
            yield connection

    @contextmanager
    def changing_tables(self) -> Iterator[Connection]:
        """A transaction for migrations, which on SQLite may have to replace a table by a changed copy.

        With foreign keys on, dropping the old table would delete what refers to its rows; they can be
        switched off only before a transaction, and are checked at its end.
        """
        with self._turn, self.engine.connect() as connection:
            if self.is_sqlite:
                switch_foreign_keys(connection, "OFF")
            try:
                with connection.begin():
                    yield connection
                    if self.is_sqlite and (broken := connection.exec_driver_sql(CHECK_KEYS).all()):
                        raise RuntimeError(f"The migration would leave rows that refer to nothing: {broken}")
            finally:
                if self.is_sqlite:
                    switch_foreign_keys(connection, "ON")

    def answers(self) -> bool:
        """Whether a statement can be executed; raises what the database says where it cannot."""
        with self.reading() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar() == 1)

    def dispose(self) -> None:
        self.engine.dispose()


@contextmanager
def sole_process(database: Database) -> Iterator[None]:
    """Refuse a second `serve` or `worker` on one SQLite file; PostgreSQL takes any number."""
    if database.path is None:
        yield
        return
    # Never lock the database file itself: closing any second descriptor of it drops SQLite's own locks.
    with _locked(Path(f"{database.path}.lock.pid"), wait=False) as descriptor:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield


@contextmanager
def sole_migration(database: Database) -> Iterator[None]:
    """Let one process at a time change the schema."""
    if database.path is not None:
        with _locked(Path(f"{database.path}.migration.lock.pid"), wait=True):
            yield
        return
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('baton.migrations'))"))
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtext('baton.migrations'))"))
            connection.commit()


@contextmanager
def _locked(path: Path, wait: bool) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise DatabaseInUse(_in_use(path, os.read(descriptor, 20).decode().strip())) from None
        yield descriptor
    finally:
        os.close(descriptor)


def _in_use(path: Path, owner: str) -> str:
    by = f"process {owner}" if owner else "another process"
    return (
        f"Baton already runs on {path.name.removesuffix('.lock.pid')}, in {by}, "
        "and an SQLite file bears only one. Stop that one first, or give BATON_DATABASE_URL another "
        "file; for several processes at once use PostgreSQL."
    )


def _postgresql_engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "baton"},
    )


def database_now(connection: Connection) -> datetime:
    """The clock that all processes of this database share: the server's, or this machine's for a file."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)


def insert_or_leave(connection: Connection, table: Table, *key: str) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves alone the row that already has this key."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing(index_elements=key)
    return postgresql.insert(table).on_conflict_do_nothing(index_elements=key)
