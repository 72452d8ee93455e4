"""A bare git repository: objects read and written, refs moved, merges tried, for real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str
    signature: str | None  # the gpgsig header; commits made without author are signed by this GitHub


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree. Modes: 100644, 100755, 120000, 160000, 040000."""

    mode: str
    kind: str  # blob, tree, commit
    sha: str
    name: str


class Git:
    """One bare repository. Objects never change, so what was read is kept."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.refs: dict[str, str] = {}  # the refs as they are, full names

    def resolve(self, name: str) -> str | None:
        """The commit SHA of a full SHA, branch, tag or full ref name."""
        raise NotImplementedError

    def kind(self, sha: str) -> str | None:
        """commit, tree, blob or tag; None when there is no such object."""
        raise NotImplementedError

    def commit(self, sha: str) -> Commit:
        raise NotImplementedError

    def tree(self, sha: str) -> tuple[Entry, ...]:
        raise NotImplementedError

    def blob(self, sha: str) -> bytes:
        raise NotImplementedError

    def entry_at(self, commit_sha: str, path: str) -> Entry | None:
        """The tree entry at a path of a commit ("" is the root tree)."""
        raise NotImplementedError

    def log(self, include: str, exclude: str | None = None, limit: int | None = None) -> tuple[str, ...]:
        """SHAs reachable from `include` and not from `exclude`, newest first."""
        raise NotImplementedError

    def is_ancestor(self, older: str, newer: str) -> bool:
        raise NotImplementedError

    def merge_base(self, one: str, other: str) -> str | None:
        raise NotImplementedError
