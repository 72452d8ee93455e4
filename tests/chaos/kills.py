"""Chained SIGKILLs: lives of a feature until Baton has died once at every point of every effect, turn and tool batch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.chaos.lives import SMALL, Doom, Life, Tale, live

MOST_LIVES = 20
EVERYWHERE: tuple[Doom, ...] = (("*", "*"),)
# What an undisturbed life passes: an effect that was found instead is what a kill leads to.
POINTS_OF_A_SHOW = ("about to be sent", "answered, unread", "answered, unrecorded", "recorded")


@dataclass
class Kills:
    """What the lives came to."""

    undisturbed: Life
    lives: list[Life] = field(default_factory=list)
    dooms: tuple[Doom, ...] = EVERYWHERE

    @property
    def wanted(self) -> set[Doom]:
        """All pairs of an undisturbed life; shows apart, since what is shown together depends on the moment."""
        return {pair for pair in self.undisturbed.passed if not is_show(pair) and self._is_meant(pair)}

    def _is_meant(self, pair: Doom) -> bool:
        name, point = pair
        return any(fnmatchcase(name, wanted) and fnmatchcase(point, where) for wanted, where in self.dooms)

    @property
    def hit(self) -> set[Doom]:
        return {(each["name"], each["point"]) for life in self.lives for each in life.hits}

    @property
    def missing(self) -> set[Doom]:
        return self.wanted - self.hit

    @property
    def lost(self) -> int:
        return sum(1 for life in self.lives if life.differences)

    @property
    def doubled(self) -> int:
        return sum(len(life.faults.get("doubled", ())) for life in self.lives)

    @property
    def kills(self) -> int:
        return sum(life.kills for life in self.lives)

    @property
    def seconds_per_kill(self) -> float:
        more = sum(life.seconds - self.undisturbed.seconds for life in self.lives)
        return more / self.kills if self.kills else 0.0

    def is_not_enough(self) -> bool:
        return bool(self.missing) and len(self.lives) < MOST_LIVES

    def figures(self) -> dict[str, Any]:
        return {
            "pairs": len(self.wanted),
            "pairs_hit": len(self.wanted & self.hit),
            "pairs_of_shows_hit": sum(1 for pair in self.hit if is_show(pair)),
            "lives": len(self.lives),
            "kills": self.kills,
            "lives_that_ended_otherwise": self.lost,
            "doubled": self.doubled,
            "turns_planned": self.undisturbed.turns,
            "turns_paid_too_much": sum(max(0, life.turns - self.undisturbed.turns) for life in self.lives),
            "seconds_per_kill": round(self.seconds_per_kill, 2),
        }


def is_show(pair: Doom) -> bool:
    return pair[0].startswith("show ")


def kill_everywhere(
    home: Path,
    database_url: Callable[[], str | None] = lambda: None,
    judge: Callable[[Life, Life], None] = lambda life, undisturbed: None,
    dooms: Iterable[Doom] = EVERYWHERE,
    is_enough: Callable[[Kills], bool] = lambda kills: not kills.is_not_enough(),
    say: Callable[[str], None] = print,
    tale: Tale = SMALL,
) -> Kills:
    """Live again and again, each life dying where none before it has died, until no pair is left."""
    kills = Kills(live(home / "undisturbed", database_url=database_url(), tale=tale), dooms=tuple(dooms))
    say(f"undisturbed: {kills.undisturbed.seconds:.0f} s, {len(kills.wanted)} pairs to hit")
    while not is_enough(kills):
        number = len(kills.lives) + 1
        life = live(
            home / f"life-{number}",
            kills.dooms,
            kills.undisturbed.state,
            database_url(),
            spared=kills.hit,
            tale=tale,
        )
        kills.lives.append(life)
        say(
            f"life {number}: {life.kills} kills in {life.seconds:.0f} s, {life.turns} turns, "
            f"{len(life.faults.get('doubled', ()))} doubled, {len(life.differences)} differences, "
            f"{len(kills.missing)} pairs to go"
        )
        judge(life, kills.undisturbed)
        if not life.hits:
            break
    return kills


def table(kills: Kills) -> str:
    """Pairs hit by sort of effect and point, for people."""
    counts = Counter((sort_of(name), sort_of_point(point)) for name, point in kills.hit)
    sorts = sorted({sort for sort, _ in counts})
    points = sorted({point for _, point in counts})
    rows = [f"{'':<14}" + "".join(f"{point:>26}" for point in points)]
    rows += [
        f"{sort:<14}" + "".join(f"{counts[sort, point] or '-':>26}" for point in points) for sort in sorts
    ]
    return "\n".join(rows)


def sort_of(name: str) -> str:
    return re.split(r"[: ]", name)[0] if not name.startswith("tool batch") else "batch"


def sort_of_point(point: str) -> str:
    return point.partition(":")[0]
