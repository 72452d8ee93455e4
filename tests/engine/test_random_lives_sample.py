"""A sample of the random lives in `tests/chaos`: as many as there is time for, always the same ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.chaos.random_lives import a_place, live

SEED = int(os.environ.get("SEED", "1"))
SECONDS = 35.0


@pytest.mark.slow
def test_whatever_happens_in_whatever_order_the_invariants_hold(tmp_path: Path) -> None:
    """Invariants I1, I2, I3, I4, I5, I6, I7, I8, I9, I10, I11, I12, I13, I14 and I15."""
    with a_place(tmp_path) as place:
        live(place, lives=4, number=SEED, seconds=SECONDS, shrink=False)
    assert place.ends["completed"] > 0
