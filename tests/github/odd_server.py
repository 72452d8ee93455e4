"""A server that answers what it is told to, and counts: for what no GitHub should say and proxies do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Says:
    """One answer: how often it is given depends on how often it is asked for."""

    status: int = 200
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None  # a Content-Length that is a lie cuts the answer short
    drops: bool = False


class OddServer:
    """Gives `answers` in turn, the last one for ever, and keeps what was asked."""

    def __init__(self) -> None:
        self.answers: list[Says] = [Says()]
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.authorizations: list[str | None] = []
        odd = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                odd.asked.append((self.command, self.path))
                odd.headers.append(dict(self.headers))
                odd.authorizations.append(self.headers.get("Authorization"))
                said = odd.answers.pop(0) if len(odd.answers) > 1 else odd.answers[0]
                if said.drops:
                    self.close_connection = True
                    self.connection.close()
                    return
                body = said.body.encode()
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body) if said.length is None else said.length))
                self.end_headers()
                self.wfile.write(body)
                if said.length is not None:
                    self.close_connection = True

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Quiet(("127.0.0.1", 0), Answering)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def says(self, *answers: Says) -> None:
        self.answers = list(answers)
        self.asked.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def odd_server() -> Iterator[OddServer]:
    server = OddServer()
    try:
        yield server
    finally:
        server.close()
