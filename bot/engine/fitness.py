"""Whether a database will do: it answers, its tables are this Baton's, and it can be written."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.database import Database
from bot.engine.migrating import newest_step, step_of, steps


class Schema(Enum):
    """How a database's tables stand to those that this Baton expects."""

    CURRENT = "current"
    NONE_YET = "none yet"
    OLDER = "older"
    NEWER = "newer"


class _Undo(Exception):
    """Ends a transaction without a trace."""


def silence_of(database: Database) -> str | None:
    """What the database says instead of answering; None where it answers."""
    try:
        database.answers()
    except (SQLAlchemyError, OSError) as error:
        return complaint(error)
    return None


def schema_of(database: Database) -> Schema:
    with database.reading() as connection:
        step = step_of(connection)
    if step is None:
        return Schema.NONE_YET
    if step == newest_step():
        return Schema.CURRENT
    return Schema.OLDER if step in steps() else Schema.NEWER


def refusal_to_write(database: Database) -> str | None:
    """What the database says when a table is made, as migrations do; it is undone at once."""
    try:
        with suppress(_Undo), database.writing() as connection:
            connection.execute(text("CREATE TABLE baton_doctor_was_here (id INTEGER)"))
            raise _Undo
    except (SQLAlchemyError, OSError) as error:
        return complaint(error)
    return None


def complaint(error: Exception) -> str:
    """The driver's own words, on one line, without the statement."""
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split()).rstrip(".")
