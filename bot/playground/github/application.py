"""The GitHub as an ASGI application: REST, GraphQL, git over HTTP, pages and controls under one roof."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from bot.playground import pages
from bot.playground.access import Caller
from bot.playground.github import control, git_http
from bot.playground.github.asking import Answer, Ask
from bot.playground.github.faults import Fault
from bot.playground.github.graphql_kinds import creates, kind_of
from bot.playground.github.limits import exceeded
from bot.playground.github.limits import headers as limit_headers
from bot.playground.github.rest import ROOMS
from bot.playground.github.routes import Found, Router
from bot.playground.github.site import Site, is_app
from bot.playground.graphql.endpoint import answered
from bot.playground.official.recording import Recording, RecordingApp
from bot.playground.refusals import Moved, Refused

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Inner = Callable[[Scope, Receive, Send], Awaitable[None]]
Abort = Callable[[], None]
Handle = Callable[[Caller, list[Fault]], Answer]

_log = logging.getLogger(__name__)
_BY_ID = re.compile(r"/repositories/(\d+)(/.+)")
DOCUMENTATION = "https://docs.github.com/rest"
WORDS = {
    401: "Bad credentials",
    404: "Not Found",
    409: "Conflict",
    410: "Gone",
    422: "Validation Failed",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
PREFIXES = ("/api/v3",)
GRAPHQL = ("/graphql", "/api/graphql")
VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class Application:
    """Answers every request; keeps a hand on the connection, for faults that drop it."""

    def __init__(self, site: Site, recording: Recording | None = None) -> None:
        self.site = site
        self._router = Router(ROOMS)
        self._web = FastAPI(title="GitHub, on loopback", docs_url=None, redoc_url=None, openapi_url=None)
        self._web.add_api_route("/{path:path}", self._respond, methods=VERBS, include_in_schema=False)
        self._inner: Inner = RecordingApp(self._web, recording) if recording is not None else self._web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # Uvicorn's `send` belongs to the cycle that holds the socket.
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            scope["state"] = {**scope.get("state", {}), "abort": transport.abort if transport else None}
        await self._inner(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        body = await request.body()
        try:
            answer = await run_in_threadpool(self._answer, request, body)
        except Dropped:
            abort: Abort | None = request.state.abort
            if abort is not None:
                abort()
                await asyncio.sleep(0.01)
            return Response(status_code=502)
        except Exception:  # noqa: BLE001  a mistake of the playground's own; its client shall see what GitHub's would
            _log.exception("The playground failed at %s %s", request.method, request.url.path)
            answer = Answer(500, {"message": "Server Error", "documentation_url": DOCUMENTATION})
        return sent(answer)

    def _answer(self, request: Request, body: bytes) -> Answer:
        path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        if path.startswith("/_playground"):
            return control.answer(
                self.site, request.method, path, request.query_params, body, request.headers
            )
        if path in GRAPHQL:
            return self._graphql(request, body)
        smart = git_http.PATH.fullmatch(path)
        if smart is not None:
            return self._git(request, path, smart.groupdict(), body)
        for prefix in PREFIXES:
            path = path.removeprefix(prefix) or "/"
        path = self._by_name(path)
        if path == "/" and "text/html" in request.headers.get("accept", ""):
            return self._page(request, path, body)
        found = self._router.find(request.method, path)
        if found is None:
            return self._page(request, path, body)
        return self._rest(request, path, found, body)

    def _page(self, request: Request, path: str, body: bytes) -> Answer:
        """For people; where there is no page either, the API's 404."""
        accept = request.headers.get("accept", "")
        if "json" in accept and "text/html" not in accept:
            return refusal(Refused(404, "Not Found"))
        wish = pages.PageRequest(request.method, path, request.query_params, request.headers, body)
        return pages.answer(self.site, wish) or refusal(Refused(404, "Not Found"))

    def _by_name(self, path: str) -> str:
        """`/repositories/1/issues` is `/repos/owner/name/issues`."""
        match = _BY_ID.fullmatch(path)
        if match is None:
            return path
        with self.site.hub.lock:
            found = self.site.hub.repositories.get(int(match[1]))
        return f"/repos/{found.full_name}{match[2]}" if found is not None else path

    # -- REST
    def _rest(self, request: Request, path: str, found: Found, body: bytes) -> Answer:
        method = request.method

        def work(caller: Caller, faults: list[Fault]) -> Answer:
            ask = Ask(
                self.site, caller, method, path, found.names, dict(request.query_params), parsed(body),
                request.headers, self.site.hides(faults),
            )  # fmt: skip
            with self.site.hub.lock:
                return found.route.function(ask)

        sort = "token" if found.route.template.endswith("/access_tokens") else "read"
        if sort == "read" and method not in ("GET", "HEAD"):
            sort = "write"
        answer = self._guarded(request, path, found.route.kind, sort, "core", work)
        if is_created(method, answer, sort, found.route.kind):
            self._count_creation(request, found.route.kind)
        return answer

    def _count_creation(self, request: Request, kind: str) -> None:
        caller = self._caller(request)
        if is_app(caller):
            with self.site.hub.lock:
                self.site.referee.creation(kind)

    def _caller(self, request: Request) -> Caller | None:
        try:
            return self.site.caller(request.headers.get("authorization"))
        except Refused:
            return None

    # -- what every request of the API passes
    def _guarded(
        self, request: Request, path: str, kind: str, sort: str, resource: str, work: Handle
    ) -> Answer:
        """Authentication, the referee, faults, the limit; then the work."""
        hub = self.site.hub
        with hub.lock:
            try:
                caller = self.site.caller(request.headers.get("authorization"))
            except Refused as refused:
                return refusal(refused)
            faults: list[Fault] = []
            if is_app(caller):
                self.site.referee.request(kind, sort)
                faults = self.site.faults.met(request.method, path, kind)
            # GraphQL counts its own points, and says with status 200 when they are used up.
            points = 0 if path == "/rate_limit" or resource == "graphql" else 1
            within, window = self.site.limits.spend(caller, resource, points)
        answer = meet(faults, "before", self.site)
        if answer is None and not within and resource != "graphql":
            answer = refusal(Refused(403, exceeded(caller)))
        if answer is None and sort == "write" and is_app(caller):
            answer = slowed(self.site)
        if answer is None:
            answer = worked(work, caller, faults, lambda moved: self._elsewhere(request, path, moved))
            answer = meet(faults, "after", self.site) or cut_short(faults, answer)
        answer = told_before(request, answer)
        if answer.status == 304:
            window.used -= points  # what has not changed costs nothing
        return Answer(
            answer.status,
            answer.body,
            {**limit_headers(window, resource), **accepted(caller, resource), **answer.headers},
            answer.raw,
            answer.media,
        )

    def _elsewhere(self, request: Request, path: str, moved: Moved) -> Answer:
        """The redirect to a renamed repository or a transferred issue: 301 for reading, 307 for writing."""
        rest = "/".join(["", *path.split("/")[4:]]).rstrip("/") if moved.path is None else moved.path
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{self.site.hub.url}/repositories/{moved.number}{rest}{query}"
        body = {"message": "Moved Permanently", "url": url, "documentation_url": DOCUMENTATION}
        return Answer(301 if request.method in ("GET", "HEAD") else 307, body, {"Location": url})

    # -- GraphQL
    def _graphql(self, request: Request, body: bytes) -> Answer:
        try:
            query = parsed(body)
        except Refused as refused:
            return refusal(refused)
        sort, kind = kind_of(query)

        def work(caller: Caller, faults: list[Fault]) -> Answer:
            window = self.site.limits.window(caller, "graphql")
            return Answer(200, answered(self.site.hub, caller, query, window, self.site.hides(faults)))

        answer = self._guarded(request, "/graphql", kind, sort, "graphql", work)
        if sort == "write" and answer.status == 200 and creates(kind):
            self._count_creation(request, kind)
        return answer

    # -- git
    def _git(self, request: Request, path: str, names: dict[str, str], body: bytes) -> Answer:
        wish = git_http.GitRequest(
            request.method,
            names["owner"],
            names["repo"],
            names["rest"],
            request.url.query,
            body,
            request.headers,
        )
        hub = self.site.hub
        try:
            with hub.lock:
                caller = self.site.caller(request.headers.get("authorization"))
                faults: list[Fault] = []
                if is_app(caller):
                    writes = wish.rest == "git-receive-pack"
                    kind = "git push" if writes else "git fetch"
                    self.site.referee.request(kind, "write" if writes else "git")
                    faults = self.site.faults.met(request.method, path, kind)
            answer = meet(faults, "before")
            if answer is None:
                answer = git_http.answer(hub, wish, caller)
                answer = meet(faults, "after") or cut_short(faults, answer)
            return answer
        except Refused as refused:
            extra = git_http.CHALLENGE if refused.status == 401 else {}
            return Answer(refused.status, raw=refused.message.encode(), headers=extra, media="text/plain")


