"""`actions/setup-python`: a virtual environment of the job's own, kept by the hash of its lock files."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

_LOCK_NAMES = """
    uv.lock poetry.lock Pipfile.lock pdm.lock pylock*.toml requirements*.txt requirements*.in
    constraints*.txt pyproject.toml setup.py setup.cfg
"""
_LOCK_FILES = tuple(_LOCK_NAMES.split())


@dataclass(frozen=True)
class Interpreter:
    """A Python on this machine, never the one of a virtual environment."""

    path: str
    version: str
    instead_of: str | None = None


def find_interpreter(wanted: str, environment: Mapping[str, str]) -> Interpreter:
    """The Python asked for where the machine has it, else the one that this process was made with."""
    own = ".".join(map(str, sys.version_info[:3]))
    base = str(getattr(sys, "_base_executable", None) or sys.executable)
    asked = re.match(r"3\.\d+", wanted.strip())
    if asked is None or own == asked.group() or own.startswith(f"{asked.group()}."):
        return Interpreter(base, own)
    path = shutil.which(f"python{asked.group()}", path=environment["PATH"])
    version = _version(path, environment) if path else None
    if path is None or version is None:
        return Interpreter(base, own, instead_of=wanted)
    return Interpreter(path, version)


def _version(path: str, environment: Mapping[str, str]) -> str | None:
    command = [path, "-c", "import platform; print(platform.python_version())"]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def environment_key(workspace: Path, files: list[str], interpreter: Interpreter, fingerprint: str) -> str:
    """Names the environment: the interpreter, the job as written, and what says which packages it wants."""
    digest = hashlib.sha256(f"{interpreter.path} {interpreter.version} {fingerprint}".encode())
    for name in sorted(files):
        path = workspace / name
        if _is_lock_file(name) and path.is_file() and not path.is_symlink():
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:24]


def _is_lock_file(name: str) -> bool:
    in_requirements = "/requirements/" in f"/{name}" and name.endswith((".txt", ".in"))
    return in_requirements or any(fnmatch(name.rsplit("/", 1)[-1], pattern) for pattern in _LOCK_FILES)
