"""Parts of Baton, driven one look or turn at a time, while GitHub answers one kind of request with one error."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bot.app import CannotIntroduceItself, _own_login
from bot.engine import tables
from bot.engine.asking import THE_APP
from bot.engine.budget import asked_to_wait
from bot.engine.discovering import Discovering
from bot.github.deliveries import redeliver_failed
from bot.github.errors import GitHubError
from tests.chaos.errors import COLUMNS, ROWS, Row, where
from tests.chaos.ways import STORIES, Story
from tests.engine.lives import Life, QuickDatabase, begun
from tests.github.homes import Home, Town
from tests.playground.github.town import small_repository

LOOKS = 90
STANDS_FOR = 2
LAGS_FOR = 8.0
SETTLE_LONGER_THAN_THE_LAG = 7.0


@dataclass
class Met:
    """What people saw while the error lasted, how often it was met, and where it ended once it had stopped."""

    times: int = 0
    states: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    came_through: bool = False


def met(name: str, column: str, town: Town, directory: Path) -> tuple[Met, Life]:
    """One cell: the error begins, is met, lasts, and stops."""
    row = ROWS[name]
    longer = {"settle_seconds": SETTLE_LONGER_THAN_THE_LAG} if is_lag(column) else {}
    life = a_life(STORIES.get(row.way, Story()), town, directory, longer)
    error = Error(name, column, life.home)
    try:
        turn = TURNS.get(row.way)
        return (turn(error, life) if turn else a_feature(row, error, life)), life
    finally:
        town.calm()
        life.close()


def a_life(story: Story, town: Town, directory: Path, settings: Mapping[str, float] | None = None) -> Life:
    home = town.home(small_repository(directory / "source", files=dict(story.files)))
    life = begun(home, QuickDatabase(f"sqlite:///{directory / 'baton.db'}"), directory)
    if settings:
        life.settings = life.settings.model_copy(update=dict(settings))
        life.start()
    story.before(life, directory)
    return life


# --- the error ---


@dataclass(frozen=True)
class Error:
    """One column for one row; only this home's requests meet it, where they name a repository."""

    name: str
    column: str
    home: Home

    @property
    def lags(self) -> bool:
        return is_lag(self.column)

    def begin(self) -> None:
        told = dict(COLUMNS[self.column])
        if self.column == "403 exhausted":
            told["headers"] = {**told["headers"], "X-RateLimit-Reset": str(int(time.time()) + 2)}
        self.home.town.control("POST", "/faults", {**where(self.name, self.home.full_name), **told})


def is_lag(column: str) -> bool:
    return bool(COLUMNS[column]["fault"] == "lag")


def lose_answer(name: str, home: Home) -> None:
    told = {**where(name, home.full_name), "fault": "drop_after", "nth": [1]}
    home.town.control("POST", "/faults", told)


def times_met(town: Town) -> list[int]:
    """Of each fault that is on, in the order in which they were begun."""
    found: Any = town.control("GET", "/faults")
    faults: list[Mapping[str, Any]] = found["faults"] if isinstance(found, dict) else found
    return [int(each["seen"]) for each in faults]


# --- the ways in which Baton asks ---


def a_feature(row: Row, error: Error, life: Life) -> Met:
    """From its label to its end; the error lasts for some looks after it was first met, a lag for its time."""
    story = STORIES[row.way]
    home, seen, since = life.home, Met(), 0.0
    home.label()
    if row.after:
        life.until(row.after)
    for name in row.first:
        lose_answer(name, home)
    error.begin()
    is_on = True
    for _ in range(LOOKS):
        story.people(life)
        life.look()
        *lost, times = times_met(home.town) if is_on else [0]
        if times:
            since = since or time.monotonic()
            seen.times = times
            seen.states.append(str(life.state))
            seen.sentences.append(life.waiting_for)
            lasted = time.monotonic() - since > LAGS_FOR if error.lags else len(seen.states) == STANDS_FOR
            if lasted:
                home.town.calm()
                is_on = False
        if error.lags and is_on and (times or any(lost)):  # GitHub's replicas catch up in real time only
            time.sleep(0.3)
        else:
            time_passes(life)
        seen.came_through = life.state == story.ends
        if seen.came_through:
            break
    return seen


