"""Every request meets every error: what came of each cell of the table, and what it should have come to."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.acceptance.playing import same
from tests.chaos.errors import ROWS, Blocked, GoesOn, NotApplicable, Waits, cells
from tests.chaos.failing import Met, a_life, met
from tests.chaos.ways import STORIES, Story
from tests.engine.lives import story_of
from tests.github.homes import Home, Town, town_in

PROCESSES = 2
LOOKS = 90
TROUBLE_TOLD, QUESTION = '"kind":"notice","feature":1,"generation":"G","key":"trouble:', '"kind":"question"'
TROUBLE = ("asks again", "asks to wait", "could not be fetched", "less and less often")


@dataclass(frozen=True)
class Cell:
    """What came of one request that met one error."""

    name: str
    column: str
    seconds: float = 0.0
    lost: tuple[str, ...] = ()
    offences: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    @property
    def wrong(self) -> tuple[str, ...]:
        return (*self.lost, *self.offences, *self.otherwise)


@dataclass(frozen=True)
class Matrix:
    """All cells that were met."""

    cells: Sequence[Cell]
    seconds: float

    def wrong(self) -> dict[str, tuple[str, ...]]:
        return {f"{cell.name}, {cell.column}": cell.wrong for cell in self.cells if cell.wrong}

    def figures(self) -> dict[str, Any]:
        return {
            "requests": len({cell.name for cell in self.cells}),
            "faults": len({cell.column for cell in self.cells}),
            "cells": len(self.cells),
            "cells_that_cannot_be": sum(
                isinstance(each, NotApplicable) for row in ROWS.values() for each in row.expected.values()
            ),
            "cells_that_went_otherwise": sum(bool(cell.otherwise) for cell in self.cells),
            "lost": sum(bool(cell.lost) for cell in self.cells),
            "doubled": sum(each.startswith("doubled") for cell in self.cells for each in cell.offences),
            "seconds": round(self.seconds),
        }


def meet_everything(directory: Path, names: Iterable[str] = tuple(ROWS)) -> Matrix:
    """Row by row, each with a GitHub of its own; two rows at a time."""
    began = time.monotonic()
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as beside:
        rows = beside.map(partial(meet_row, directory), names)
        return Matrix([cell for row in rows for cell in row], time.monotonic() - began)


def meet_row(directory: Path, name: str) -> list[Cell]:
    """One request meets each error that it can meet."""
    home = directory / str(list(ROWS).index(name))
    found: list[Cell] = []
    with town_in(home / "town") as town:
        undisturbed = undisturbed_story(name, town, home / "undisturbed")
        for number, (_, column) in enumerate(cells([name])):
            found.append(meet(name, column, town, undisturbed, home / f"cell-{number}"))
            print(f"{name}, {column}: {found[-1].seconds:.1f} s", *found[-1].wrong, flush=True)
    return found


def meet(name: str, column: str, town: Town, undisturbed: Mapping[str, Any] | None, directory: Path) -> Cell:
    """One cell, compared with what the table says and with how the story ends undisturbed."""
    began, before = time.monotonic(), town.offences()
    try:
        seen, life = met(name, column, town, directory)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other cells are met all the same
        return Cell(name, column, time.monotonic() - began, lost=(f"{type(error).__name__}: {error}",))
    lost = [] if seen.came_through else [f"It did not come through: {seen}"]
    if undisturbed is not None:
        expected = ROWS[name].expected[column]
        passing = (
            [TROUBLE_TOLD, QUESTION] if isinstance(expected, GoesOn) and expected.asks else [TROUBLE_TOLD]
        )
        ended = as_it_ended(STORIES[ROWS[name].way], life.home, passing)
        lost += [f"It ended otherwise: {each}" for each in same(undisturbed, ended)]
    return Cell(
        name,
        column,
        time.monotonic() - began,
        tuple(lost),
        tuple(new_offences(town, before)),
        tuple(otherwise(name, column, seen)),
    )


def new_offences(town: Town, before: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What a well-behaved client does not do; each life has a database of its own, and with it a pace of its own."""
    for offence, what in town.offences().items():
        if offence != "too_fast":
            yield from (f"{offence}: {each}" for each in what[len(before.get(offence, ())) :])


def otherwise(name: str, column: str, seen: Met) -> Iterator[str]:
    """Where what people saw differs from what the table says."""
    row = ROWS[name]
    shown = f"Seen: {seen}"
    if not seen.times:
        yield f"The error was never met. {shown}"
    said = [text for text in seen.sentences if any(part in text for part in TROUBLE)]
    match row.expected[column]:
        case Waits(sentence):
            if not any(sentence in text for text in seen.sentences) or "blocked" in seen.states:
                yield f"It did not wait with “{sentence}”. {shown}"
        case Blocked(sentence):
            # Before its life has begun a feature has no state, only the sentence.
            is_blocked = {"blocked", "None"} & set(seen.states)
            if not any(sentence in text for text in seen.sentences) or not is_blocked:
                yield f"It was not blocked with “{sentence}”. {shown}"
        case GoesOn():
            if "blocked" in seen.states or (said and row.way in STORIES):
                yield f"It did not go on. {shown}"


def undisturbed_story(name: str, town: Town, directory: Path) -> dict[str, Any] | None:
    """How the story of this row ends without any error; None where no story is told, but a turn taken."""
    row = ROWS[name]
    if row.way not in STORIES:
        return None
    story = STORIES[row.way]
    life = a_life(story, town, directory)
    live_undisturbed(story, life)
    life.close()
    return as_it_ended(story, life.home)


def live_undisturbed(story: Story, life: Any) -> None:
    life.home.label()
    for _ in range(LOOKS):
        story.people(life)
        life.look()
        if life.state == story.ends:
            return
        life.clock.forward(15)
    raise AssertionError(f"The undisturbed story did not end: {life.state}, {life.waiting_for}")


def as_it_ended(story: Story, home: Home, passing: Sequence[str] = ()) -> dict[str, Any]:
    """What there is to see but for comments with these marks, which an error may have brought about."""
    ended = story_of(home)
    for issue in ended["issues"].values():
        issue["comments"] = [
            each for each in issue["comments"] if not any(mark in each[2] for mark in passing)
        ]
    if story.overtakes:
        ended["checks"] = sorted(set(ended["checks"]))
    return ended
