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
from bot.playground.making import add_repository
from tests.chaos.errors import COLUMNS, Row
from tests.engine.lives import FILES, Life, QuickDatabase, begun
from tests.github.homes import Home, Town
from tests.playground.github.town import small_repository

LOOKS = 90
STANDS_FOR = 2
LAGS_FOR = 8.0
SETTLE_LONGER_THAN_THE_LAG = 7.0
ENDS = {"a cancelled feature": "cancelled", "the owner's set-up": "awaiting_approval"}


@dataclass
class Met:
    """What people saw while the error lasted, how often it was met, and where it ended once it had stopped."""

    times: int = 0
    states: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    came_through: bool = False


def met(row: Row, column: str, town: Town, directory: Path) -> tuple[Met, Life]:
    """One cell: the error begins, is met, lasts, and stops."""
    life = a_life(row, column, town, directory)
    try:
        way = WAYS.get(row.way, a_feature)
        return way(row, column, life), life
    finally:
        town.calm()
        life.close()


def a_life(row: Row, column: str, town: Town, directory: Path) -> Life:
    home = town.home(small_repository(directory / "source", files=files_of(row)))
    life = begun(home, QuickDatabase(f"sqlite:///{directory / 'baton.db'}"), directory)
    if column.startswith("lag"):
        longer = {"settle_seconds": SETTLE_LONGER_THAN_THE_LAG}
        life.settings = life.settings.model_copy(update=longer)
        life.start()
    if row.way == "a feature of an unknown installation":
        with life.outside.writing() as connection:
            connection.execute(update(tables.repository).values(installation_id=None))
    if row.way == "the owner's set-up":
        owners_set_up(town, directory)
    return life


def files_of(row: Row) -> dict[str, str]:
    if row.way != "the owner's set-up":
        return FILES
    return {path: text for path, text in FILES.items() if path != ".github/baton.yml"}


def owners_set_up(town: Town, directory: Path) -> None:
    """The owner's `.github` repository; there is one for the whole town."""
    hub = town.playground.hub
    if not any(each.name == ".github" for each in hub.repositories.values()):
        source = small_repository(directory / "owners", files={".github/baton.yml": "ci: optional\n"})
        add_repository(hub, town.playground.inhabitants, ".github", town.directory / "repositories", source)


# --- the error ---


def begin(row: Row, column: str, home: Home) -> None:
    """Only this repository's requests meet it, where they name it."""
    told = dict(COLUMNS[column])
    if column == "403 exhausted":
        told["headers"] = {**told["headers"], "X-RateLimit-Reset": str(int(time.time()) + 2)}
    path = row.path.replace("{repo}", home.full_name)
    home.town.control("POST", "/faults", {"method": row.method, "path": path, "kind": row.kind, **told})


def lose_answers(row: Row, home: Home) -> None:
    for method, path in row.first:
        home.town.fault(method, path.replace("{repo}", home.full_name), "drop_after", nth=[1])


def times_met(town: Town) -> int:
    found: Any = town.control("GET", "/faults")
    faults: list[Mapping[str, Any]] = found["faults"] if isinstance(found, dict) else found
    return int(faults[-1]["seen"]) if faults else 0


# --- the ways in which Baton asks ---


def a_feature(row: Row, column: str, life: Life) -> Met:
    """From its label to its end; the error lasts for some looks after it was first met, a lag for its time."""
    home, seen, since = life.home, Met(), 0.0
    home.label()
    if row.after:
        life.until(row.after)
    lose_answers(row, home)
    begin(row, column, home)
    is_on, lags = True, column.startswith("lag")
    for _ in range(LOOKS):
        do_peoples_part(row, life)
        life.look()
        if is_on and (times := times_met(home.town)):
            since = since or time.monotonic()
            seen.times = times
            seen.states.append(str(life.state))
            seen.sentences.append(life.waiting_for)
            lasted = time.monotonic() - since > LAGS_FOR if lags else len(seen.states) == STANDS_FOR
            if lasted:
                home.town.calm()
                is_on = False
        if lags and is_on and since:
            time.sleep(0.3)
        else:
            time_passes(life)
        seen.came_through = life.state == ENDS.get(row.way, "completed")
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


def do_peoples_part(row: Row, life: Life) -> None:
    if row.way != "a cancelled feature" or life.state != "in_review":
        life.do_peoples_part()
    elif not any(each["body"] == "/cancel" for each in life.home.comments()):
        life.home.say("/cancel")


def the_discovery(row: Row, column: str, life: Life) -> Met:
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

    return some_turns(row, column, life, turn)


def the_redelivery(row: Row, column: str, life: Life) -> Met:
    """Deliveries that failed are asked for again afterwards."""
    life.home.label()
    end = time.monotonic() + 15
    while redeliver_failed(life.home.town.app()) == 0 and time.monotonic() < end:
        time.sleep(0.1)
    life.home.say("once more")
    time.sleep(0.3)
    return some_turns(row, column, life, lambda: redeliver_failed(life.home.town.app()) > 0)


def some_turns(row: Row, column: str, life: Life, turn: Callable[[], bool]) -> Met:
    """Turns of a timer: one that raises is tried again at the next."""
    seen = Met()
    begin(row, column, life.home)
    for _ in range(STANDS_FOR):
        try:
            seen.states.append("done" if turn() else "nothing")
        except GitHubError as error:
            seen.states.append("raised")
            seen.sentences.append(f"({error})")
        seen.times = times_met(life.home.town)
        time.sleep(1.1 if "Retry-After" in column else 0)
    life.home.town.calm()
    if column.startswith("lag"):
        time.sleep(5)
    with life.outside.writing() as connection:
        connection.execute(update(tables.budget).values(not_before=None))
    seen.came_through = "done" not in seen.states and turn()
    return seen


def the_start(row: Row, column: str, life: Life) -> Met:
    """Baton does not start, and says why; it starts afterwards."""
    seen = Met()
    begin(row, column, life.home)
    try:
        _own_login(life.home.town.app(), life.settings)
    except CannotIntroduceItself as error:
        seen.states.append("blocked")
        seen.sentences.append(str(error))
    seen.times = times_met(life.home.town)
    life.home.town.calm()
    time.sleep(1.1 if "Retry-After" in column else 0)
    seen.came_through = _own_login(life.home.town.app(), life.settings) == life.home.town.slug
    return seen


WAYS: Mapping[str, Callable[[Row, str, Life], Met]] = {
    "the discovery": the_discovery,
    "the redelivery": the_redelivery,
    "the start": the_start,
}
