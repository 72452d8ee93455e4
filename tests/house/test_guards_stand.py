"""The guards that the long proofs take out, one after the other, still stand where those look for them."""

from __future__ import annotations

import pytest

from tests.chaos.teeth import GUARDS, ROOT, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name.partition(":")[0])
def test_a_guard_stands_exactly_once_in_its_file(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text(encoding="utf-8").count(guard.stands) == 1
    assert guard.instead not in ("", guard.stands) or guard.name.startswith("intent")
    assert all((ROOT / test).exists() for test in guard.tests)
