"""The history of the tables as Alembic knows it: its steps are taken, and compared with what `tables.py` says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.engine.columns import Instant
from bot.engine.tables import metadata

COMPARED = True


def known_steps(history: Path) -> frozenset[str]:
    """The names of all steps."""
    return frozenset(
        step.revision for step in ScriptDirectory.from_config(alembic_config(history)).walk_revisions()
    )


def take_all_steps(history: Path, connection: Connection) -> None:
    """Every step that this database has not taken, in the transaction that is given."""
    command.upgrade(alembic_config(history, connection), "head")


def differences(connection: Connection) -> list[Any]:
    """How the database's tables differ from those that this Baton expects; nothing after `migrate`."""
    options = {"compare_type": COMPARED, "include_object": is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def is_ours(_: object, name: str | None, kind: str, reflected: bool, expected: object) -> bool:
    """Whether a table is Baton's; DBOS keeps its own beside them and migrates those itself."""
    return not (kind == "table" and reflected and expected is None and name not in metadata.tables)


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """How a drafted step writes our column type."""
    return "Instant()" if kind == "type" and isinstance(item, Instant) else False


def alembic_config(history: Path, connection: Connection | None = None) -> Config:
    """What Alembic is to read; with the connection that its steps are taken on."""
    config = Config()
    config.set_main_option("script_location", str(history))
    config.attributes["connection"] = connection
    return config
