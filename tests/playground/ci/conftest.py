"""A fresh world for each test of the CI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.playground.ci.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, tmp_path / "cache")
    yield world
    world.close()
