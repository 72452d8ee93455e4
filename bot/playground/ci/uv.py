"""uv for jobs that ask for it: this machine's, else one that the playground's CI keeps for itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.playground.ci.caches import locked
from bot.playground.ci.process import Ended, Exited

Run = Callable[[list[str], Path, Mapping[str, str]], Ended]


def known_uv(cache: Path, environment: Mapping[str, str]) -> Path | None:
    """The uv on PATH, the one that started this process (`UV`), or our own; nothing is fetched."""
    found = shutil.which("uv", path=environment["PATH"])
    candidates = [found, environment.get("UV"), str(_own(cache) / "uv")]
    return next((Path(each) for each in candidates if each and Path(each).is_file()), None)


def fetch_uv(
    cache: Path, scratch: Path, interpreter: str, environment: Mapping[str, str], run: Run
) -> Path | None:
    """Installs uv with pip into a directory of our own, once; None where pip could not."""
    own = _own(cache)
    with locked(own.with_suffix(".lock")):
        if not (own / "uv").exists():
            fresh = scratch / "uv-installed"
            if not _installed(fresh, scratch, interpreter, environment, run):
                return None
            shutil.copytree(fresh / "bin", own.with_suffix(".new"), dirs_exist_ok=True)
            own.with_suffix(".new").rename(own)
        return own / "uv"


def _own(cache: Path) -> Path:
    return cache / "tools" / "uv"


def _installed(into: Path, scratch: Path, interpreter: str, environment: Mapping[str, str], run: Run) -> bool:
    arguments = ["-m", "pip", "install", "-q", "--target", str(into), "uv"]
    outside = {**environment, "PIP_REQUIRE_VIRTUALENV": "0"}  # --target is no one's environment
    if run([interpreter, *arguments], scratch, outside) != Exited(0):
        # Debian's own Python comes without pip; a virtual environment brings one.
        lent = scratch / "uv-pip"
        if run([interpreter, "-m", "venv", str(lent)], scratch, environment) != Exited(0):
            return False
        if run([str(lent / "bin" / "python"), *arguments], scratch, environment) != Exited(0):
            return False
    return (into / "bin" / "uv").exists()
