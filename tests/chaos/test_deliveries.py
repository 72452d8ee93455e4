"""Each delivery of a feature is lost in turn, all are lost, doubled, overtaken, late: it ends the same, only later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.figures import keep_chaos
from tests.chaos.lives import DEMO, SMALL
from tests.chaos.losing import WEATHERS, each_lost_once, live_through, undisturbed_life

# Fifteen sweeps of one second are the rarest look at a quiet feature; the rest is the machine's.
WORST_DELAY = 45.0


TALES = {"small": SMALL, "demo": DEMO}


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", TALES)
def test_whatever_happens_to_deliveries_the_feature_ends_the_same_and_a_replay_does_nothing(
    name: str, tmp_path: Path
) -> None:
    tale = TALES[name]
    undisturbed = undisturbed_life(tmp_path / "undisturbed", tale)
    assert undisturbed.differences == []
    weathers = {**WEATHERS, **each_lost_once(undisturbed)}
    losses = live_through(tmp_path, weathers, undisturbed, tale)
    print(losses.figures())
    assert losses.wrong() == {}
    assert losses.worst_delay("lost: ") <= WORST_DELAY
    keep_chaos(f"deliveries_{name}", losses.figures())
