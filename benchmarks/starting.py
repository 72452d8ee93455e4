"""How long `baton --help` takes, beside a Python that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RUNS = 7
TARGET_SECONDS = 0.5
BATON = Path(sys.executable).with_name("baton")


def measure(say: Callable[[str], None] = print) -> dict[str, Any]:
    """The median of several runs, after one that warms the disk."""
    nothing = _seconds([sys.executable, "-c", "pass"])
    help_text = _seconds([str(BATON), "--help"])
    ratio = help_text / nothing
    met = "met" if help_text < TARGET_SECONDS else "MISSED"
    say(f"{'python -c pass':18}{nothing:8.3f} s")
    say(f"{'baton --help':18}{help_text:8.3f} s   {ratio:.1f} times   target under {TARGET_SECONDS} s: {met}")
    return {
        "python_seconds": round(nothing, 3),
        "help_seconds": round(help_text, 3),
        "ratio": round(ratio, 1),
    }


def _seconds(command: list[str]) -> float:
    return statistics.median([_once(command) for _ in range(RUNS + 1)][1:])


def _once(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began
