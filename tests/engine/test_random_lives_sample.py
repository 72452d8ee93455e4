"""Random lives in `make test`: the same 300 each time, in batches that run beside each other; see `tests/chaos`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.chaos.place import a_place
from tests.chaos.random_lives import live

SEED = int(os.environ.get("SEED", "1"))
BATCHES, LIVES = 12, 25


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_whatever_happens_in_whatever_order_the_invariants_hold(batch: int, tmp_path: Path) -> None:
    """Invariants I1, I2, I3, I4, I5, I6, I7, I8, I9, I10, I11, I12, I13, I14 and I15."""
    with a_place(tmp_path) as place:
        live(place, LIVES, SEED + batch, shrink=False)
    assert place.ends["completed"] > 0
