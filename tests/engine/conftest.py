"""Databases for the engine's tests: every test that takes `database` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.database import Database
from bot.engine.tables import metadata
from tests.engine.lives import FILES, Life, QuickDatabase, begun
from tests.github.homes import Home, Town, town_in
from tests.playground.github.town import small_repository
from tests.postgres import Cluster, running_cluster


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'baton.db'}"
    cluster: Cluster = request.getfixturevalue("postgresql")
    return cluster.fresh_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    metadata.create_all(opened.engine)
    yield opened
    opened.dispose()


# --- features on the playground


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    directory: Path = tmp_path_factory.mktemp("town")
    with town_in(directory) as each:
        small_repository(directory / "lived-in", files=FILES)
        yield each


@pytest.fixture
def home(town: Town) -> Iterator[Home]:
    before = town.offences()
    yield town.home(town.directory / "lived-in")
    town.calm()
    # Each test has a database of its own, and with it a pace of its own.
    assert {**town.offences(), "too_fast": []} == {**before, "too_fast": []}


@pytest.fixture
def life(home: Home, tmp_path: Path) -> Iterator[Life]:
    life = begun(home, QuickDatabase(f"sqlite:///{tmp_path / 'baton.db'}"), tmp_path)
    yield life
    life.close()
