"""What moves need of the world, as Protocols; adapters translate and judge nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.facts.diff import Diff


class WorkspaceRefusal(Exception):
    """A path that a workspace does not give or take; its text is a whole sentence for the model."""


class Workspace(Protocol):
    """A checkout that an agent may look at and change; every path is relative to the repository's root."""

    def read(self, path: str) -> str:
        """The text of a file. Raises WorkspaceRefusal (missing, binary, too large, outside, hidden)."""

    def write(self, path: str, text: str) -> None:
        """Make the file say this, parents included. Raises WorkspaceRefusal."""

    def delete(self, path: str) -> None:
        """Remove a file. Raises WorkspaceRefusal."""

    def paths(self) -> tuple[str, ...]:
        """All files, tracked and new, sorted; the git directory is invisible."""

    def changes(self) -> Diff:
        """What differs from the commit that the workspace was opened at."""


class Journal(Protocol):
    """Effects are written down before they are tried, and what came of them after."""

    def outcome(self, identity: str) -> Mapping[str, Any] | None:
        """What is known to have come of this effect; None where it was never done."""

    def intend(self, identity: str, arguments: Mapping[str, Any]) -> None:
        """Write down what is about to be tried, with all that finding it again needs; then it may be tried."""

    def record(self, identity: str, result: Mapping[str, Any]) -> None:
        """It was done, and this came of it."""

    def forget(self, identity: str) -> None:
        """It was certainly not done."""
