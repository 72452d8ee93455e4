"""A sample of the long proofs in `tests/chaos`: Baton killed on its way, and letters lost on theirs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.playing import same
from tests.chaos.lives import Doom, Life, live
from tests.chaos.losing import undisturbed_life
from tests.chaos.post import all_at_once

pytestmark = pytest.mark.slow

# One at each sort of point, and at each sort of effect.
DOOMS: tuple[Doom, ...] = (
    ("comment:plan:*", "answered, unread: *"),
    ("turn 1 of stage:backend*", "answered, unrecorded"),
    ("tool batch 2 of *", "run, unrecorded"),
    ("commit:*:backend:1", "answered, unread: POST git/commits"),
    ("branch:*:backend:1", "answered, unrecorded"),
    ("pull:*:backend:1", "intent written"),
    ("gate:*", "recorded"),
    ("close:*", "answered, unread: *"),
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
    hit = {(each["name"], each["point"]) for each in killed.hits}
    print(sorted(hit), killed.seconds, undisturbed.seconds)
    for life in (killed, told_badly):
        assert same(undisturbed.state, life.state) == []
        assert life.faults == {}
        assert life.turns <= undisturbed.turns + life.kills
    assert len(hit) >= len(DOOMS)
