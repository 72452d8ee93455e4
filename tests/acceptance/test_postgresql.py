"""On PostgreSQL: two web servers and two workers complete the feature, one of them killed in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.outside import Baton, github, running, until, until_completed
from tests.acceptance.playing import Asked, Feature, Killer, Moment, Said, play
from tests.postgres import running_cluster

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "moment",
    [
        Asked("frontend-developer", 3),
        pytest.param(Said("baton-app", "/3-backend at "), marks=pytest.mark.long),
        pytest.param(Said("tomas", "merged pull request #4"), marks=pytest.mark.long),
    ],
    ids=["agent at work", "after the branch", "after the merge"],
)
def test_two_of_each_and_one_dies(moment: Moment, tmp_path: Path) -> None:
    with running_cluster() as cluster, github(tmp_path, "--ci", "green") as place:
        url = cluster.fresh_database()
        port = int(place.environment["BATON_PORT"])

        def one(number: int, *command: str) -> Baton:
            settings = {
                "BATON_DATABASE_URL": url,
                "BATON_WORKDIR": str(tmp_path / f"work-{number}"),
                "BATON_PORT": str(port + number if "serve" in command else port),
            }
            return Baton({**place.environment, **settings}, tmp_path / f"home-{number}", *command)

        webs = one(0, "serve", "--no-worker"), one(1, "serve", "--no-worker")
        workers = one(2, "worker"), one(3, "worker")
        with running(*webs, *workers):
            until(lambda: all("worker_ready" in each.said() for each in workers), "both workers are ready")
            with Killer(place, workers[0], [moment], start_again=False) as killer:
                print(f"{play(Feature(place, place.issue), patience=90):.1f} s")
                until(lambda: killer.kills, "the worker was killed", 30)
            until_completed(place, place.issue, *webs)
            place.found_nothing_wrong()
            calls = len(place.model_calls())
            print(f"{calls} model calls; {place.referee()['requests']}")
            assert calls <= 38
            assert not any("Traceback" in each.said() for each in (*webs, *workers))
