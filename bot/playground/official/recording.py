"""Keeps what a GitHub answered, so that all of it can be held against GitHub's description afterwards."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from bot.playground.official.checking import Checker, Violation
from bot.playground.state import Delivery

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Git over HTTP, GraphQL, pages and controls are no part of GitHub's REST description.
OUTSIDE = ("/graphql", "/api/graphql", "/_playground")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answer of the REST API as it went out."""

    method: str
    path: str  # as sent, percent-encoded
    status: int
    body: bytes


@dataclass(slots=True)
class Recording:
    """What went out while it was switched on."""

    on: bool = False
    exchanges: list[Exchange] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, exchange: Exchange) -> None:
        with self._lock:
            self.exchanges.append(exchange)

    def violations(self, checker: Checker) -> list[Violation]:
        """Everything in the recorded answers that GitHub's description does not allow."""
        return checked(self.exchanges, checker)


class RecordingApp:
    """An ASGI application around another: the same answers, and a copy of them in the recording."""

    def __init__(self, inner: Application, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._recording.on or not _is_rest(scope["path"]):
            await self._inner(scope, receive, send)
            return
        answer = _Answer(send)
        await self._inner(scope, receive, answer.pass_on)
        if answer.is_rest and 200 <= answer.status < 300:
            path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
            self._recording.keep(Exchange(scope["method"], path, answer.status, bytes(answer.body)))


class _Answer:
    """Passes an answer on and remembers it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.body = bytearray()
        self.is_rest = True

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.is_rest = _is_described(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
        await self._send(message)


def checked(exchanges: Iterable[Exchange], checker: Checker) -> list[Violation]:
    """The violations of many answers."""
    return [
        violation
        for each in exchanges
        for violation in checker.response(each.method, each.path, each.status, each.body)
    ]


def webhook_violations(deliveries: Iterable[Delivery], checker: Checker) -> list[Violation]:
    """Everything in the sent webhooks that GitHub's description does not allow."""
    return [
        violation for each in deliveries for violation in checker.webhook(each.event, json.loads(each.body))
    ]


def _is_rest(path: str) -> bool:
    return not path.startswith(OUTSIDE) and ".git/" not in path


def _is_described(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """JSON, or no body at all; pages for people, logs and archives are described by nobody."""
    kinds = [value for name, value in headers if name.lower() == b"content-type"]
    return all(b"json" in kind for kind in kinds)
