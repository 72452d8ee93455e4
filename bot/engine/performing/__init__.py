"""Each move, made to happen: our rows under the lease's fence, GitHub through effects that exist once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.engine.agent_work import Assignment
from bot.engine.briefing import Briefing
from bot.engine.database import Database
from bot.engine.performing import amending, ending, people, plan, stage
from bot.engine.performing.scene import Acts, Means, Runs, Scene
from bot.moves import Move

MOVES: Acts = {**people.MOVES, **plan.MOVES, **stage.MOVES, **amending.MOVES, **ending.MOVES}


class Performing:
    """Does one move. Doing it again after a crash changes nothing: that is what identities are for."""

    def __init__(
        self, database: Database, runs: Runs, briefing: Briefing, clock: Callable[[], datetime]
    ) -> None:
        self._means = Means(database, runs, briefing, clock)

    def do(self, move: Move, scene: Scene) -> None:
        """Raises LeaseLost, and whatever GitHub says no with."""
        MOVES[type(move)](move, scene, self._means)

    def start(self, run_id: str, assignment: Assignment) -> None:
        """Hand a run that has its row to those who run agents."""
        plan.start(run_id, assignment, self._means)

    def stop(self, run_id: str) -> None:
        """End a run after the turn that it is in."""
        self._means.runs.stop(run_id)


__all__ = ["MOVES", "Performing", "Runs", "Scene"]
