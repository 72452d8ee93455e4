"""Baton is killed at every point of every effect, turn and tool batch, and nothing is lost and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.figures import keep_chaos
from tests.chaos.kills import POINTS_OF_A_SHOW, Kills, is_show, kill_everywhere, table
from tests.chaos.lives import DEMO, Life
from tests.chaos.reviewed import FURTHER, REVIEWED
from tests.postgres import running_cluster

SHOWS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request: pytest.FixtureRequest) -> Iterator[Callable[[], str | None]]:
    if request.param == "sqlite":
        yield lambda: None
    else:
        with running_cluster() as cluster:
            yield cluster.fresh_database


def as_if_nothing_had_been(life: Life, undisturbed: Life) -> None:
    assert life.differences == []
    assert life.faults == {}
    assert life.turns <= undisturbed.turns + life.kills


def enough_shows(kills: Kills) -> bool:
    names = {
        point: {name for name, where in kills.hit if where == point and is_show((name, point))}
        for point in POINTS_OF_A_SHOW
    }
    return all(len(found) >= SHOWS for found in names.values())


@pytest.mark.timeout(3600)
def test_killed_at_every_point_of_every_effect_it_ends_as_if_nothing_had_been(
    fresh_database: Callable[[], str | None], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kills = kill_everywhere(tmp_path, fresh_database, as_if_nothing_had_been)
    print(table(kills))
    print(kills.figures())
    assert kills.missing == set()
    assert enough_shows(kills)
    database = request.node.callspec.params["fresh_database"]
    keep_chaos(f"kills_{database}", kills.figures())


@pytest.mark.timeout(3600)
def test_killed_while_an_open_pull_request_is_reviewed_contradicted_and_red_it_ends_the_same(
    fresh_database: Callable[[], str | None], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Revisions with their replies, a settled conflict, base merged in, a mended check, one that is run again."""
    kills = kill_everywhere(tmp_path, fresh_database, as_if_nothing_had_been, dooms=FURTHER, tale=REVIEWED)
    print(table(kills))
    print(kills.figures())
    assert kills.missing == set()
    database = request.node.callspec.params["fresh_database"]
    keep_chaos(f"kills_further_{database}", kills.figures())


@pytest.mark.timeout(7200)
def test_the_demos_feature_killed_at_every_point_ends_as_if_nothing_had_been(
    fresh_database: Callable[[], str | None], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Six stages, eight agents."""
    kills = kill_everywhere(tmp_path, fresh_database, as_if_nothing_had_been, tale=DEMO)
    print(table(kills))
    print(kills.figures())
    assert kills.missing == set()
    assert enough_shows(kills)
    database = request.node.callspec.params["fresh_database"]
    keep_chaos(f"kills_demo_{database}", kills.figures())
