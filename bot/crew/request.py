"""What an agent's run is asked to do, as plain data that outlives the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter


class Purpose(StrEnum):
    """Drafting a plan, working on a stage, or giving the verdict over the feature."""

    DRAFT = "draft"
    WORK = "work"
    VERDICT = "verdict"


@dataclass(frozen=True)
class Limits:
    """How far a run may go. Dollars that are None are not capped there."""

    turns: int = 60
    run_usd: float = 5.0
    feature_usd_left: float | None = 30.0
    month_usd_left: float | None = None
    output_tokens: int = 20_000
    continuations: int = 3
    malformed_calls: int = 5
    returns: int = 3
    patience_seconds: float = 4 * 3600.0


@dataclass(frozen=True)
class RunRequest:
    """One run: who, with which model, told what, with which tools, how far."""

    purpose: Purpose
    agent: str
    model: str
    system: str
    brief: str
    tools: tuple[str, ...] = ()
    limits: Limits = Limits()

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = _REQUEST.dump_python(self, mode="json")
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RunRequest:
        return _REQUEST.validate_python(data)


def model_id(named: str, models: Mapping[str, str]) -> str:
    """What an agent's `model:` stands for: an alias of the settings, or a full id as it is."""
    return models.get(named.strip().lower(), named.strip())


_REQUEST = TypeAdapter(RunRequest)
