"""How long `baton --help` and `baton serve` take until they answer, beside a Python that does nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2

RUNS, SERVE_RUNS = 7, 3
HELP_TARGET, SERVE_TARGET = 0.5, 3.0
PATIENCE = 60.0
BATON = Path(sys.executable).with_name("baton")


def measure(say: Callable[[str], None] = print) -> dict[str, Any]:
    """Medians of several runs, each after one that warms the disk."""
    nothing = _median(lambda: _until_ended([sys.executable, "-c", "pass"]), RUNS)
    help_text = _median(lambda: _until_ended([str(BATON), "--help"]), RUNS)
    serve = _serve_seconds()
    say(f"{'python -c pass':26}{nothing:8.3f} s")
    for what, seconds, target in (
        ("baton --help", help_text, HELP_TARGET),
        ("baton serve, until ready", serve, SERVE_TARGET),
    ):
        met = "met" if seconds < target else "MISSED"
        say(f"{what:26}{seconds:8.3f} s {seconds / nothing:6.1f} times   target under {target} s: {met}")
    return {
        "python_seconds": round(nothing, 3),
        "help_seconds": round(help_text, 3),
        "help_ratio": round(help_text / nothing, 1),
        "serve_ready_seconds": round(serve, 3),
        "serve_ready_ratio": round(serve / nothing, 1),
    }


def _median(once: Callable[[], float], runs: int) -> float:
    return statistics.median([once() for _ in range(runs + 1)][1:])


def _until_ended(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _serve_seconds() -> float:
    """With a worker, connected to a GitHub; the first start also makes the tables, and is not counted."""
    from bot.playground.start import start_playground

    playground = start_playground(port=0, ci="off")
    try:
        with tempfile.TemporaryDirectory() as directory:
            environment = {
                **{name: value for name, value in os.environ.items() if not name.startswith("BATON_")},
                **playground.environment(),
                "BATON_DATABASE_URL": f"sqlite:///{directory}/baton.db",
                "BATON_WORKDIR": f"{directory}/work",
                "ANTHROPIC_API_KEY": "not asked",
            }
            return _median(lambda: _until_ready(environment, directory), SERVE_RUNS)
    finally:
        playground.stop()


def _until_ready(environment: Mapping[str, str], directory: str) -> float:
    address = f"http://{environment['BATON_HOST']}:{environment['BATON_PORT']}/readyz"
    began = time.perf_counter()
    with (Path(directory) / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(BATON), "serve"], env=environment, cwd=directory, stdout=log, stderr=log
        )
    try:
        while not _is_ready(address):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"Baton was never ready:\n{(Path(directory) / 'log').read_text()[-2000:]}")
            time.sleep(0.01)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def _is_ready(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=2).status_code == 200
    except httpx2.HTTPError:
        return False
