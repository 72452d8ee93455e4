"""The commit that CI looks at: a clone of the repository in a temporary directory, and checkouts of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.playground.ci.event import Event

_WORKFLOWS = ".github/workflows/"
_IDENTITY = {
    "GIT_AUTHOR_NAME": "GitHub",
    "GIT_AUTHOR_EMAIL": "noreply@github.com",
    "GIT_COMMITTER_NAME": "GitHub",
    "GIT_COMMITTER_EMAIL": "noreply@github.com",
}


class GitRefused(Exception):
    """A git command that did not do what was asked; the text is what git said."""


@dataclass(frozen=True)
class Conflict:
    """Head cannot be merged into base: GitHub starts no pull_request workflow then."""


@dataclass(frozen=True)
class Source:
    """A bare clone that shares objects with the repository, so that the repository is never written."""

    git_dir: Path
    sha: str
    base_sha: str | None

    def workflow_files(self) -> Mapping[str, str]:
        """The texts of the workflow files at the commit, by path."""
        listed = git(self.git_dir, "ls-tree", "-z", "--name-only", self.sha, _WORKFLOWS)
        paths = [path for path in listed.split("\0") if path.endswith((".yml", ".yaml"))]
        return {path: git(self.git_dir, "cat-file", "blob", f"{self.sha}:{path}") for path in sorted(paths)}

    def message(self, sha: str) -> str:
        """The message of a commit."""
        return git(self.git_dir, "show", "-s", "--format=%B", sha)

    def check_out(self, into: Path, event: Event, ref: str | None) -> str:
        """Puts the commit, or a ref that the workflow names, into a directory; answers its SHA."""
        git(
            self.git_dir,
            "clone",
            "-q",
            "--shared",
            "--no-checkout",
            str(self.git_dir),
            str(into),
        )
        if ref:
            remote = f"refs/remotes/origin/{ref.removeprefix('refs/heads/')}"
            found = next((name for name in (remote, ref) if _known(into, name)), None)
            if found is None:
                raise GitRefused(f"A branch or commit with the name '{ref}' could not be found")
            git(into, "checkout", "-q", "--detach", found)
        elif event.name == "push":
            git(into, "checkout", "-q", "-B", event.branch, self.sha)
        else:
            git(into, "update-ref", f"refs/remotes/pull/{event.ref_name}", self.sha)
            git(
                into,
                "checkout",
                "-q",
                "--detach",
                f"refs/remotes/pull/{event.ref_name}",
            )
        return git(into, "rev-parse", "HEAD").strip()


def fetch_source(event: Event, into: Path) -> Source | Conflict:
    """Clones what the event is about; for a pull request the merge of head into base is made there."""
    git(into.parent, "clone", "-q", "--bare", "--shared", str(event.git_dir), str(into))
    if event.name == "push":
        return Source(into, event.head_sha, None)
    base_sha = git(into, "rev-parse", f"refs/heads/{event.base_branch}^{{commit}}").strip()
    merged = _run(into, "merge-tree", "--write-tree", "--no-messages", base_sha, event.head_sha)
    if merged.returncode == 1:
        return Conflict()
    if merged.returncode:
        raise GitRefused(merged.stderr.decode(errors="replace").strip())
    tree = merged.stdout.decode().split()[0]
    message = f"Merge {event.head_sha} into {base_sha}"
    sha = git(into, "commit-tree", tree, "-p", base_sha, "-p", event.head_sha, "-m", message).strip()
    git(into, "update-ref", event.ref, sha)
    return Source(into, sha, base_sha)


def git(directory: Path, *arguments: str) -> str:
    """What a git command prints, run with nobody's configuration."""
    done = _run(directory, *arguments)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise GitRefused(f"git {arguments[0]} failed: {said}")
    return done.stdout.decode(errors="replace")


def _known(directory: Path, name: str) -> bool:
    return _run(directory, "rev-parse", "-q", "--verify", f"{name}^{{commit}}").returncode == 0


def _run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    alone = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
    machine = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(directory),
        "LC_ALL": "C.UTF-8",
    }
    command = [
        "git",
        "-c",
        "advice.detachedHead=false",
        "-c",
        "safe.directory=*",
        *arguments,
    ]
    return subprocess.run(
        command,
        cwd=directory,
        env={**machine, **alone, **_IDENTITY},
        capture_output=True,
        check=False,
    )
