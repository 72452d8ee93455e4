"""The database may be away for a while, as when it is restarted: what was asked of it is then asked again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0

T = TypeVar("T")


class Interrupted(BaseException):
    """This process ends; the run goes on in another from where it is.

    No Exception on purpose: DBOS records an Exception as the run's end, and this is none.
    """


def is_away(error: BaseException) -> bool:
    """Whether the database was not there, or left in the middle; nothing of what was asked is wrong then."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def first_line(error: BaseException) -> str:
    """What the database said, without the statement and its values."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def patiently(ask: Callable[[], T], closing: threading.Event) -> T:
    """The database's answer, however long it is away. Raises Interrupted where the process closes meanwhile."""
    pause = FIRST_PAUSE
    while True:
        try:
            return ask()
        except DBAPIError as error:
            if not is_away(error):
                raise
            log.warning("database_away", again_in_seconds=pause, why=first_line(error))
        if closing.wait(pause):
            raise Interrupted
        pause = min(pause * 2, LONGEST_PAUSE)
