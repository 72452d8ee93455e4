"""Which page stands at which path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from bot.playground.pages.visiting import Page

_VARIABLE = re.compile(r"\{(\w+)(\+|#|)\}")
_SHAPES = {"": "[^/]+", "+": ".+", "#": r"\d{1,15}"}


@dataclass(slots=True)
class Room:
    """Pages that belong together. `{name}` is a segment, `{name#}` a number, `{name+}` the rest."""

    pages: list[tuple[str, re.Pattern[str], Page]] = field(default_factory=list)

    def get(self, *templates: str) -> Callable[[Page], Page]:
        return self._at("GET", templates)

    def post(self, *templates: str) -> Callable[[Page], Page]:
        return self._at("POST", templates)

    def _at(self, method: str, templates: tuple[str, ...]) -> Callable[[Page], Page]:
        def registered(page: Page) -> Page:
            self.pages += [(method, pattern_of(each), page) for each in templates]
            return page

        return registered


def pattern_of(template: str) -> re.Pattern[str]:
    shape = _VARIABLE.sub(lambda match: f"(?P<{match[1]}>{_SHAPES[match[2]]})", template)
    return re.compile(f"{shape}/?")


class Places:
    """All pages; the first that fits is the one."""

    def __init__(self, rooms: Iterable[Room]) -> None:
        self._pages = [page for room in rooms for page in room.pages]

    def find(self, method: str, path: str) -> tuple[Page, dict[str, str]] | None:
        for wanted, pattern, page in self._pages:
            match = pattern.fullmatch(path) if wanted == method else None
            if match is not None:
                return page, {name: unquote(value) for name, value in match.groupdict().items()}
        return None
