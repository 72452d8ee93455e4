"""Each guard is missed by a test when it is taken out of the source."""

from __future__ import annotations

import pytest

from tests.chaos.figures import keep_figures
from tests.chaos.teeth import all_bites, control, figures, table


@pytest.mark.timeout(1800)
def test_no_guard_can_be_taken_out_without_a_test_that_notices() -> None:
    assert control() == ""
    bites = all_bites()
    print(table(bites))
    assert [each.guard.name for each in bites if not each.noticed] == []
    keep_figures("teeth", figures(bites))
