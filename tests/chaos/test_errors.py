"""Every request meets every error: it ends as the table says, people are told, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.errors import CELLS, COLUMNS, ROWS, Blocked, GoesOn, Waits, is_covered
from tests.chaos.failing import met
from tests.engine.lives import FILES, QuickDatabase, begun, story_of
from tests.github.homes import Home, Town, town_in
from tests.playground.github.town import small_repository

TROUBLE = ("asks again", "asks to wait", "could not be fetched", "less and less often")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_in(tmp_path_factory.mktemp("town")) as each:
        yield each


@pytest.fixture(scope="module")
def undisturbed(town: Town, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], set[str]]:
    return undisturbed_story(town, tmp_path_factory.mktemp("undisturbed"))


def undisturbed_story(town: Town, directory: Path) -> tuple[dict[str, Any], set[str]]:
    """How the story ends without any error, and which kinds of requests it took."""
    home = town.home(small_repository(directory / "source", files=FILES))
    before = dict(town.requests()["by_kind"])
    life = begun(home, QuickDatabase(f"sqlite:///{directory / 'baton.db'}"), directory)
    life.complete()
    life.close()
    after = town.requests()["by_kind"]
    return without_notices(home), {kind for kind in after if after[kind] != before.get(kind, 0)}


def without_notices(home: Home) -> dict[str, Any]:
    """The story but for the comments that tell of a trouble that lasted."""
    story = story_of(home)
    for issue in story["issues"].values():
        issue["comments"] = [each for each in issue["comments"] if '"kind":"notice"' not in each[2]]
    return story


def test_every_cell_has_an_expectation() -> None:
    for name, row in ROWS.items():
        assert set(row.expected) == set(COLUMNS), name


def test_every_request_of_a_feature_has_a_row(undisturbed: tuple[dict[str, Any], set[str]]) -> None:
    missing = {kind for kind in undisturbed[1] if not is_covered(kind)}
    assert missing == set()


@pytest.mark.parametrize(("name", "column"), CELLS, ids=[f"{row}-{column}" for row, column in CELLS])
def test_each_request_meets_each_error(
    name: str, column: str, town: Town, undisturbed: tuple[dict[str, Any], set[str]], tmp_path: Path
) -> None:
    ends_as_expected(name, column, town, undisturbed[0], tmp_path)


def ends_as_expected(name: str, column: str, town: Town, story: dict[str, Any], directory: Path) -> None:
    row = ROWS[name]
    before = town.offences()
    seen, life = met(row, column, town, directory)
    shown = f"{name} with {column}: {seen}; in the end {life.home.full_name} {vars(seen)}"
    assert seen.times > 0, f"The error was never met. {shown}"
    said = [text for text in seen.sentences if any(part in text for part in TROUBLE)]
    match row.expected[column]:
        case Waits(sentence):
            assert any(sentence in text for text in seen.sentences), shown
            assert "blocked" not in seen.states, shown
        case Blocked(sentence):
            assert any(sentence in text for text in seen.sentences), shown
            # Before its life has begun a feature has no state, only the sentence.
            assert {"blocked", "None"} & set(seen.states), shown
        case GoesOn():
            assert "blocked" not in seen.states and (said == [] or row.way.startswith("the ")), shown
    assert seen.came_through, shown
    # Each life has a database of its own, and with it a pace of its own.
    assert {**town.offences(), "too_fast": []} == {**before, "too_fast": []}
    if row.way.startswith("a feature"):
        assert without_notices(life.home) == story
