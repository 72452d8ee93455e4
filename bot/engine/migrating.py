"""Bring the tables up to date at start-up, one process at a time, and never work on newer ones."""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

import structlog
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.engine.columns import Instant
from bot.engine.database import Database, sole_migration
from bot.engine.tables import metadata

log = structlog.get_logger()

HISTORY = Path(__file__).with_name("migrations")
COMPARED = True
NO_FALSE = re.compile(r"sa\.Boolean\(\), server_default=sa\.text\(['\"]0['\"]\)")


class SchemaTooNew(Exception):
    """The database was written by a newer Baton than this one."""


def migrate(database: Database, history: Path = HISTORY) -> None:
    """Bring the schema to this Baton's; all of it or nothing. Raises SchemaTooNew."""
    with sole_migration(database):
        script = ScriptDirectory.from_config(_config(history))
        with database.reading() as connection:
            current = _revision(connection)
        if current is not None and current not in {step.revision for step in script.walk_revisions()}:
            raise SchemaTooNew(_too_new(current))
        if current == script.get_current_head():
            return
        if current is not None:
            _keep_a_copy(database, current)
        with database.changing_tables() as connection:
            command.upgrade(_config(history, connection), "head")
        log.info("schema_migrated", before=current, now=script.get_current_head())


def differences(connection: Connection) -> list[Any]:
    """How the database's tables differ from those that this Baton expects; nothing after `migrate`."""
    options = {"compare_type": COMPARED, "include_object": is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def is_ours(_: object, name: str | None, kind: str, reflected: bool, expected: object) -> bool:
    """Whether a table is Baton's; DBOS keeps its own beside them and migrates those itself."""
    return not (kind == "table" and reflected and expected is None and name not in metadata.tables)


def draft(message: str) -> Path:
    """Write the next step of the history from what `tables.py` says beyond the last one."""
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{directory}/draft.db")
        migrate(database)
        number = len(list(ScriptDirectory.from_config(_config(HISTORY)).walk_revisions())) + 1
        with database.writing() as connection:
            config = _config(HISTORY, connection)
            written: Any = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        database.dispose()
    path = Path(written.path)
    # Drafted on SQLite, which has no booleans of its own.
    path.write_text(NO_FALSE.sub("sa.Boolean(), server_default=sa.false()", path.read_text()))
    return path


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """How a drafted step writes our column type."""
    return "Instant()" if kind == "type" and isinstance(item, Instant) else False


def _config(history: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(history))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


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


if __name__ == "__main__":
    print(draft(" ".join(sys.argv[1:]) or sys.exit("Say in a few words what changes.")))
