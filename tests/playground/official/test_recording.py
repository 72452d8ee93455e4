"""The recording passes answers on unchanged and keeps a copy of the successful ones of the REST API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.playground.official.checking import Checker
from bot.playground.official.recording import Exchange, Message, Receive, Recording, RecordingApp, Scope, Send


def application(status: int, kind: str | None, *parts: bytes) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"Content-Type", kind.encode())] if kind else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for at, part in enumerate(parts):
            more = at + 1 < len(parts)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    return app


def played(recording: Recording, app: Any, path: str = "/rate_limit", kind: str = "http") -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": kind, "method": "GET", "path": path, "raw_path": path.encode()}
    asyncio.run(RecordingApp(app, recording)(scope, receive, send))
    return sent


JSON = "application/json; charset=utf-8"


def test_an_answer_in_parts_is_passed_on_and_kept_whole() -> None:
    recording = Recording(on=True)
    sent = played(recording, application(200, JSON, b'{"a":', b"1}"))
    assert [message.get("body") for message in sent] == [None, b'{"a":', b"1}"]
    assert recording.exchanges == [Exchange("GET", "/rate_limit", 200, b'{"a":1}')]


@pytest.mark.parametrize(
    ("status", "kind", "path"),
    [
        (404, JSON, "/repos/o/r"),
        (302, None, "/repos/o/r/actions/jobs/1/logs"),
        (200, "text/html", "/o/r/issues/1"),
        (200, "text/plain", "/_logs/o/r/1.txt"),
        (200, "application/zip", "/_logs/o/r/1.zip"),
        (200, JSON, "/graphql"),
        (200, JSON, "/api/graphql"),
        (200, JSON, "/_playground/referee"),
        (200, "application/x-git-upload-pack-result", "/o/r.git/git-upload-pack"),
    ],
)
def test_what_githubs_rest_description_is_not_about_is_not_kept(
    status: int, kind: str | None, path: str
) -> None:
    recording = Recording(on=True)
    assert played(recording, application(status, kind, b"x"), path)
    assert recording.exchanges == []


def test_nothing_is_kept_while_it_is_switched_off() -> None:
    recording = Recording()
    assert played(recording, application(200, JSON, b"{}"))
    assert recording.exchanges == []


def test_a_recorded_answer_that_github_would_not_give_is_a_violation() -> None:
    recording = Recording(on=True)
    played(recording, application(200, JSON, b'{"resources": {}}'))
    assert "/resources" in {violation.where for violation in recording.violations(Checker())}
