"""The five ways in which an agent's run ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Finished:
    """The stage's work is done, says the agent. `changed` are the paths that differ from where it began.

    `answers` are its words to the remarks of a review, by their numbers.
    """

    summary: str
    documents_used: tuple[str, ...] = ()
    learnings: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["finished"] = "finished"


@dataclass(frozen=True)
class Planned:
    """A plan that keeps all rules, as `Plan.to_data()` gives it."""

    plan: dict[str, Any]
    kind: Literal["planned"] = "planned"


@dataclass(frozen=True)
class ReviewFinding:
    """What the reviewer objects to, and where."""

    path: str
    line: int | None
    severity: str
    message: str


@dataclass(frozen=True)
class Reviewed:
    """The code reviewer's verdict over the whole feature."""

    verdict: Literal["approved", "changes"]
    findings: tuple[ReviewFinding, ...] = ()
    kind: Literal["reviewed"] = "reviewed"


@dataclass(frozen=True)
class Asked:
    """The agent needs an answer of a person before it can go on."""

    question_kind: str
    question: str
    options: tuple[str, ...] = ()
    recommended: str | None = None
    kind: Literal["asked"] = "asked"


@dataclass(frozen=True)
class GaveUp:
    """The run ended without a result; `why` is the kind of reason, the sentence is for people."""

    why: str
    sentence: str
    kind: Literal["gave_up"] = "gave_up"
