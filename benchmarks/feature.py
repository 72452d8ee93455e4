"""What the demo's feature takes: GitHub requests by kind, seconds, and the model's input cost against the least."""

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
TARGET_SECONDS = 90


def measure(say: Callable[[str], None] = print) -> dict[str, Any]:
    """One `baton demo`, from outside."""
    with tempfile.TemporaryDirectory() as directory:
        summary_file = Path(directory) / "summary.json"
        subprocess.run(
            [str(BATON), "demo", "--json", str(summary_file)], stdout=subprocess.DEVNULL, check=True
        )
        summary = json.loads(summary_file.read_text())
    stages = sum(1 for stage in summary["plan"]["stages"] if stage["number"])
    requests, allowed = summary["requests"], stages * A_STAGE + BESIDES
    for kind, count in requests["by_kind"].items():
        say(f"{kind:70}{count:5}")
    met = "met" if requests["writes"] <= allowed else "MISSED"
    say(
        f"{'writes':70}{requests['writes']:5}   target {A_STAGE} a stage and {BESIDES} besides, {allowed}: {met}"
    )
    say(f"{'reads':70}{requests['reads']:5}")
    met = "met" if summary["seconds"] < TARGET_SECONDS else "MISSED"
    say(f"{'seconds':70}{summary['seconds']:5.0f}   target under {TARGET_SECONDS}: {met}")
    say(f"{'input cost against the append-only optimum':70}{summary['model']['cost_ratio']:5.2f}")
    return {
        "stages": stages,
        "writes": requests["writes"],
        "writes_allowed": allowed,
        "reads": requests["reads"],
        "by_kind": requests["by_kind"],
        "seconds": summary["seconds"],
        "model": summary["model"],
    }
