"""What a move needs when it is made to happen: one look's surroundings, and what all looks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.engine.briefing import Briefing
from bot.engine.database import Database
from bot.engine.journal import DatabaseJournal
from bot.engine.leasing import Leased
from bot.engine.observing import Place
from bot.facts.facts import Facts
from bot.facts.remembered import Attempt
from bot.facts.works import Work
from bot.github.effects import Effects
from bot.moves import Move


class Runs(Protocol):
    """Who runs agents: durably, in the background."""

    def start(
        self, run_id: str, feature_id: int, repository_id: int, model: str, request: Mapping[str, Any]
    ) -> None:
        """Set the run to work; doing so twice changes nothing."""

    def stop(self, run_id: str) -> None:
        """End the run after the turn that it is in."""


@dataclass(frozen=True)
class Means:
    """What every move may use, whichever feature it is about."""

    database: Database
    runs: Runs
    briefing: Briefing
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class Scene:
    """One look's surroundings: the lease, the place, the facts, and the effects that may be asked for."""

    leased: Leased
    place: Place
    facts: Facts
    effects: Effects
    journal: DatabaseJournal
    api_url: str

    @property
    def generation(self) -> str:
        return self.facts.generation_id

    @property
    def issue(self) -> int:
        return self.facts.seen.issue.number

    def work(self, key: str) -> Work:
        return self.facts.work(key)

    def attempt(self, key: str) -> Attempt:
        attempt = self.work(key).attempt
        if attempt is None:
            raise ValueError(f"The {key} has no attempt yet.")
        return attempt


Act = Callable[[Any, Scene, Means], None]
Acts = Mapping[type[Move], Act]
M = TypeVar("M", bound=Move)


def on(kind: type[M], act: Callable[[M, Scene, Means], None]) -> tuple[type[Move], Act]:
    """This kind of move is done so; mypy sees to it that the two belong together."""
    return kind, act
