"""`#12` in a text: the issue that is named learns of it, and a merge closes what it says it closes."""

from __future__ import annotations

import re

from bot.playground.acts.history import add_event
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import Issue, Repository

_NUMBER = re.compile(r"(?<![\w/&])#(\d+)\b")
_CLOSING = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:(?P<home>[\w.-]+/[\w.-]+)?#|GH-)(?P<number>\d+)\b",
    re.IGNORECASE,
)


def mention(hub: Hub, source: Issue, by: User, text: str | None) -> None:
    """Writes `cross-referenced` into the history of the issues that the text names, once each."""
    for number in sorted({int(found) for found in _NUMBER.findall(text or "")}):
        named = source.repository.issues.get(number)
        if named is None or named is source:
            continue
        if not any(event.source is source for event in named.timeline):
            add_event(hub, named, "cross-referenced", by, source=source)


def closed_by(repository: Repository, text: str | None) -> list[int]:
    """The numbers of this repository's issues behind GitHub's closing keywords."""
    here = repository.full_name.casefold()
    found = _CLOSING.finditer(text or "")
    return sorted({int(each["number"]) for each in found if (each["home"] or here).casefold() == here})
