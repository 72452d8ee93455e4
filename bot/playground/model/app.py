"""The scripted Messages endpoint: `POST /v1/messages` as Anthropic's API answers it, by script."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from bot.playground.model import player, refusals, signatures, streaming
from bot.playground.model.faults import Fault, Faults
from bot.playground.model.prompt import Json, blocks_of, canonical, digests_before_turns, tokens_in
from bot.playground.model.prompt_cache import PromptCache
from bot.playground.model.recording import Recording
from bot.playground.model.refusals import Refusal

ERRORS = {
    "rate_limited": Refusal(
        429, "rate_limit_error", "This request would exceed your rate limit (by script)."
    ),
    "overloaded": Refusal(529, "overloaded_error", "Overloaded"),
    "server_error": Refusal(500, "api_error", "Internal server error"),
}


@dataclass
class ScriptedModel:
    """What is kept between calls: nothing that changes an answer, only its price, its faults and a log."""

    recording: Recording
    delay: float = 0.0
    api_key: str | None = None
    cache: PromptCache = field(default_factory=PromptCache)
    faults: Faults = field(default_factory=Faults)
    calls: list[Json] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def message(self, body: Json, fault: Fault | None) -> Json:
        """The answer to a request that was found good."""
        place = player.place_of(body, self.recording)
        content, stop = player.answer(body, place, self.recording)
        output = max(1, tokens_in(canonical(content)))
        if (fault and fault.fault == "max_tokens") or output > body["max_tokens"]:
            content, stop, output = (
                [player.text(f"{player.CUT} I was about to")],
                "max_tokens",
                body["max_tokens"],
            )
        if fault and fault.fault == "refusal":
            content, stop, output = [], "refusal", 1
        before = digests_before_turns(body)[-1]
        message = {
            "id": "msg_rec" + before[:18],
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": signatures.sign(before, content),
            "stop_reason": stop,
            "stop_sequence": None,
            "stop_details": {"type": "refusal", "category": None, "explanation": None}
            if stop == "refusal"
            else None,
            "usage": self.usage(body, output),
        }
        self.note(place, message)
        return message

    def usage(self, body: Json, output: int) -> Json:
        """What the call costs."""
        billed = self.cache.bill(body)
        return {
            "input_tokens": billed.plain,
            "cache_read_input_tokens": billed.read,
            "cache_creation_input_tokens": billed.written,
            "cache_creation": {
                "ephemeral_5m_input_tokens": billed.written - billed.written_for_an_hour,
                "ephemeral_1h_input_tokens": billed.written_for_an_hour,
            },
            "output_tokens": output,
            "service_tier": "standard",
        }

    def note(self, place: player.Place, message: Json) -> None:
        """For those who want to know what was asked of the model."""
        part = place.part.name if place.part else None
        line = {"agent": place.agent, "part": part, "turn": place.turn, "known": place.known}
        with self.lock:
            self.calls.append({**line, "stop_reason": message["stop_reason"], "usage": message["usage"]})


def make_model_app(recording: Recording, delay: float = 0.0, api_key: str | None = None) -> FastAPI:
    """The endpoint; `delay` seconds pass before each answer, and any key is good unless one is named."""
    app = FastAPI(title="Scripted model", docs_url=None, redoc_url=None, openapi_url=None)
    model = ScriptedModel(recording, delay, api_key)
    app.state.model = model

    @app.exception_handler(Refusal)
    async def refuse(_: Request, refusal: Refusal) -> Response:
        return error(model, refusal)

    @app.post("/v1/messages")
    async def create(request: Request) -> Response:
        authenticate(model, request)
        body = await body_of(request)
        refusals.check(body)
        place = player.place_of(body, recording)
        fault = model.faults.meeting(place.agent, place.turn)
        await asyncio.sleep(model.delay + (fault.seconds if fault else 0.0))
        if fault and fault.fault in ERRORS:
            return error(model, ERRORS[fault.fault], fault.retry_after)
        message = model.message(body, fault)
        return sent(model, message, fault, bool(body.get("stream")))

    @app.post("/v1/messages/count_tokens")
    async def count(request: Request) -> Response:
        authenticate(model, request)
        body = await body_of(request)
        refusals.check(body, counting=True)
        return JSONResponse({"input_tokens": sum(block.tokens for block in blocks_of(body))})

    install_controls(app, model)
    return app


def install_controls(app: FastAPI, model: ScriptedModel) -> None:
    """The switches for faults, and the log of calls."""

    @app.post("/_model/faults", status_code=204)
    async def switch_on(fault: Fault) -> None:
        model.faults.switch_on(fault)

    @app.get("/_model/faults")
    async def switched_on() -> list[Fault]:
        return model.faults.listed()

    @app.delete("/_model/faults", status_code=204)
    async def clear() -> None:
        model.faults.clear()

    @app.get("/_model/calls")
    async def calls() -> Response:
        with model.lock:
            return JSONResponse(list(model.calls))


def sent(model: ScriptedModel, message: Json, fault: Fault | None, streamed: bool) -> Response:
    """The message on its way, whole or in pieces, or broken by a fault."""
    name = fault.fault if fault else None
    headers = {"request-id": request_id(model)}
    if streamed:
        text = "".join(streaming.events(message))
        whole, media = (
            text if name not in ("broken_body", "half_json") else text[: len(text) // 2],
            "text/event-stream",
        )
    else:
        text = json.dumps(message, ensure_ascii=False)
        whole, media = text if name != "half_json" else text[: len(text) // 2], "application/json"
    if name == "broken_body":
        headers["content-length"] = str(len(text.encode()))
        return StreamingResponse(half_of(text), headers=headers, media_type=media)
    return Response(whole.encode(), headers=headers, media_type=media)


async def half_of(text: str) -> AsyncIterator[bytes]:
    """A body whose second half never comes: the connection ends before the announced length."""
    encoded = text.encode()
    yield encoded[: len(encoded) // 2]


def error(model: ScriptedModel, refusal: Refusal, retry_after: float | None = None) -> JSONResponse:
    """An error as Anthropic's API words it."""
    number = request_id(model)
    headers = {"request-id": number} | ({} if retry_after is None else {"retry-after": f"{retry_after:g}"})
    what = {"type": refusal.kind, "message": refusal.message}
    return JSONResponse({"type": "error", "error": what, "request_id": number}, refusal.status, headers)


def request_id(model: ScriptedModel) -> str:
    """A number for each answer."""
    return f"req_rec{next(model.numbers):06}"


def authenticate(model: ScriptedModel, request: Request) -> None:
    """A key must be there, as for the real endpoint; the SDK sends it as a bearer token since version 2."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    key = request.headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")
    if not key:
        raise Refusal(401, "authentication_error", "x-api-key header is required")
    if model.api_key not in (None, key):
        raise Refusal(401, "authentication_error", "invalid x-api-key")


async def body_of(request: Request) -> Json:
    """The request as JSON."""
    try:
        body = json.loads(await request.body())
    except ValueError as wrong:
        raise Refusal(400, "invalid_request_error", f"The request body is not valid JSON: {wrong}") from wrong
    if not isinstance(body, dict):
        raise Refusal(400, "invalid_request_error", "The request body must be a JSON object.")
    return body
