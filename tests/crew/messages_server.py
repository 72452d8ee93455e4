"""A Messages API on loopback that answers by script and refuses what the real one refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
Reply = Callable[["MessagesServer", BaseHTTPRequestHandler, Body], None]


@dataclass
class MessagesServer:
    """What was asked, and what will be answered next."""

    script: list[Reply]
    requests: list[Body] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    cached: set[str] = field(default_factory=set)
    url: str = ""

    def tokens(self, body: Body) -> dict[str, int]:
        """Usage as the API would count it: the longest prefix cached before is read, up to the mark written."""
        places = list(_places(body))
        total = places[-1][0]
        read = max((tokens for tokens, prefix, _ in places if prefix in self.cached), default=0)
        marked = max((tokens for tokens, _, mark in places if mark), default=0)
        self.cached |= {prefix for tokens, prefix, _ in places if tokens <= marked}
        return {
            "input_tokens": total - max(read, marked),
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": max(0, marked - read),
        }


@contextmanager
def messages_server(*script: Reply) -> Iterator[MessagesServer]:
    """The API, answering each call by the next line of the script."""
    state = MessagesServer(list(script))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer, else the kernel delays the second

        def do_POST(self) -> None:
            body: Body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.problems += refusals(body, state.requests)
            state.requests.append(body)
            if not state.script:
                state.problems.append("more calls than the script has lines")
                state.script.append(fails(500))
            state.script.pop(0)(state, self, body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refusals(body: Body, before: Sequence[Body]) -> list[str]:
    """What the real API would answer 400 to, or bill for needlessly."""
    found = [f"{key} is sent" for key in ("temperature", "top_p", "top_k", "thinking") if key in body]
    if body.get("tool_choice", {"type": "auto"})["type"] != "auto":
        found.append("tool use is forced")
    if _marks(body) > 4:
        found.append("more than four breakpoints")
    found += _unpaired(body["messages"])
    if before and not _continues(before[-1], body):
        found.append("the prefix was changed")
    return found


def _continues(before: Body, body: Body) -> bool:
    same = all(_plain(before[key]) == _plain(body[key]) for key in ("system", "tools", "model"))
    old = _plain(before["messages"])
    return same and _plain(body["messages"])[: len(old)] == old


def _unpaired(messages: list[Body]) -> Iterator[str]:
    for index, message in enumerate(messages):
        if not message["content"]:
            yield "an empty message"
        if any(block["type"] == "text" and not block["text"].strip() for block in message["content"]):
            yield "an empty text"
        called = [block["id"] for block in message["content"] if block["type"] == "tool_use"]
        following = messages[index + 1]["content"] if index + 1 < len(messages) else []
        answered = [block["tool_use_id"] for block in following if block["type"] == "tool_result"]
        if message["role"] == "assistant" and called != answered:
            yield f"calls {called} are answered by {answered}"


def _places(body: Body) -> Iterator[tuple[int, str, bool]]:
    prefix, size = "", 0
    blocks = [*body["tools"], *body["system"]]
    for message in body["messages"]:
        blocks += message["content"]
    for block in blocks:
        text = json.dumps(_plain(block))
        prefix, size = prefix + text, size + len(text) // 4
        yield size, prefix, "cache_control" in block


def _marks(body: Body) -> int:
    return sum(mark for _, _, mark in _places(body))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key != "cache_control"}
    return value


def send(request: BaseHTTPRequestHandler, status: int, data: object, **headers: str) -> None:
    payload = data if isinstance(data, bytes) else json.dumps(data).encode()
    request.send_response(status)
    for name, value in {"content-type": "application/json", **headers}.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("content-length", str(len(payload)))
    request.end_headers()
    request.wfile.write(payload)


def says(*blocks: Body, stop: str | None = "auto", **extra: Any) -> Reply:
    """An assistant's turn."""
    reason = (
        stop if stop != "auto" else "tool_use" if any(b["type"] == "tool_use" for b in blocks) else "end_turn"
    )

    def reply(state: MessagesServer, request: BaseHTTPRequestHandler, body: Body) -> None:
        message = {
            "id": f"msg_{len(state.requests)}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [_with_id(block, len(state.requests), place) for place, block in enumerate(blocks)],
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": {**state.tokens(body), "output_tokens": len(json.dumps(blocks)) // 4},
        }
        send(request, 200, {**message, **extra})

    return reply


def _with_id(block: Body, turn: int, place: int) -> Body:
    return {**block, "id": f"toolu_{turn}_{place}"} if block["type"] == "tool_use" else block


def fails(status: int, kind: str = "api_error", message: str = "no", **headers: str) -> Reply:
    """An error of the API."""
    error = {"type": "error", "error": {"type": kind, "message": message}}
    return lambda state, request, body: send(request, status, error, **headers)


def breaks_off(state: MessagesServer, request: BaseHTTPRequestHandler, body: Body) -> None:
    """The connection ends in the middle of the answer."""
    request.send_response(200)
    request.send_header("content-type", "application/json")
    request.send_header("content-length", "1000")
    request.end_headers()
    request.wfile.write(b'{"id": "msg')
    request.close_connection = True


def hangs_up(state: MessagesServer, request: BaseHTTPRequestHandler, body: Body) -> None:
    """The connection ends before any answer."""
    request.close_connection = True


def sends(data: bytes, content_type: str = "application/json") -> Reply:
    """Something that is no message."""
    return lambda state, request, body: send(request, 200, data, content_type=content_type)


def call(tool: str, **inputs: Any) -> Body:
    return {"type": "tool_use", "name": tool, "input": inputs}


def text(words: str) -> Body:
    return {"type": "text", "text": words}


def thought(words: str) -> Body:
    return {"type": "thinking", "thinking": words, "signature": "c2lnbmVk+/=="}
