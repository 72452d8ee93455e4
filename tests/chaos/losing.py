"""Lives in which the post between GitHub and Baton fails; some go on beside each other, for most of each is waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.playing import same
from tests.chaos.lives import SMALL, Life, Tale, Town, live
from tests.chaos.post import Fates, all_at_once, all_lost, all_twice, late, lost, out_of_order

BESIDE_EACH_OTHER = 3
SETTLED = 4.0
WEATHERS: Mapping[str, Fates] = {
    "all lost": all_lost,
    "all twice": all_twice,
    "out of order": out_of_order(seed=1),
    "two seconds late": late(2.0),
    "lost, doubled, overtaken and late": all_at_once(seed=2),
}


@dataclass(frozen=True)
class Losses:
    """What the lives came to, by what was wrong with the post."""

    undisturbed: Life
    lives: Mapping[str, Life]

    def worst_delay(self, prefix: str) -> float:
        later = [life.seconds for name, life in self.lives.items() if name.startswith(prefix)]
        return max(later, default=self.undisturbed.seconds) - self.undisturbed.seconds

    def wrong(self) -> dict[str, list[object]]:
        """Where a life ended otherwise, or did something twice, or paid for a turn that nobody had planned."""
        return {
            name: [*life.differences, *life.faults.items(), *self._paid_twice(life)]
            for name, life in self.lives.items()
            if life.differences or life.faults or life.turns > self.undisturbed.turns
        }

    def _paid_twice(self, life: Life) -> list[object]:
        return [f"{life.turns} turns"] if life.turns > self.undisturbed.turns else []

    def figures(self) -> dict[str, Any]:
        single = [name for name in self.lives if name.startswith("lost: ")]
        return {
            "deliveries": len(self.undisturbed.letters),
            "single_losses": len(single),
            "other_weathers": len(self.lives) - len(single),
            "lives_that_ended_otherwise": sum(1 for life in self.lives.values() if life.differences),
            "doubled": sum(len(life.faults.get("doubled", ())) for life in self.lives.values()),
            "undisturbed_seconds": round(self.undisturbed.seconds, 1),
            "worst_delay_of_a_single_loss_seconds": round(self.worst_delay("lost: "), 1),
            "delay_with_all_lost_seconds": round(self.worst_delay("all lost"), 1),
        }


def undisturbed_life(home: Path, tale: Tale = SMALL) -> Life:
    """How it goes where the post is good; at the end all of it is sent again, under new ids."""
    return live(home, afterwards=nothing_new_by_replay, tale=tale)


def nothing_new_by_replay(town: Town) -> list[str]:
    """Every delivery once more with a fresh GUID, to a Baton that has done all: no new effect."""
    state, writes, turns = town.end_state(), written(town), town.model.turns()
    answers = set(town.post.replay())
    time.sleep(SETTLED)
    return [
        *([] if answers == {202} else [f"the replay was answered {sorted(answers)}"]),
        *([] if written(town) == writes else [f"{written(town) - writes} writes after the replay"]),
        *([] if town.model.turns() == turns else ["a turn was paid after the replay"]),
        *same(state, town.end_state()),
    ]


def written(town: Town) -> int:
    return int(town.referee()["requests"]["writes"])


def live_through(
    home: Path,
    weathers: Mapping[str, Fates],
    undisturbed: Life,
    tale: Tale = SMALL,
    say: Callable[[str], None] = print,
) -> Losses:
    """One life in each weather."""

    def one(number: int, name: str, fates: Fates) -> tuple[str, Life]:
        life = live(home / f"life-{number}", expected=undisturbed.state, fates=fates, tale=tale)
        say(f"{name}: {life.seconds:.0f} s, {len(life.differences)} differences, {life.faults}")
        return name, life

    with ThreadPoolExecutor(BESIDE_EACH_OTHER) as beside:
        lives = [beside.submit(one, n, name, fates) for n, (name, fates) in enumerate(weathers.items())]
        return Losses(undisturbed, dict(each.result() for each in lives))


def each_lost_once(undisturbed: Life) -> dict[str, Fates]:
    """One weather for every delivery of an undisturbed life."""
    return {f"lost: {letter.number} ({letter.event})": lost(letter.number) for letter in undisturbed.letters}
