"""A sample of the long proofs in `tests/chaos`: some requests meet some errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.errors import COLUMNS, ROWS, is_covered
from tests.chaos.test_errors import ends_as_expected, undisturbed_story
from tests.github.homes import Town, town_in

pytestmark = pytest.mark.slow

# One of each sort of answer, spread over reads, writes, shows and looks at what became of something.
CELLS = (
    ("POST /app/installations/{number}/access_tokens", "403 not accessible"),
    ("git fetch", "drop before"),
    ("POST /repos/{owner}/{repo}/issues/{number}/comments", "5xx after"),
    ("POST /repos/{owner}/{repo}/pulls", "422 invalid"),
    ("GraphQL mutation", "HTML"),
    ("GET /repos/{owner}/{repo}/pulls", "429 Retry-After"),
    ("GET /repos/{owner}/{repo}/issues", "404"),
)


@pytest.fixture(scope="module")
def chaotic_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_in(tmp_path_factory.mktemp("chaotic")) as each:
        yield each


@pytest.fixture(scope="module")
def undisturbed(
    chaotic_town: Town, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], set[str]]:
    return undisturbed_story(chaotic_town, tmp_path_factory.mktemp("undisturbed"))


def test_every_cell_has_an_expectation_and_every_request_of_a_feature_a_row(
    undisturbed: tuple[dict[str, Any], set[str]],
) -> None:
    assert {name for name, row in ROWS.items() if set(row.expected) != set(COLUMNS)} == set()
    assert {kind for kind in undisturbed[1] if not is_covered(kind)} == set()


@pytest.mark.parametrize(("name", "column"), CELLS)
def test_a_request_meets_an_error_and_ends_as_the_table_says(
    name: str, column: str, chaotic_town: Town, undisturbed: tuple[dict[str, Any], set[str]], tmp_path: Path
) -> None:
    ends_as_expected(name, column, chaotic_town, undisturbed[0], tmp_path)
