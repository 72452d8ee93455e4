"""Deliveries from GitHub: believed if signed, stored, and only then accepted; everything else comes later."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.engine.hints import LONGEST_NAME, USED_EVENTS, Hint, read_hint
from bot.engine.inbox import Acceptance, Inbox
from bot.web.signature import signing_secret

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

log = structlog.get_logger()

PATH = "/webhook"
LARGEST_BODY = 25 * 1024 * 1024
LARGEST_DISCARD = 128 * 1024 * 1024
LARGE_ENOUGH_FOR_A_THREAD = 256 * 1024
BODY_SECONDS = 8.0
COMMIT_SECONDS = 8.0  # GitHub gives up at ten
RETRY_AFTER = 10


@dataclass(frozen=True)
class Answer:
    """What GitHub is told."""

    code: int
    status: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Gone(Exception):
    """The sender hung up; nobody waits for an answer."""


class Refused(Exception):
    """This request is not a delivery that Baton takes."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Webhook:
    """`POST /webhook`, as a bare ASGI function in front of the rest of the site."""

    def __init__(
        self,
        behind: Asgi,
        inbox: Inbox,
        secrets: Sequence[bytes],
        answered: Callable[[int, str, float], None] = lambda code, event, seconds: None,
        signed_with: Callable[[int], None] = lambda place: None,
        body_seconds: float = BODY_SECONDS,
        commit_seconds: float = COMMIT_SECONDS,
    ) -> None:
        self._behind = behind
        self._inbox = inbox
        self._secrets = tuple(secrets)
        self._answered = answered
        self._signed_with = signed_with
        self._body_seconds = body_seconds
        self._commit_seconds = commit_seconds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._behind(scope, receive, send)
            return
        began = time.perf_counter()
        headers = _Headers(scope["headers"])
        try:
            answer = await self._answer(scope["method"], headers, receive)
        except Refused as refused:
            answer = refused.answer
        except Gone:
            return
        await _send(send, answer)
        event = headers.text(b"x-github-event") or "none"
        self._answered(answer.code, event, time.perf_counter() - began)

    async def _answer(self, method: str, headers: _Headers, receive: Receive) -> Answer:
        if method != "POST":
            return Answer(405, "only POST is answered here", ((b"allow", b"POST"),))
        body = await self._body(headers, receive)
        large = len(body) > LARGE_ENOUGH_FOR_A_THREAD
        hint = await asyncio.to_thread(self._hint, headers, body) if large else self._hint(headers, body)
        if hint.event not in USED_EVENTS:
            return Answer(200, f"Baton has no use for the event {hint.event}")
        return await self._committed(hint)

    async def _body(self, headers: _Headers, receive: Receive) -> bytes:
        too_large = Refused(Answer(413, "the body is over 25 MiB"))
        if headers.length > LARGEST_BODY and headers.one(b"expect"):
            raise too_large  # the sender asks before it sends
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._body_seconds):
                async for chunk in _chunks(receive):
                    size += len(chunk)
                    if size <= LARGEST_BODY and headers.length <= LARGEST_BODY:
                        chunks.append(chunk)
                    else:
                        chunks.clear()  # read on without keeping: else the sender sees a reset, no answer
                    if size > LARGEST_DISCARD:
                        raise too_large
        except TimeoutError:
            raise Refused(Answer(400, "the body did not arrive in time")) from None
        if size > LARGEST_BODY:
            raise too_large
        return b"".join(chunks)

    def _hint(self, headers: _Headers, body: bytes) -> Hint:
        self._believe(headers, body)
        event, guid = headers.text(b"x-github-event"), headers.text(b"x-github-delivery")
        if not event or not guid:
            raise Refused(Answer(400, "X-GitHub-Event or X-GitHub-Delivery is missing or too long"))
        media_type = (headers.one(b"content-type") or b"").partition(b";")[0].strip().lower()
        if media_type != b"application/json":
            raise Refused(
                Answer(400, "the content type must be application/json: set it so on the App's page")
            )
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            raise Refused(Answer(400, "the body is not JSON")) from None
        if not isinstance(payload, dict):
            raise Refused(Answer(400, "the body is not a JSON object"))
        return read_hint(guid, event, payload)

    def _believe(self, headers: _Headers, body: bytes) -> None:
        header = headers.one(b"x-hub-signature-256")
        place = signing_secret(body, header, self._secrets) if header else None
        if place is None:
            raise Refused(Answer(401, "the signature is missing or wrong"))
        self._signed_with(place)

    async def _committed(self, hint: Hint) -> Answer:
        try:
            promise = asyncio.wrap_future(self._inbox.accept(hint))
            acceptance = await asyncio.wait_for(promise, self._commit_seconds)
        except Exception as error:  # noqa: BLE001 - whatever it is, GitHub is told to send it again
            log.error("delivery_not_committed", guid=hint.guid, why=type(error).__name__)
            later = ((b"retry-after", str(RETRY_AFTER).encode()),)
            return Answer(503, "the database cannot commit now", later)
        return Answer(202 if acceptance is Acceptance.ACCEPTED else 200, acceptance.value)


class _Headers:
    """Headers of a request; one that is sent twice counts as missing."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._pairs = list(pairs)

    def one(self, name: bytes) -> bytes | None:
        values = [value for key, value in self._pairs if key == name]
        return values[0] if len(values) == 1 else None

    def text(self, name: bytes) -> str | None:
        value = (self.one(name) or b"").decode("latin-1").strip()
        return value if value.isprintable() and 0 < len(value) <= LONGEST_NAME else None

    @property
    def length(self) -> int:
        value = self.one(b"content-length") or b"0"
        return int(value) if value.isdigit() and len(value) < 20 else 0


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _send(send: Send, answer: Answer) -> None:
    body = json.dumps({"status": answer.status}).encode()
    length = str(len(body)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length), *answer.headers]
    await send({"type": "http.response.start", "status": answer.code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
