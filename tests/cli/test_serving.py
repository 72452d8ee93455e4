"""`baton serve` before an App is configured: it offers the set-up, and is plain about half an App."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.slow


@contextmanager
def serve(home: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    own = {name: value for name, value in os.environ.items() if not name.startswith("BATON_")}
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("baton")), "serve"],
        env={**own, "BATON_PORT": port, **settings},
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def read_until(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError(f"It ended and never said {pattern}")


def page_at(address: str, patience: float = 20) -> str:
    end = time.monotonic() + patience
    while True:
        try:
            with urlopen(address, timeout=5) as answer:
                page: str = answer.read().decode()
                return page
        except OSError:
            assert time.monotonic() < end, f"{address} does not answer"
            time.sleep(0.05)


def test_without_an_app_the_address_of_the_set_up_is_printed_and_answers(tmp_path: Path) -> None:
    with serve(tmp_path) as process:
        address = read_until(process, r"http://127\.0\.0\.1:\d+/setup\?token=[\w-]+")
        assert "<h1>Make Baton's App</h1>" in page_at(address)


def test_half_an_app_is_named_and_not_served(tmp_path: Path) -> None:
    with serve(tmp_path, BATON_GITHUB_APP_ID="7") as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "BATON_GITHUB_PRIVATE_KEY: the App's private key is missing." in said
    assert "BATON_GITHUB_WEBHOOK_SECRET: the webhook secret is missing" in said
