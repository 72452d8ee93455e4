"""A sample of the long proofs in `tests/chaos`: some requests meet some errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.error_matrix import meet, undisturbed_story
from tests.chaos.errors import is_covered
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
ONE_OF_A_FEATURE = CELLS[0][0]


@pytest.fixture(scope="module")
def chaotic_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_in(tmp_path_factory.mktemp("chaotic")) as each:
        yield each


@pytest.fixture(scope="module")
def undisturbed(chaotic_town: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any] | None:
    return undisturbed_story(ONE_OF_A_FEATURE, chaotic_town, tmp_path_factory.mktemp("undisturbed"))


def test_every_request_of_a_feature_has_a_row_in_the_table(
    chaotic_town: Town, undisturbed: dict[str, Any] | None
) -> None:
    asked = chaotic_town.requests()["by_kind"]
    assert undisturbed is not None and "GraphQL query Facts" in asked
    assert [kind for kind in asked if not is_covered(kind)] == []


@pytest.mark.parametrize(("name", "column"), CELLS)
def test_a_request_meets_an_error_and_ends_as_the_table_says(
    name: str, column: str, chaotic_town: Town, undisturbed: dict[str, Any] | None, tmp_path: Path
) -> None:
    story = undisturbed if name != "GET /repos/{owner}/{repo}/issues" else None
    assert meet(name, column, chaotic_town, story, tmp_path).wrong == ()