class Dropped(Exception):
    """The connection ends here, without an answer."""


def worked(work: Handle, caller: Caller, faults: list[Fault], elsewhere: Callable[[Moved], Answer]) -> Answer:
    try:
        return work(caller, faults)
    except Moved as moved:
        return elsewhere(moved)
    except Refused as refused:
        return refusal(refused)


def meet(faults: list[Fault], moment: str, site: Site | None = None) -> Answer | None:
    """What the faults make of a request before or after its effect; `site` is told when its API is to be left alone."""
    for fault in faults:
        if fault.kind == "delay" and moment == "before":
            time.sleep(fault.seconds)
        if fault.kind == f"drop_{moment}":
            raise Dropped
        if fault.kind == f"error_{moment}":
            return failed(fault, site)
        if fault.kind == "html" and moment == "before":
            return Answer(200, raw=PAGE_OF_A_PROXY, media="text/html")
    return None


PAGE_OF_A_PROXY = b"<!DOCTYPE html>\n<html><body><h1>We will be back soon.</h1></body></html>\n"


def cut_short(faults: list[Fault], answer: Answer) -> Answer:
    """The answer, or where a fault says so its first half: the effect is there, and the client cannot know."""
    content = as_bytes(answer) if any(fault.kind == "truncated" for fault in faults) else b""
    if not content or answer.status >= 300:
        return answer
    half = content[: len(content) // 2]
    return Answer(answer.status, headers=answer.headers, raw=half, media=answer.media)


SLOW = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


def slowed(site: Site) -> Answer | None:
    """The secondary limit, where it is switched on and met."""
    with site.hub.lock:
        wait = site.limits.secondary.refuses()
        if not wait:
            return None
        seconds = max(1, round(wait))
        site.referee.told_to_wait(float(seconds))
    answer = refusal(Refused(403, SLOW))
    return Answer(answer.status, answer.body, {"Retry-After": str(seconds)})


def failed(fault: Fault, site: Site | None) -> Answer:
    """The error of a fault, in the words that GitHub has for its status."""
    extra: dict[str, str] = {}
    message = {
        500: "Server Error",
        502: "Server Error",
        503: "Service Unavailable",
        504: "Gateway Timeout",
    }.get(fault.status, "Fault")
    if fault.status in (403, 429):
        message = SLOW
        extra = {"Retry-After": str(max(1, round(fault.seconds)))}
    message = message if fault.message is None else fault.message
    extra = extra if fault.headers is None else fault.headers
    if site is not None and extra.get("Retry-After", "").isdigit():
        with site.hub.lock:
            site.referee.told_to_wait(float(extra["Retry-After"]))
    return Answer(fault.status, {"message": message, "documentation_url": DOCUMENTATION}, extra)


def refusal(refused: Refused) -> Answer:
    body: dict[str, Any] = {"message": refused.message}
    if refused.errors is not None:
        body["errors"] = refused.errors
    body |= refused.extra
    body["documentation_url"] = DOCUMENTATION
    body["status"] = str(refused.status)
    return Answer(refused.status, body)


def accepted(caller: Caller, resource: str) -> dict[str, str]:
    """Which permissions an App needs for what it asked; GraphQL says nothing of them."""
    if not caller.asked or resource == "graphql":
        return {}
    return {"X-Accepted-GitHub-Permissions": ",".join(dict.fromkeys(caller.asked))}


def is_created(method: str, answer: Answer, sort: str, kind: str) -> bool:
    """Whether something new is there; a review is answered with 200."""
    created = 200 if kind.endswith("/reviews") else 201
    return method == "POST" and answer.status == created and sort == "write"


def parsed(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except ValueError as error:
        raise Refused(400, "Problems parsing JSON") from error
    if isinstance(value, list):
        # Labels may be given as a bare list.
        return {"labels": value}
    if not isinstance(value, dict):
        raise Refused(400, "Body should be a JSON object")
    return value


def told_before(request: Request, answer: Answer) -> Answer:
    """A successful read gets an ETag; 304 where the caller has it already."""
    if request.method not in ("GET", "HEAD") or answer.status != 200 or answer.raw is not None:
        return answer
    content = as_bytes(answer)
    tag = f'W/"{hashlib.sha256(content).hexdigest()}"'
    headers = {**answer.headers, "ETag": tag, "Cache-Control": "private, max-age=60, s-maxage=60"}
    known = tag.removeprefix("W/") in {
        each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")
    }
    return Answer(304, headers=headers) if known else Answer(200, answer.body, headers, content)


def as_bytes(answer: Answer) -> bytes:
    return answer.raw if answer.raw is not None else json.dumps(answer.body, separators=(",", ":")).encode()


def sent(answer: Answer) -> Response:
    """The HTTP response, with GitHub's headers."""
    headers = {
        "X-GitHub-Request-Id": uuid.uuid4().hex[:20].upper(),
        "X-GitHub-Media-Type": "github.v3; format=json",
        "Server": "github.com",
        **answer.headers,
    }
    if answer.status in (204, 304):
        return Response(status_code=answer.status, headers=headers)
    return Response(as_bytes(answer), answer.status, headers, media_type=answer.media)
