"""Faults that the App's requests meet on purpose: errors, dropped connections, delays, lagging lists."""

from __future__ import annotations

import fnmatch
import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

MOST = 1_000_000_000  # seconds: longer than any playground lives, and short enough to be slept
# What HTTP allows as a header's name and value (RFC 9110), in Latin-1.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
Kind = Literal[
    "error_before", "error_after", "drop_before", "drop_after", "html", "truncated", "delay", "lag"
]


@dataclass(slots=True)
class Fault:
    """One fault: which requests meet it, and what happens to them."""

    method: str
    path: str
    kind: Kind
    status: int = 502
    seconds: float = 5.0
    nth: frozenset[int] | None = None
    probability: float | None = None
    message: str | None = None
    headers: dict[str, str] | None = None
    kind_of_request: str = "*"
    seen: int = 0
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        literal = "".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", self.path))
        self.pattern = re.compile(literal)

    def concerns(self, method: str, path: str, kind: str = "") -> bool:
        return (
            fnmatch.fnmatchcase(method, self.method.upper())
            and self.pattern.fullmatch(path) is not None
            and fnmatch.fnmatchcase(kind, self.kind_of_request)
        )

    def strikes(self, chance: random.Random) -> bool:
        """Whether this request, one more of those it concerns, meets it."""
        self.seen += 1
        if self.nth is not None:
            return self.seen in self.nth
        return self.probability is None or chance.random() < self.probability


class Faults:
    """The faults that are switched on."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._chance = random.Random(seed)

    def add(self, wish: dict[str, Any]) -> Fault:
        """Switches a fault on; ValueError says what is wrong with the wish."""
        fault = read(wish)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def met(self, method: str, path: str, kind: str = "") -> list[Fault]:
        """The faults that this request meets, in the order in which they were switched on."""
        with self._lock:
            concerned = [each for each in self._faults if each.concerns(method, path, kind)]
            return [each for each in concerned if each.strikes(self._chance)]

    def all(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)


KEYS = {
    "method", "path", "fault", "status", "seconds", "nth", "probability", "message", "headers", "kind"
}  # fmt: skip


def read(wish: dict[str, Any]) -> Fault:
    unknown = set(wish) - KEYS
    if unknown:
        raise ValueError(f"A fault has no {', '.join(sorted(unknown))}. It has {', '.join(sorted(KEYS))}.")
    kind: Kind | None = next((each for each in get_args(Kind) if each == wish.get("fault")), None)
    if kind is None:
        raise ValueError(f"“{wish.get('fault')}” is no fault. There are {', '.join(get_args(Kind))}.")
    probability = wish.get("probability")
    return Fault(
        text(wish, "method") or "*",
        text(wish, "path") or "*",
        kind,
        502 if wish.get("status") is None else error_status(wish["status"]),
        5.0 if wish.get("seconds") is None else number(wish["seconds"], "seconds"),
        None if wish.get("nth") is None else counted(wish["nth"]),
        None if probability is None else number(probability, "probability", 1),
        text(wish, "message"),
        header_lines(wish.get("headers")),
        text(wish, "kind") or "*",
    )


def text(wish: dict[str, Any], name: str) -> str | None:
    value = wish.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"“{name}” is a text, or null.")
    return value


def error_status(value: object) -> int:
    if type(value) is not int or not 400 <= value <= 599:
        raise ValueError("“status” is the status of an error: a whole number from 400 to 599.")
    return value


def number(value: object, name: str, most: float = MOST) -> float:
    """A number from 0 to `most`; ValueError says so of anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"“{name}” is a number from 0 to {most:,.0f}.")
    return float(value)


def counted(value: object) -> frozenset[int]:
    if not isinstance(value, list) or not all(type(each) is int and each >= 1 for each in value):
        raise ValueError("“nth” is a list of whole numbers, the first request being 1, or null.")
    return frozenset(value)


def header_lines(value: object) -> dict[str, str] | None:
    """Headers as HTTP can carry them."""
    if value is not None and not isinstance(value, dict):
        raise ValueError("“headers” is an object of names and values, or null.")
    if value is None:
        return None
    headers = {name: str(each) for name, each in value.items()}
    for name, each in headers.items():
        if _HEADER_NAME.fullmatch(name) is None or _HEADER_VALUE.fullmatch(each) is None:
            raise ValueError(f"{name!r} with {each!r} is no header: one line of Latin letters and signs.")
    return headers


def shown(fault: Fault) -> dict[str, Any]:
    return {
        "method": fault.method,
        "path": fault.path,
        "fault": fault.kind,
        "status": fault.status,
        "seconds": fault.seconds,
        "nth": sorted(fault.nth) if fault.nth is not None else None,
        "probability": fault.probability,
        "message": fault.message,
        "headers": fault.headers,
        "kind": fault.kind_of_request,
        "seen": fault.seen,
    }
