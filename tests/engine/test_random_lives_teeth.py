"""Without its guard each invariant of random lives is broken, and the witness says which; see `tests/chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.lives_teeth import GUARDS, LifeGuard, broken_without, lived
from tests.chaos.place import a_place

INVARIANTS = {f"I{number}" for number in range(1, 16)}


def test_every_invariant_has_a_guard_without_which_it_must_go_red() -> None:
    assert {each.invariant for each in GUARDS} == INVARIANTS


@pytest.mark.slow
def test_with_every_guard_in_its_place_these_lives_break_nothing(tmp_path: Path) -> None:
    with a_place(tmp_path) as place:
        plays = dict.fromkeys(each.play for each in GUARDS)
        broken = {play.__name__: lived(place, play) for play in plays}
    assert {name: said for name, said in broken.items() if said} == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    "life_guard", GUARDS, ids=[f"{each.invariant}: {each.guard.name}" for each in GUARDS]
)
def test_without_a_guard_a_life_breaks_the_invariant_that_it_serves(life_guard: LifeGuard) -> None:
    said = broken_without(life_guard)
    assert any(line.startswith(f"{life_guard.invariant} ") for line in said.splitlines()), said
