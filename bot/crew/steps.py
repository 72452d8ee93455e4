"""How a run's turns and batches are made durable; the engine does it, a local simulation does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.crew.records import BatchRecord, TurnRecord


class Steps(Protocol):
    """Each call runs once and its record is kept; after a crash the record comes back instead.

    An exception raised here (the run was cancelled or paused) passes through the loop untouched.
    """

    def turn(self, number: int, call: Callable[[], TurnRecord]) -> TurnRecord:
        """The record of a model call, made now or before a crash."""

    def batch(self, number: int, call: Callable[[], BatchRecord]) -> BatchRecord:
        """The record of a turn's tool calls, made now or before a crash."""


class Unrecorded:
    """Steps that keep nothing, for runs that nobody resumes."""

    def turn(self, number: int, call: Callable[[], TurnRecord]) -> TurnRecord:
        return call()

    def batch(self, number: int, call: Callable[[], BatchRecord]) -> BatchRecord:
        return call()