def time_passes(life: Life) -> None:
    """What GitHub asked for goes by: a second or two really, a minute by forgetting it; the rest by the clock."""
    end = time.monotonic() + 3
    while (until := left_alone_until(life)) is not None and time.monotonic() < end:
        if (until - (life.clock() - life.clock.ahead)).total_seconds() > 5:
            with life.outside.writing() as connection:
                connection.execute(update(tables.budget).values(not_before=None))
        time.sleep(0.05)
    due = life.row.look_again_at
    life.clock.forward(max(1.0, (due - life.clock()).total_seconds()) if due else 15)


def left_alone_until(life: Life) -> datetime | None:
    """What GitHub asked for, of the installation or of the App itself."""
    asked = (asked_to_wait(life.database, each) for each in (life.home.town.installation, THE_APP))
    return next((until for until in asked if until is not None), None)


def the_discovery(error: Error, life: Life) -> Met:
    """A labelled issue that nobody told of is not found while the error lasts, and is found afterwards."""
    life.home.label()
    with life.outside.writing() as connection:
        connection.execute(tables.feature.delete())
        connection.execute(tables.repository.delete())

    def turn() -> bool:
        Discovering(life.outside, life.home.town.app(), "baton").discover()
        with life.outside.reading() as connection:
            known = select(tables.feature.c.id).where(
                tables.feature.c.repository_id == life.home.repository.id
            )
            return bool(connection.execute(known).all())

    return some_turns(error, life, turn)


def the_redelivery(error: Error, life: Life) -> Met:
    """Deliveries that failed are asked for again afterwards; what earlier cells left is forgotten."""
    playground = life.home.town.playground
    with playground.hub.lock:
        playground.site.deliveries.log.clear()
    life.home.label()
    end = time.monotonic() + 15
    while redeliver_failed(life.home.town.app()) == 0 and time.monotonic() < end:
        time.sleep(0.1)
    life.home.say("once more")
    time.sleep(0.3)
    return some_turns(error, life, lambda: redeliver_failed(life.home.town.app()) > 0)


def some_turns(error: Error, life: Life, turn: Callable[[], bool]) -> Met:
    """Turns of a timer: one that raises is tried again at the next."""
    seen = Met()
    error.begin()
    for _ in range(STANDS_FOR):
        try:
            seen.states.append("done" if turn() else "nothing")
        except GitHubError as refusal:
            seen.states.append("raised")
            seen.sentences.append(f"({refusal})")
        seen.times = times_met(life.home.town)[-1]
        time.sleep(1.1 if "Retry-After" in error.column else 0)
    life.home.town.calm()
    if error.lags:
        time.sleep(5)
    with life.outside.writing() as connection:
        connection.execute(update(tables.budget).values(not_before=None))
    # How long a turn takes is the machine's affair: a lag may be over before the last of them.
    seen.came_through = (error.lags or "done" not in seen.states) and turn()
    return seen


def the_start(error: Error, life: Life) -> Met:
    """Baton does not start, and says why; it starts afterwards."""
    seen = Met()
    error.begin()
    try:
        _own_login(life.home.town.app(), life.settings)
    except CannotIntroduceItself as refusal:
        seen.states.append("blocked")
        seen.sentences.append(str(refusal))
    seen.times = times_met(life.home.town)[-1]
    life.home.town.calm()
    time.sleep(1.1 if "Retry-After" in error.column else 0)
    seen.came_through = _own_login(life.home.town.app(), life.settings) == life.home.town.slug
    return seen


TURNS: Mapping[str, Callable[[Error, Life], Met]] = {
    "the discovery": the_discovery,
    "the redelivery": the_redelivery,
    "the start": the_start,
}
