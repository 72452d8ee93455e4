"""Which function answers which method and path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from bot.playground.github.asking import Answer, Ask

Function = Callable[[Ask], Answer]
_VARIABLE = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """A path template: `{name}` is one segment, `{name+}` the rest of the path."""

    method: str
    template: str
    function: Function
    pattern: re.Pattern[str]

    @property
    def kind(self) -> str:
        return f"{self.method} {self.template.replace('+}', '}')}"


@dataclass(slots=True)
class Routes:
    """The routes of one room, in the order in which they are tried."""

    routes: list[Route] = field(default_factory=list)

    def at(self, method: str, template: str) -> Callable[[Function], Function]:
        pattern = re.compile(_VARIABLE.sub(lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})", template))

        def registered(function: Function) -> Function:
            self.routes.append(Route(method, template, function, pattern))
            return function

        return registered

    def get(self, template: str) -> Callable[[Function], Function]:
        return self.at("GET", template)

    def post(self, template: str) -> Callable[[Function], Function]:
        return self.at("POST", template)

    def patch(self, template: str) -> Callable[[Function], Function]:
        return self.at("PATCH", template)

    def put(self, template: str) -> Callable[[Function], Function]:
        return self.at("PUT", template)

    def delete(self, template: str) -> Callable[[Function], Function]:
        return self.at("DELETE", template)


@dataclass(frozen=True, slots=True)
class Found:
    route: Route
    names: dict[str, str]


class Router:
    """All routes; words win over variables: `/issues/comments/1` is not about an issue called “comments”."""

    def __init__(self, rooms: Iterable[Routes]) -> None:
        routes = [route for room in rooms for route in room.routes]
        self._routes = sorted(routes, key=lambda route: _rank(route.template))

    def find(self, method: str, raw_path: str) -> Found | None:
        wanted = "GET" if method == "HEAD" else method
        for route in self._routes:
            if route.method != wanted:
                continue
            match = route.pattern.fullmatch(raw_path)
            if match is not None:
                return Found(route, {name: unquote(value) for name, value in match.groupdict().items()})
        return None


def _rank(template: str) -> tuple[int, int, list[bool]]:
    segments = template.split("/")
    return template.count("+}"), -len(segments), [segment.startswith("{") for segment in segments]
