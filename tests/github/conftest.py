"""One GitHub for each module of tests, a repository for each test, and the referee after each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.homes import Home, Town, town_in


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    directory: Path = tmp_path_factory.mktemp("town")
    with town_in(directory) as each:
        yield each


@pytest.fixture
def home(town: Town) -> Iterator[Home]:
    """A repository of the test's own. Afterwards there are no faults any more, and nobody has misbehaved."""
    yield town.home()
    town.calm()
    assert town.offences() == {}
