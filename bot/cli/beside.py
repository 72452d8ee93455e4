"""Baton as a process of its own beside the playground, started with just the environment it is given."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

from bot.cli.ending import Stop

READY_SECONDS = 60.0
STOP_SECONDS = 30.0


@contextmanager
def baton_beside(environment: Mapping[str, str], home: Path) -> Iterator[str]:
    """`baton serve` until the end of the block; its address. What it logs is in `home/baton.log`."""
    log = home / "baton.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve"],
            env=_clean(environment),
            cwd=home,  # a `.env` of the person's own is not ours to use
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://{environment['BATON_HOST']}:{environment['BATON_PORT']}"
        _until_ready(process, address, log)
        yield address
    finally:
        _end(process)


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The person's environment without their own Baton's settings and keys."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "ANTHROPIC_"))}
    root = str(Path(__file__).resolve().parents[2])
    return {**own, "PYTHONPATH": root, **environment}


def _until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Stop(f"Baton did not start:\n{log.read_text(errors='replace')[-2000:]}")
        try:
            if httpx2.get(f"{address}/readyz", timeout=2).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.05)
    raise Stop(f"Baton was not ready after {READY_SECONDS:.0f} s:\n{log.read_text(errors='replace')[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
