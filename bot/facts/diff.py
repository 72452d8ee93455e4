"""A change to a repository as plain values: which files it touches and what they say before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

REGULAR = "100644"
EXECUTABLE = "100755"
SYMLINK = "120000"
GITLINK = "160000"


class FileStatus(StrEnum):
    """What happened to a file; a rename is a deletion and an addition."""

    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"


@dataclass(frozen=True)
class ChangedFile:
    """One path of a change. Modes are git's octal strings, empty where the side does not exist.

    `text` is the new content where it is valid UTF-8 without NUL, else None; `size` is in bytes.
    """

    path: str
    status: FileStatus
    old_mode: str = ""
    new_mode: str = REGULAR
    text: str | None = None
    old_text: str | None = None
    size: int = 0

    @property
    def is_binary(self) -> bool:
        return self.status is not FileStatus.DELETED and self.text is None


@dataclass(frozen=True)
class Diff:
    """All files of a change, sorted by path."""

    files: tuple[ChangedFile, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(file.path for file in self.files)

    def of(self, status: FileStatus) -> tuple[str, ...]:
        """The paths with this status."""
        return tuple(file.path for file in self.files if file.status is status)

    def file(self, path: str) -> ChangedFile | None:
        return next((file for file in self.files if file.path == path), None)


@dataclass(frozen=True)
class Change:
    """A diff with as much of its surroundings as judging it needs.

    `base_paths` are all paths of the commit that the diff starts from; `documents` are the texts of the
    documents (specification, database README, conventions) as they are after the change.
    """

    diff: Diff
    base_paths: frozenset[str] = frozenset()
    documents: Mapping[str, str] = field(default_factory=dict)


class Level(StrEnum):
    """How much a finding weighs: an error closes the stage gate, the others are told."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True)
class Finding:
    """What an inspection found: one whole sentence about one place of a change."""

    inspection: str
    level: Level
    path: str
    line: int | None
    message: str
