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

    def git(self, *arguments: str, send: str | bytes = b"") -> str:
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
        words = send.encode() if isinstance(send, str) else send
        done = subprocess.run(command, env=environment, input=words, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode(errors="surrogateescape").strip()

    def commit(self, files: Mapping[str, str | bytes | None], message: str = "Change") -> str:
        """Commit these files (None deletes) byte for byte and return the commit's SHA."""
        for name, content in files.items():
            if content is None:
                self.git("update-index", "--force-remove", "--", name)
            else:
                self.stage("100644", name, content)
        return self._committed(message)

    def commit_entry(self, mode: str, path: str, content: str | bytes) -> str:
        """Commit one entry of any mode and name; a submodule's content is the commit it stands at."""
        self.stage(mode, path, content)
        return self._committed(f"Add {mode}")

    def stage(self, mode: str, path: str, content: str | bytes) -> None:
        is_gitlink = mode == "160000"
        blob = str(content) if is_gitlink else self.git("hash-object", "-w", "--stdin", send=content)
        line = f"{mode} {blob}\t{path}\0".encode(errors="surrogateescape")
        self.git("update-index", "-z", "--index-info", send=line)

    def _committed(self, message: str) -> str:
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
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
