"""Faults that the App's requests meet on purpose: errors, dropped connections, delays, lagging lists."""

from __future__ import annotations

import fnmatch
import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

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
    nth, probability, headers = wish.get("nth"), wish.get("probability"), wish.get("headers")
    if headers is not None and not isinstance(headers, dict):
        raise ValueError("“headers” is an object of names and values, or null.")
    if nth is not None and not (isinstance(nth, list) and all(isinstance(each, int) for each in nth)):
        raise ValueError("“nth” is a list of numbers, the first request being 1, or null.")
    return Fault(
        str(wish.get("method") or "*"),
        str(wish.get("path") or "*"),
        kind,
        int(wish.get("status") or 502),
        float(5 if wish.get("seconds") is None else wish["seconds"]),
        None if nth is None else frozenset(nth),
        None if probability is None else float(probability),
        None if wish.get("message") is None else str(wish["message"]),
        None if headers is None else {str(name): str(value) for name, value in headers.items()},
        str(wish.get("kind") or "*"),
    )


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
