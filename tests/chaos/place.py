"""Where random lives take place: one GitHub, one clock that stands still unless it is moved, one database."""

from __future__ import annotations

import logging
import shutil
import traceback
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
import time_machine
from sqlalchemy import Connection, event

from bot.engine import tables
from tests.engine.lives import FILES, Clock, Crash, QuickDatabase
from tests.github.homes import Home, Town, town_in
from tests.playground.github.town import small_repository


class ReusedDatabase(QuickDatabase):
    """The same file and engine for one life after another, so that statements are compiled once."""

    def begin_anew(self, empty: Path) -> None:
        self.dispose()
        assert self.path is not None
        for leftover in self.path.parent.glob(f"{self.path.name}*"):
            leftover.unlink()
        shutil.copyfile(empty, self.path)


class FragileDatabase(ReusedDatabase):
    """Its process dies at the write that is chosen, before its commit or after it."""

    doom: tuple[int, str] | None = None

    def __init__(self, url: str) -> None:
        super().__init__(url)
        event.listen(self.engine, "before_cursor_execute", _note_a_write)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            connection.info["wrote"] = False
            yield connection
            wrote = bool(connection.info["wrote"])
            dies = self._is_doomed() if wrote else None
            if dies == "before":
                raise Crash
        if dies == "after":
            raise Crash

    def _is_doomed(self) -> str | None:
        if self.doom is None:
            return None
        left, moment = self.doom
        self.doom = (left - 1, moment) if left else None
        return None if left else moment


def _note_a_write(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    if statement.startswith(("INSERT", "UPDATE", "DELETE")):
        connection.info["wrote"] = True


@dataclass
class MovedClock(Clock):
    """The clock of the whole process, which stands still but for what the machine moves it."""

    traveller: Any = None

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def forward(self, seconds: float) -> None:
        self.traveller.shift(timedelta(seconds=seconds))


@dataclass
class Place:
    """What all lives share: one GitHub, one clock that only goes forward, and sources for their repositories."""

    town: Town
    directory: Path
    clock: Clock
    empty: Path
    database: FragileDatabase
    outside: ReusedDatabase
    lives: int = 0
    looks: int = 0
    deaths: int = 0
    events: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def leave(self, home: Home) -> None:
        """What is over must not slow down those who come after."""
        playground, repository = self.town.playground, home.repository
        with playground.hub.lock:
            playground.inhabitants.installation.repository_ids.discard(repository.id)
            playground.hub.repositories.pop(repository.id, None)
        repository.git.close()
        shutil.rmtree(repository.git.directory, ignore_errors=True)

    def note(self, logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Baton's log: all of it must keep secrets, and errors that Baton does not know must not be."""
        error = line.get("exc_info")
        said = "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else ""
        self.log.append(f"{line}\n{said}")
        if method in ("error", "exception", "critical"):
            self.errors.append(self.log[-1])
        raise structlog.DropEvent


def an_empty_database(path: Path) -> Path:
    made = QuickDatabase(f"sqlite:///{path}")
    tables.metadata.create_all(made.engine)
    made.dispose()
    return path


@contextmanager
def a_place(directory: Path) -> Iterator[Place]:
    """Time stands still there; what moves it is `place.clock`."""
    small_repository(directory / "optional", files=FILES)
    small_repository(directory / "needed", files={**FILES, ".github/baton.yml": "ci: required\n"})
    before = structlog.get_config()
    with (
        time_machine.travel(datetime.now(UTC), tick=False) as traveller,
        town_in(directory / "town") as town,
    ):
        url = f"sqlite:///{directory / 'baton.db'}"
        place = Place(
            town,
            directory,
            MovedClock(traveller=traveller),
            an_empty_database(directory / "empty.db"),
            FragileDatabase(url),
            ReusedDatabase(url),
        )
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO), processors=[place.note]
        )
        try:
            yield place
        finally:
            structlog.configure(**before)
