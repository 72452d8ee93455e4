"""The gate before each run of an agent: is there money left?"""

from __future__ import annotations

import pytest

from bot.gates.within_budget import within_budget
from tests.gates.judged import said
from tests.world import a_feature


@pytest.mark.parametrize("cost", [0.0, 29.99])
def test_below_the_cap_it_passes(cost: float) -> None:
    assert said(within_budget(a_feature().remember(cost=cost).facts)) == "passes"


def test_at_the_cap_it_blocks_and_says_how_to_raise_it() -> None:
    """P20."""
    assert said(within_budget(a_feature().remember(cost=30.0).facts)) == (
        "blocks: This feature has cost $30.00 of the $30.00 it may cost. "
        "Raise `caps.feature_usd` in `.github/baton.yml` on the default branch to go on; where Baton's own "
        "BATON_DOLLARS_PER_FEATURE is less, that too."
    )


def test_the_repository_sets_the_cap() -> None:
    life = a_feature().remember(cost=2.0).configured(caps={"feature_usd": 1.5})
    assert said(within_budget(life.facts)).startswith(
        "blocks: This feature has cost $2.00 of the $1.50 it may cost."
    )
