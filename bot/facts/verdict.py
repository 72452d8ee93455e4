"""What a gate answers: the story may go on, must wait, or cannot go on without a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.facts.states import FeatureState


@dataclass(frozen=True)
class Pass:
    """The gate is open. `note` is a whole sentence where going on departs from the usual (R112)."""

    note: str | None = None


@dataclass(frozen=True)
class Wait:
    """The story stands here: why, in which state people see it, and when it is looked at again.

    `why` is shown unchanged on the issue, in check runs and on the dashboard. `asks` is the key of the question
    that the story stands at, where it stands at one. `warning` is what people should know before they decide.
    """

    why: str
    state: FeatureState
    look_again_at: datetime
    asks: str | None = None
    warning: str = ""


@dataclass(frozen=True)
class Block:
    """The gate stays shut until a person does something: why, and what to do.

    Where a person's word alone can open it, `key` names the question and `options` are the answers to choose from.
    """

    why: str
    ask: str
    key: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """Nothing is left to do for this feature."""

    why: str
    state: FeatureState


Verdict = Pass | Wait | Block


def sentence(words: str) -> str:
    """Somebody's words as a whole sentence on one line, for use among our own."""
    flat = " ".join(words.split())
    return flat if flat.rstrip(")]”’\"'").endswith((".", "?", "!", "…")) or not flat else f"{flat}."
