"""The demo product's own Python, made once for its requirements and kept between test runs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def python_for(requirements: Path) -> Path:
    """An interpreter with these packages and no others."""
    key = requirements.read_bytes() + sys.version.encode()
    return kept(key, lambda directory: make_python(directory, requirements)) / "bin" / "python"


def packages_for(frontend: Path) -> Path:
    """The `node_modules` of these lock files."""
    files = [frontend / "package.json", frontend / "package-lock.json"]
    key = b"".join(path.read_bytes() for path in files)
    return kept(key, lambda directory: make_packages(directory, files)) / "node_modules"


def kept(key: bytes, make: Callable[[Path], None]) -> Path:
    """A directory that is made once for its key, by one process."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "baton" / "demo-tests"
    directory = cache / hashlib.sha256(key).hexdigest()[:16]
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{directory.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "whole").exists():
            shutil.rmtree(directory, ignore_errors=True)
            make(directory)
            (directory / "whole").touch()
    return directory


def make_python(environment: Path, requirements: Path) -> None:
    """With uv where it is at hand, since it is ten times as fast."""
    base = str(getattr(sys, "_base_executable", sys.executable))
    bootstrapped = ROOT / ".venv-uv" / "bin" / "uv"
    uv = shutil.which("uv") or (str(bootstrapped) if bootstrapped.exists() else None)
    python = environment / "bin" / "python"
    if uv:
        run(uv, "venv", "--quiet", "--python", base, str(environment))
        run(uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(requirements))
    else:
        run(base, "-m", "venv", str(environment))
        run(str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements))


def make_packages(directory: Path, files: list[Path]) -> None:
    """As CI installs them."""
    directory.mkdir(parents=True)
    for path in files:
        shutil.copy(path, directory)
    run("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", cwd=directory)


def run(*command: str, cwd: Path | None = None) -> None:
    """Quiet unless it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
