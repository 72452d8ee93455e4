"""GitHub's primary rate limit: so many requests an hour for each caller, told in every answer's headers."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.playground.access import Caller
from bot.playground.github.shapes.times import Json

HOURLY = (
    15_000  # an installation on GitHub Enterprise Cloud; a laptop's demo shall not stand still for an hour
)
ANONYMOUS = 60_000
HOUR = 3600


@dataclass(slots=True)
class Window:
    """One caller's hour for one resource."""

    limit: int
    reset: int
    used: int = 0

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


class Limits:
    def __init__(self, hourly: int = HOURLY) -> None:
        self._hourly = hourly
        self._windows: dict[tuple[object, str], Window] = {}

    def window(self, caller: Caller, resource: str) -> Window:
        key = identity(caller), resource
        known = self._windows.get(key)
        if known is None or known.reset <= time.time():
            known = Window(self._hourly if caller.user else ANONYMOUS, int(time.time()) + HOUR)
            self._windows[key] = known
        return known

    def spend(self, caller: Caller, resource: str, points: int = 1) -> tuple[bool, Window]:
        """Whether the request is within the limit, and the window it counts in."""
        window = self.window(caller, resource)
        within = window.remaining > 0
        window.used += points
        return within, window

    def overview(self, caller: Caller) -> Json:
        resources = {}
        for name in ("core", "graphql", "search", "integration_manifest"):
            resources[name] = shown(self.window(caller, name), name)
        return {"resources": resources, "rate": resources["core"]}


def shown(window: Window, resource: str) -> Json:
    used = min(window.used, window.limit)
    return {
        "limit": window.limit,
        "used": used,
        "remaining": window.remaining,
        "reset": window.reset,
        "resource": resource,
    }


def headers(window: Window, resource: str) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(window.limit),
        "X-RateLimit-Remaining": str(window.remaining),
        "X-RateLimit-Reset": str(window.reset),
        "X-RateLimit-Used": str(min(window.used, window.limit)),
        "X-RateLimit-Resource": resource,
    }


def identity(caller: Caller) -> object:
    if caller.installation is not None:
        return "installation", caller.installation.id
    if caller.user is not None:
        return "user", caller.user.id
    return "app" if caller.app is not None else "nobody"
