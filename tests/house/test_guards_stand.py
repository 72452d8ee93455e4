"""The guards that the long proofs take out, one after the other, still stand where those look for them."""

from __future__ import annotations

import pytest

from tests.chaos.teeth import GUARDS, ROOT, STORY, Guard


@pytest.mark.parametrize("guard", (*GUARDS, *STORY), ids=lambda guard: guard.name)
def test_a_guard_stands_exactly_once_in_its_file(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text(encoding="utf-8").count(guard.stands) == 1
    assert guard.instead not in ("", guard.stands) or guard.name.startswith("intent")
    for test in guard.tests:
        file, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8")
