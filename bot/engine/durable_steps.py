"""The steps of one agent's run: each model turn and each batch of tool calls is paid and done once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from dbos import DBOS

from bot.crew.ledger import Ledger
from bot.crew.records import BatchRecord, TurnRecord
from bot.engine.outages import Interrupted, patiently

TURN, BATCH, FINISH = "turn", "batch", "finish"

T = TypeVar("T")


class Stopped(Exception):
    """A person stopped the run; its last turn is finished and kept."""


class StepFailed(Exception):
    """A turn or batch raised what nobody expected; recorded, so that it fails alike after a crash."""


class DurableSteps:
    """The crew's Steps, kept by DBOS."""

    def __init__(
        self,
        ledger: Ledger,
        stop_asked: Callable[[], bool],
        closing: threading.Event,
        recorded: Callable[[int, TurnRecord, bool], None],
        before: Sequence[str] = (),
    ) -> None:
        """`before` names the steps that are on record from before a crash, in their order."""
        self._ledger = ledger
        self._stop_asked = stop_asked
        self._closing = closing
        self._recorded = recorded
        self.begun = False
        self._replaying = True
        self._before = list(before)
        self._turns = 0

    def turn(self, number: int, call: Callable[[], TurnRecord]) -> TurnRecord:
        """The record of a model call, made now or before a crash."""
        self._halt_if_asked()
        record = TurnRecord.from_json(self._step(TURN, lambda: call().to_json()))
        return self._settled(number, record)

    def batch(self, number: int, call: Callable[[], BatchRecord]) -> BatchRecord:
        """The record of a turn's tool calls, made now or before a crash."""
        return BatchRecord.from_json(self._step(BATCH, lambda: call().to_json()))

    def take_up_the_rest(self) -> None:
        """Read what is on record and was not come to, before an end is recorded: DBOS wants each step in its place.

        A run may end early in a later life: stopped, started in vain too often, or failed before its first step.
        """
        while self._before:
            name = self._before[0]
            try:
                record = self._step(name, _not_on_record)
            except StepFailed:
                continue
            if name == TURN:
                self._settled(self._turns + 1, TurnRecord.from_json(record))

    def sleep(self, seconds: float) -> None:
        """Wait between two tries; not again for a wait that lies before a crash."""
        until = time.monotonic() + (0 if self._replaying else seconds)
        while (left := until - time.monotonic()) > 0:
            self._halt_if_asked()
            self._closing.wait(min(left, 1.0))

    def patiently(self, ask: Callable[[], T]) -> T:
        """The database's answer, also where it is away just now: a run is not to fail for that."""
        return patiently(ask, self._closing)

    def _settled(self, number: int, record: TurnRecord) -> TurnRecord:
        self._turns = number
        self._ledger.settle(record)
        is_new = not self._replaying
        self.patiently(lambda: self._recorded(number, record, is_new))
        return record

    def _halt_if_asked(self) -> None:
        if self._closing.is_set():
            raise Interrupted
        if self.patiently(self._stop_asked):
            raise Stopped("Stopped as asked, after its last turn.")

    def _step(self, name: str, call: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        ran: list[bool] = []

        def once() -> dict[str, Any]:
            ran.append(True)
            try:
                return {"record": call()}
            except Exception as error:  # noqa: BLE001 - what failed is recorded, so that a replay fails alike
                return {"raised": f"{type(error).__name__}: {error}"}

        self.begun = True
        del self._before[:1]
        kept = DBOS.run_step({"name": name}, once)
        self._replaying = not ran
        if "raised" in kept:
            raise StepFailed(kept["raised"])
        # As it will come back after a crash, so that both lives of a run see the same.
        record: Mapping[str, Any] = json.loads(json.dumps(kept["record"]))
        return record


def _not_on_record() -> Mapping[str, Any]:
    raise RuntimeError("This step was listed as recorded, and is not.")
