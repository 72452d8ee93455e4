"""The real command `baton`, run as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

BATON = Path(sys.executable).with_name("baton")


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def baton(
    *arguments: str | Path,
    cwd: Path,
    send: str | bytes = "",
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Said:
    """Run it with nothing of this machine's own settings around it."""
    ours = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [str(BATON), *map(str, arguments)],
        cwd=cwd,
        input=send.encode() if isinstance(send, str) else send,
        env={**ours, **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )
    said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in said.out + said.err
    return said


def git(repository: Path, *arguments: str) -> str:
    named = ("-c", "user.name=Alice", "-c", "user.email=alice@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *named, *arguments], cwd=repository, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def commit(repository: Path, files: Mapping[str, str | None], message: str = "Change") -> str:
    """A commit that makes these files say these texts (None: deletes them)."""
    if not (repository / ".git").exists():
        repository.mkdir(parents=True, exist_ok=True)
        git(repository, "init", "-q", "-b", "main")
    for path, text in files.items():
        file = repository / path
        if text is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "--allow-empty", "-m", message)
    return git(repository, "rev-parse", "HEAD")
