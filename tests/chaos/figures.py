"""What the long proofs came to, kept beside the figures of the benchmarks."""

from __future__ import annotations

import fcntl
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.running import RESULTS, keep


def keep_chaos(name: str, figures: Mapping[str, object]) -> None:
    """Those of one proof, under `chaos`; the proofs may end at the same moment, each in a process of its own."""
    with (Path(tempfile.gettempdir()) / "baton-chaos-figures.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = json.loads(RESULTS.read_text())["measured"].get("chaos", {}) if RESULTS.exists() else {}
        keep({"chaos": {**before, name: dict(figures)}}, whole=False)


def keep_figures(name: str, figures: Mapping[str, object]) -> None:
    """Those of one proof under a name of its own, under the same lock."""
    with (Path(tempfile.gettempdir()) / "baton-chaos-figures.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keep({name: dict(figures)}, whole=False)
