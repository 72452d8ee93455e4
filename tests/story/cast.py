"""A Messages server for stories: each agent plays the turns that the story gives it, found by its name."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Turn = Sequence[Mapping[str, Any]]


def call(tool: str, **given: Any) -> dict[str, Any]:
    """One tool call of a turn."""
    return {"type": "tool_use", "name": tool, "input": given}


@dataclass
class Cast:
    """Who plays what; `tasks` are parts for what an agent is told in these words. Held agents wait for the story."""

    parts: dict[str, list[Turn]] = field(default_factory=dict)
    tasks: dict[tuple[str, str], list[Turn]] = field(default_factory=dict)
    url: str = ""
    calls: list[str] = field(default_factory=list)
    told: dict[str, list[str]] = field(default_factory=dict)
    _free: dict[str, threading.Event] = field(default_factory=dict)

    def plays(self, agent: str, *turns: Turn, told: str = "") -> None:
        if told:
            self.tasks[agent, told] = list(turns)
        else:
            self.parts[agent] = list(turns)

    def holds(self, agent: str) -> None:
        self._free[agent] = threading.Event()

    def lets_go(self, agent: str) -> None:
        self._free.pop(agent).set()

    def answer(self, body: Mapping[str, Any]) -> dict[str, Any]:
        system = json.dumps(body["system"])
        # Every prompt names its own agent first, and others after it.
        agent = min((name for name in self.parts if name in system), key=system.index)
        free = self._free.get(agent)
        if free is not None:
            free.wait(30)
        self.calls.append(agent)
        told = json.dumps(body["messages"][0], ensure_ascii=False)
        self.told.setdefault(agent, []).append(told)
        said = sum(1 for message in body["messages"] if message["role"] == "assistant")
        own = (part for (name, words), part in self.tasks.items() if name == agent and words in told)
        turns = next(own, self.parts[agent])
        blocks = [dict(block) for block in turns[min(said, len(turns) - 1)]]
        for place, block in enumerate(blocks):
            if block["type"] == "tool_use":
                block["id"] = f"toolu_{len(self.calls)}_{place}"
        return {
            "id": f"msg_{len(self.calls)}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": blocks,
            "stop_reason": "tool_use" if any(b["type"] == "tool_use" for b in blocks) else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 50},
        }


@contextmanager
def on_stage(cast: Cast) -> Iterator[Cast]:
    """The cast, answering on loopback."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            data = json.dumps(cast.answer(body)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    cast.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield cast
    finally:
        server.shutdown()
        server.server_close()
