"""The API on a real port, as a browser meets it."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
import uvicorn

from app.main import create_app
from app.memory_store import MemoryStore
from app.settings import Settings
from people import SECRET, token_for


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a running API."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(Settings(jwt_secret=SECRET), MemoryStore()),
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
    running.should_exit = True
    thread.join()


@pytest.fixture
def sign_in(server: str) -> Iterator[Any]:
    """`sign_in()` is a new person with their own browser."""
    browsers: list[httpx.Client] = []

    def browser() -> httpx.Client:
        user_id = str(uuid.uuid4())
        headers = {"Authorization": f"Bearer {token_for(user_id)}", "X-Test-User": user_id}
        # Plain HTTP on loopback: loading certificates would take longer than a test.
        options = {"timeout": 5, "trust_env": False, "verify": False}
        browsers.append(httpx.Client(base_url=server, headers=headers, **options))
        return browsers[-1]

    yield browser
    for each in browsers:
        each.close()
