"""A sample of the long proofs in `tests/chaos`: Baton killed on its way, and letters lost on theirs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.playing import same
from tests.chaos.errors import is_covered
from tests.chaos.lives import Doom, Life, live, pair_of
from tests.chaos.losing import undisturbed_life
from tests.chaos.post import all_at_once

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
    # Whatever the whole of Baton asked for, its timers too, has its row in the table of errors.
    asked = undisturbed.asked | killed.asked | told_badly.asked
    assert "GET /app/installations" in asked
    assert {kind for kind in asked if not is_covered(kind)} == set()
