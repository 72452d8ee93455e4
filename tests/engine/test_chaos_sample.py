"""A sample of the long proofs in `tests/chaos`: Baton killed on its way, letters lost on theirs, four at it together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.playing import same
from tests.chaos.lives import Doom, Life, live, pair_of
from tests.chaos.losing import undisturbed_life
from tests.chaos.post import all_at_once
from tests.chaos.together import Blow, What, live_together
from tests.postgres import running_cluster

pytestmark = pytest.mark.slow

# One at each sort of point, and at each sort of effect; `[*]` is the name's own star.
DOOMS: tuple[Doom, ...] = (
    ("comment:plan:[*]", "answered, unread: POST issues/[*]/comments"),
    ("turn 1 of backend/1:1", "answered, unrecorded"),
    ("commit:[*]:backend:1", "answered, unread: POST git/commits"),
    ("pull:[*]:backend:1", "intent written"),
    ("tool batch 1 of testing/1:1", "run, unrecorded"),
    ("branch:[*]:review:1", "recorded"),
)


def test_killed_on_its_way_or_told_badly_a_feature_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    lives: tuple[Callable[[], Life], ...] = (
        lambda: undisturbed_life(tmp_path / "undisturbed"),
        lambda: live(tmp_path / "killed", DOOMS),
        lambda: live(tmp_path / "told badly", fates=all_at_once(seed=7)),
    )
    with ThreadPoolExecutor(len(lives)) as beside:
        undisturbed, killed, told_badly = (each.result() for each in [beside.submit(life) for life in lives])
    assert undisturbed.differences == []
    assert {pair_of(each) for each in killed.hits} == {
        (name.replace("[*]", "*"), point.replace("[*]", "*")) for name, point in DOOMS
    }
    for life in (killed, told_badly):
        assert same(undisturbed.state, life.state) == []
        assert life.faults == {}
        assert life.turns <= undisturbed.turns + life.kills


# With this seed both workers have one directory, and the web servers do not work.
TOGETHER = 12
BLOWS = (
    Blow(12, What.WORKER_KILLED, 0.5),
    Blow(30, What.WORKER_STALLED, 9.5),
    Blow(38, What.DATABASE_CRASHED, 1.0),
    Blow(50, What.WEB_KILLED, 0.5),
)


def test_two_web_servers_and_two_workers_bear_what_befalls_them(tmp_path: Path) -> None:
    with running_cluster(durable=True) as cluster:
        life = live_together(tmp_path, cluster, TOGETHER, BLOWS)
    assert len(life.struck) == len(BLOWS)
    assert "baton: done" in life.state["issue"][3]
    assert life.faults == {}
    assert life.out_of_order == []
