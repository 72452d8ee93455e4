"""What the demo's feature takes, plain and with all that people can want: GitHub requests, seconds, input cost."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

BATON = Path(sys.executable).with_name("baton")
A_STAGE, BESIDES = 8, 10
TARGET_SECONDS, FULL_TARGET_SECONDS = 90, 180


def measure(say: Callable[[str], None] = print) -> dict[str, Any]:
    """One `baton demo` and one `baton demo --full`, from outside, one after the other."""
    plain, full = played(), played("--full")
    say(f"{'':70}{'plain':>7}{'--full':>8}")
    for kind in sorted(plain["by_kind"] | full["by_kind"]):
        say(f"{kind:70}{plain['by_kind'].get(kind, 0):7}{full['by_kind'].get(kind, 0):8}")
    met = "met" if plain["writes"] <= plain["writes_allowed"] else "MISSED"
    say(
        f"{'writes':70}{plain['writes']:7}{full['writes']:8}   "
        f"target of the plain one {A_STAGE} a stage and {BESIDES} besides, {plain['writes_allowed']}: {met}"
    )
    say(f"{'reads':70}{plain['reads']:7}{full['reads']:8}")
    met = "met" if in_time(plain, TARGET_SECONDS) and in_time(full, FULL_TARGET_SECONDS) else "MISSED"
    say(
        f"{'seconds':70}{plain['seconds']:7.0f}{full['seconds']:8.0f}   "
        f"target under {TARGET_SECONDS} and {FULL_TARGET_SECONDS}: {met}"
    )
    ratios = f"{plain['model']['cost_ratio']:7.2f}{full['model']['cost_ratio']:8.2f}"
    say(f"{'input cost against the append-only optimum of each run':70}{ratios}")
    return {**plain, "full": full}


def in_time(figures: dict[str, Any], target: int) -> bool:
    return bool(figures["seconds"] < target)


def played(*options: str) -> dict[str, Any]:
    """The figures of one demo; a feature that is not completed is an error."""
    with tempfile.TemporaryDirectory() as directory:
        summary_file = Path(directory) / "summary.json"
        command = [str(BATON), "demo", *options, "--json", str(summary_file)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        summary = json.loads(summary_file.read_text())
    stages = sum(1 for stage in summary["plan"]["stages"] if stage["number"])
    return {
        "stages": stages,
        "writes": summary["requests"]["writes"],
        "writes_allowed": stages * A_STAGE + BESIDES,
        "reads": summary["requests"]["reads"],
        "by_kind": summary["requests"]["by_kind"],
        "seconds": summary["seconds"],
        "model": summary["model"],
    }
