"""Random lives, as many as `LIVES` asks: whatever happens in whatever order, the catalogue's invariants hold."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.chaos.figures import keep_chaos
from tests.chaos.place import a_place
from tests.chaos.random_lives import figures, live

LIVES = int(os.environ.get("LIVES", "300"))
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(2**32))


@pytest.mark.timeout(36_000)
def test_whatever_happens_in_whatever_order_nothing_is_lost_and_nothing_done_twice(tmp_path: Path) -> None:
    """Invariants I1, I2, I3, I4, I5, I6, I7, I8, I9, I10, I11, I12, I13, I14 and I15."""
    with a_place(tmp_path) as place:
        live(place, LIVES, SEED, shrink=os.environ.get("SHRINK") != "0")
    assert place.ends["completed"] > 0
    keep_chaos("random_lives", {"seed": SEED, **figures(place)})
