"""Runs the scripted model beside everything else, on a free port of the loopback interface."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from bot.playground.model.app import make_model_app
from bot.playground.model.recording import Recording, load_recording

PATIENCE = 20.0


def run_model(
    port: int = 0, delay: float = 0.0, recording: Recording | None = None, api_key: str | None = None
) -> str:
    """Start it in a thread that lives as long as the process, and answer its URL (an ANTHROPIC_BASE_URL)."""
    _, url, _ = started(port, delay, recording, api_key)
    return url


@contextmanager
def running_model(
    port: int = 0, delay: float = 0.0, recording: Recording | None = None, api_key: str | None = None
) -> Iterator[str]:
    """The same for as long as the `with` block lasts."""
    server, url, thread = started(port, delay, recording, api_key)
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def started(
    port: int, delay: float, recording: Recording | None, api_key: str | None
) -> tuple[uvicorn.Server, str, threading.Thread]:
    """A server that answers already."""
    app = make_model_app(recording or load_recording(), delay, api_key)
    listener = socket.create_server(("127.0.0.1", port))
    settings = uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="scripted-model", daemon=True
    )
    thread.start()
    end = time.monotonic() + PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RuntimeError("The scripted model did not start: its server ended or took longer than 20 s.")
        time.sleep(0.005)
    return server, f"http://127.0.0.1:{listener.getsockname()[1]}", thread
