"""Bring the tables up to date at start-up, one process at a time, and never work on newer ones."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import structlog
from sqlalchemy import Connection, inspect, text

from bot.engine.database import Database, sole_migration

log = structlog.get_logger()

HISTORY = Path(__file__).with_name("migrations")


class SchemaTooNew(Exception):
    """The database was written by a newer Baton than this one."""


def migrate(database: Database, history: Path = HISTORY) -> None:
    """Bring the schema to this Baton's; all of it or nothing. Raises SchemaTooNew."""
    with sole_migration(database):
        with database.reading() as connection:
            current = step_of(connection)
        if current is not None and current == newest_step(history):
            return
        _take_steps(database, history, current)


def steps(history: Path = HISTORY) -> frozenset[str]:
    """All steps, by the names of the files alone: `0001_first_tables.py` is step `0001`."""
    names = (file.stem.partition("_")[0] for file in (history / "versions").glob("*.py"))
    return frozenset(name for name in names if name)


def newest_step(history: Path = HISTORY) -> str:
    """The step after which the tables are what this Baton expects."""
    return max(steps(history))


def _take_steps(database: Database, history: Path, current: str | None) -> None:
    # Alembic is imported only where there is something to do: it would take longer than all the rest of this.
    from bot.engine.history import take_all_steps

    if current is not None and current not in steps(history):
        raise SchemaTooNew(_too_new(current))
    if current is not None:
        _keep_a_copy(database, current)
    with database.changing_tables() as connection:
        take_all_steps(history, connection)
    log.info("schema_migrated", before=current, now=newest_step(history))


def step_of(connection: Connection) -> str | None:
    """The step that the database is at; none where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _keep_a_copy(database: Database, revision: str) -> None:
    """An SQLite file is copied beside itself before it is changed; a server has its own backups."""
    if database.path is None:
        return
    copy = database.path.with_name(f"{database.path.name}.before-migration-from-{revision}")
    with sqlite3.connect(database.path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    copy.chmod(0o600)


def _too_new(revision: str) -> str:
    return (
        f"This database is at schema {revision}, which this version of Baton does not know: a newer one "
        "wrote it. Start the newer Baton, or restore the copy that was made before it migrated."
    )
