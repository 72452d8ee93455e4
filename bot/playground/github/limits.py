"""GitHub's primary rate limit: so many requests an hour for each caller, told in every answer's headers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Secondary:
    """GitHub's other limit: so many writes within a minute, then none until `seconds` have passed."""

    writes: int | None = None  # None: switched off
    seconds: float = 60.0
    times: list[float] = field(default_factory=list)
    until: float = 0.0

    def refuses(self) -> float:
        """Counts one write; how long it has to wait, 0 where it may pass."""
        now = time.monotonic()
        if self.writes is None:
            return 0.0
        if now < self.until:
            return self.until - now
        self.times = [each for each in self.times if each > now - 60]
        if len(self.times) >= self.writes:
            self.until, self.times = now + self.seconds, []
            return self.seconds
        self.times.append(now)
        return 0.0


class Limits:
    def __init__(self, hourly: int = HOURLY) -> None:
        self._hourly = hourly
        self._seconds = float(HOUR)
        self._windows: dict[tuple[object, str], Window] = {}
        self.secondary = Secondary()

    def change(self, wish: Json) -> None:
        """Switches limits; ValueError says what is wrong with the wish. Windows begin anew."""
        unknown = set(wish) - {"hourly", "reset", "writes", "seconds"}
        if unknown:
            raise ValueError(f"Limits have no {', '.join(sorted(unknown))}: hourly, reset, writes, seconds.")
        if any(
            isinstance(each, bool) or not isinstance(each, int | float) or each < 0 for each in wish.values()
        ):
            raise ValueError("Limits are numbers from 0 on: requests an hour, writes a minute, seconds.")
        self._hourly = int(wish.get("hourly", HOURLY))
        self._seconds = float(wish.get("reset", HOUR))
        self._windows = {}
        self.secondary = Secondary(
            int(wish["writes"]) if "writes" in wish else None, float(wish.get("seconds", 60.0))
        )

    def shown(self) -> Json:
        second = self.secondary
        return {
            "hourly": self._hourly,
            "reset": self._seconds,
            "writes": second.writes,
            "seconds": second.seconds,
        }

    def window(self, caller: Caller, resource: str) -> Window:
        key = identity(caller), resource
        known = self._windows.get(key)
        if known is None or known.reset <= time.time():
            known = Window(self._hourly if caller.user else ANONYMOUS, int(time.time() + self._seconds))
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


def exceeded(caller: Caller, already: str = "") -> str:
    """What GitHub says to those whose hour is used up."""
    match identity(caller):
        case (kind, number):
            whom = f"{kind} ID {number}"
        case _:
            whom = "127.0.0.1"
    return f"API rate limit {already}exceeded for {whom}."


def identity(caller: Caller) -> object:
    if caller.installation is not None:
        return "installation", caller.installation.id
    if caller.user is not None:
        return "user", caller.user.id
    return "app" if caller.app is not None else "nobody"
