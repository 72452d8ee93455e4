"""Alembic runs this: one history for SQLite and PostgreSQL, in the transaction that it is given."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from bot.engine.history import COMPARED, is_ours, render_item
from bot.engine.tables import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_object=is_ours,
    # SQLite can change a table only by copying it; both databases roll a failed step back.
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=COMPARED,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
