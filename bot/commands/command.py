"""A slash command as people meet it: how it is written, what it does, who may use it, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.facts.facts import Facts

Surface = Literal["issue", "pull_request"]
Who = Literal["writers", "everybody"]

EVERYWHERE: tuple[Surface, ...] = ("issue", "pull_request")
ISSUE_ONLY: tuple[Surface, ...] = ("issue",)


@dataclass(frozen=True)
class Missing:
    """The command needs more text than it was given."""


@dataclass(frozen=True)
class Unexpected:
    """The command was given text that it cannot take."""

    text: str


Applicability = Callable[[Facts], bool]
ArgumentRule = Callable[[str], str | Missing | Unexpected]


@dataclass(frozen=True)
class Command:
    """The declaration of one command; help and documentation are made from it.

    `who` is "writers" for people with the permission that the configuration asks (write by default).
    `argument` reads the text behind the name; `takes_note` adds the lines below the command; where
    `needs_text` is true one of the two must say something. `changes` is false for commands that only answer.
    `applies` says whether the command would do something as things stand: `/help` shows those alone.
    """

    name: str
    usage: str
    does: str
    who: Who
    surfaces: tuple[Surface, ...]
    examples: tuple[str, ...]
    changes: bool
    argument: ArgumentRule
    applies: Applicability
    takes_note: bool = False
    needs_text: bool = False
