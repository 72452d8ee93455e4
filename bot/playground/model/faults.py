"""What can be made to go wrong: `POST /_model/faults` says what, for whom and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FaultName = Literal[
    "rate_limited", "overloaded", "server_error", "broken_body", "half_json", "max_tokens", "refusal", "delay"
]


class Fault(BaseModel):
    """Without `agent`, `turn` and `nth` it meets every call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fault: FaultName
    agent: str | None = Field(None, description="only calls of this agent")
    turn: int | None = Field(None, ge=0, description="only this turn of a conversation, counted from 0")
    nth: tuple[int, ...] | None = Field(None, description="only these of the calls that fit, counted from 1")
    retry_after: float | None = Field(None, ge=0, description="the Retry-After of a 429 or 529, in seconds")
    seconds: float = Field(0.0, ge=0, description="how long a delay is")


@dataclass
class _Switched:
    fault: Fault
    met: int = 0


@dataclass
class Faults:
    """Those that are switched on, in the order in which they were."""

    _on: list[_Switched] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def switch_on(self, fault: Fault) -> None:
        """From the next call on."""
        with self._lock:
            self._on.append(_Switched(fault))

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._on.clear()

    def listed(self) -> list[Fault]:
        """What is on now."""
        with self._lock:
            return [switched.fault for switched in self._on]

    def meeting(self, agent: str | None, turn: int) -> Fault | None:
        """The fault that this call meets; every fault that fits counts the call, the first that is due acts."""
        with self._lock:
            due = [switched.fault for switched in self._on if self._is_due(switched, agent, turn)]
        return due[0] if due else None

    @staticmethod
    def _is_due(switched: _Switched, agent: str | None, turn: int) -> bool:
        fault = switched.fault
        if fault.agent not in (None, agent) or fault.turn not in (None, turn):
            return False
        switched.met += 1
        return fault.nth is None or switched.met in fault.nth
