"""An SQLite file as several threads and a reader or two can share it: durable, patient and fair."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

BUSY_SECONDS = 30
POOL_SIZE, POOL_OVERFLOW = 10, 20
# How soon the file is asked for again: at first as often as it costs little, later to be polite.
ASK_AGAIN_SECONDS, ASK_POLITELY_SECONDS, POLITE_AFTER_SECONDS = 0.0001, 0.002, 0.5
CHECK_KEYS = "PRAGMA foreign_key_check"


def sqlite_engine(url: str, busy_seconds: float) -> Engine:
    """Connections whose transactions begin with the right to write, unless they only read."""
    name = make_url(url).database
    if name:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Only where there is none: closing a descriptor of a file in use drops SQLite's locks on it.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    engine = create_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, busy_seconds))
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def switch_foreign_keys(connection: Connection, to: str) -> None:
    """ON or OFF; SQLite heeds it only before a transaction."""
    raw = connection.connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection):
        raw.execute(f"PRAGMA foreign_keys={to}")


def _begin_sqlite(connection: Connection, busy_seconds: float) -> None:
    # IMMEDIATE: a transaction that begins by reading would otherwise fail when it comes to write.
    if connection.get_execution_options().get("only_reads", False):
        connection.exec_driver_sql("BEGIN")
        return
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute("PRAGMA busy_timeout=0")
    try:
        _begin_when_free(raw, busy_seconds)
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _begin_when_free(raw: sqlite3.Connection, busy_seconds: float) -> None:
    """Ask for the file often: SQLite's own wait asks ever more rarely, and a busy writer starves it."""
    began = time.monotonic()
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - began
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited > busy_seconds:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from error
        pause = ASK_AGAIN_SECONDS if waited < POLITE_AFTER_SECONDS else ASK_POLITELY_SECONDS
        time.sleep(random.uniform(pause / 2, pause * 2))
