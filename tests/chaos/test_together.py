"""Two web servers and two workers on one PostgreSQL, struck by chance: the order holds, and nothing is done twice."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.figures import keep_chaos
from tests.chaos.lives import DEMO, SMALL, Tale
from tests.chaos.together import Together, What, blows_of, live_together
from tests.postgres import running_cluster

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(2**32))
TALES = {"small": (SMALL, 12), "demo": (DEMO, 4)}


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", TALES)
def test_whoever_dies_or_stands_still_the_feature_ends_as_if_nothing_had_been(
    name: str, tmp_path: Path
) -> None:
    tale, count = TALES[name]
    seeds = range(SEED, SEED + int(os.environ.get("LIVES_TOGETHER", count)))
    undisturbed, lives = lives_together(tmp_path, tale, seeds)
    assert undisturbed.out_of_order == []
    keep_chaos(f"together_{name}", figures(undisturbed, lives))
    for seed, life in lives.items():
        assert life.differences == [], seed
        assert life.faults == {}, seed
        assert life.out_of_order == [], seed
        assert life.turns <= undisturbed.turns + life.kills, seed


def lives_together(home: Path, tale: Tale, seeds: range) -> tuple[Together, dict[int, Together]]:
    with running_cluster(durable=True) as cluster:
        undisturbed = live_together(home / "undisturbed", cluster, seeds[0], tale=tale)
        lives = {
            seed: live_together(
                home / str(seed), cluster, seed, blows_of(seed, undisturbed.length), undisturbed.state, tale
            )
            for seed in seeds
        }
    return undisturbed, lives


def figures(undisturbed: Together, lives: dict[int, Together]) -> dict[str, Any]:
    struck = [each for life in lives.values() for each in life.struck]
    return {
        "seeds": [min(lives), max(lives)],
        "lives": len(lives),
        **{what.value: sum(what.value in each for each in struck) for what in What},
        "order_violations": sum(len(life.out_of_order) for life in lives.values()),
        "doubled": sum(len(life.faults.get("doubled", ())) for life in lives.values()),
        "other_faults": sum(
            len(found)
            for life in lives.values()
            for fault, found in life.faults.items()
            if fault != "doubled"
        ),
        "lives_that_ended_otherwise": sum(bool(life.differences) for life in lives.values()),
        "turns_planned": undisturbed.turns,
        "turns_paid_too_much": sum(max(0, life.turns - undisturbed.turns) for life in lives.values()),
        "undisturbed_seconds": round(undisturbed.seconds, 1),
        "worst_seconds": round(max(life.seconds for life in lives.values()), 1),
    }
