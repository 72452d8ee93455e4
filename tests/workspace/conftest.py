"""Real git repositories for the tests of mirrors and checkouts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.workspace.mirror import Mirror, Mirrors


@dataclass(frozen=True)
class Origin:
    """A repository as somebody else has it, with whatever they committed."""

    path: Path

    def git(self, *arguments: str, send: str | None = None) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Alice",
            "GIT_AUTHOR_EMAIL": "alice@example.com",
            "GIT_COMMITTER_NAME": "Alice",
            "GIT_COMMITTER_EMAIL": "alice@example.com",
        }
        command = ["git", "-C", str(self.path), *arguments]
        done = subprocess.run(command, env=environment, input=send, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str | bytes | None], message: str = "Change") -> str:
        """Commit these files (None deletes) and return the commit's SHA."""
        for name, content in files.items():
            place = self.path / name
            if content is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def commit_entry(self, mode: str, path: str, content: str) -> str:
        """Commit one index entry that no ordinary work tree would give: a gitlink, an odd name."""
        blob = content if mode == "160000" else self.git("hash-object", "-w", "--stdin", send=content)
        self.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
        self.git("commit", "--quiet", "--message", f"Add {mode}")
        return self.git("rev-parse", "HEAD")


def new_origin(path: Path, branch: str = "main") -> Origin:
    path.mkdir(parents=True)
    origin = Origin(path)
    origin.git("init", "--quiet", "--initial-branch", branch)
    return origin


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return new_origin(tmp_path / "origin")


@pytest.fixture
def mirror_of(tmp_path: Path) -> Callable[[Origin], Mirror]:
    return lambda origin: Mirrors(tmp_path / "mirrors").of(7, str(origin.path), lambda: "")


@pytest.fixture
def mirror(origin: Origin, mirror_of: Callable[[Origin], Mirror]) -> Mirror:
    return mirror_of(origin)
