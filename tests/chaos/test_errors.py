"""Every request meets every error: it ends as the table says, people are told, and nothing is done twice.

`ROWS=git` meets those requests only whose names contain it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.chaos.error_matrix import meet_everything
from tests.chaos.errors import ROWS
from tests.chaos.figures import keep_chaos

CHOSEN = tuple(name for name in ROWS if os.environ.get("ROWS", "") in name)


@pytest.mark.timeout(3600)
def test_every_request_meets_every_error_and_ends_as_the_table_says(tmp_path: Path) -> None:
    matrix = meet_everything(tmp_path, CHOSEN)
    print(matrix.figures())
    assert matrix.wrong() == {}
    if tuple(ROWS) == CHOSEN:
        keep_chaos("errors", matrix.figures())
