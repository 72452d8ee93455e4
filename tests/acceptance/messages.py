"""A Messages server of somebody's own: a planner, agents that write, and a reviewer, told apart by their tools."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Block = dict[str, Any]


def call(tool: str, **given: Any) -> Block:
    return {"type": "tool_use", "name": tool, "input": given}


@dataclass
class Script:
    """What is answered: the plan, what each agent writes, and the verdict."""

    plan: Mapping[str, Any] | Callable[[str], Mapping[str, Any]]
    writes: Mapping[str, Mapping[str, str] | Callable[[str], Mapping[str, str]]]
    verdict: Mapping[str, Any] = field(default_factory=lambda: {"verdict": "approved", "findings": []})
    learnings: Sequence[str] | Callable[[str], Sequence[str]] = ()
    # (who, the request) of every call
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        tools = {tool["name"] for tool in body.get("tools", ())}
        said = sum(1 for message in body["messages"] if message["role"] == "assistant")
        asked = json.dumps(body["messages"], ensure_ascii=False)
        if "submit_plan" in tools:
            who, blocks = "planner", [self._plan(asked)]
        elif "submit_review" in tools:
            who, blocks = "reviewer", [call("submit_review", **self.verdict)]
        else:
            who = self._agent(json.dumps(body["system"]))
            blocks = self._work(who, said, asked)
        self.calls.append((who, body))
        for place, block in enumerate(blocks):
            block["id"] = f"toolu_{len(self.calls):04}_{place}"
        return {
            "id": f"msg_{len(self.calls):04}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": blocks,
            "stop_reason": "tool_use",
            "stop_sequence": None,
            "usage": {
                "input_tokens": 1000,
                "cache_read_input_tokens": 0,
                "cache_creation_input_tokens": 0,
                "output_tokens": 100,
            },
        }

    def _plan(self, asked: str) -> Block:
        return call("submit_plan", **(self.plan(asked) if callable(self.plan) else self.plan))

    def _agent(self, system: str) -> str:
        """Whose prompt it is: the first agent that it names."""
        named = [name for name in self.writes if name in system]
        assert named, f"The system prompt names none of {sorted(self.writes)}:\n{system[:500]}"
        return min(named, key=system.index)

    def _work(self, who: str, said: int, asked: str) -> list[Block]:
        given = self.writes[who]
        files = list((given(asked) if callable(given) else given).items())
        if said < len(files):
            path, text = files[said]
            return [call("Write", file_path=path, content=text)]
        done = f"Wrote {', '.join(path for path, _ in files)}."
        learned = self.learnings(asked) if callable(self.learnings) else self.learnings
        return [call("finish_stage", summary=done, documents_used=[], learnings=list(learned))]


@contextmanager
def answering(script: Script) -> Iterator[Script]:
    """The script behind `POST /v1/messages` on loopback."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                assert self.path.split("?")[0] == "/v1/messages", self.path
                code, answer = 200, script.answer(body)
            except AssertionError as wrong:
                error = {"type": "invalid_request_error", "message": str(wrong)}
                code, answer = 400, {"type": "error", "error": error}
            data = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
