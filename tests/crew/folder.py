"""A workspace that is a plain directory, for tests of the crew alone."""

from __future__ import annotations

from pathlib import Path

from bot.facts.diff import ChangedFile, Diff, FileStatus
from bot.ports import WorkspaceRefusal


class Folder:
    """Files on disk, and what they said when the folder was opened."""

    def __init__(self, root: Path, files: dict[str, str] | None = None) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        for path, text in (files or {}).items():
            self.write(path, text)
        self._opened = self._contents()

    def read(self, path: str) -> str:
        file = self.root / path
        if not file.is_file():
            raise WorkspaceRefusal(f"There is no file {path}.")
        content = file.read_bytes()
        if b"\0" in content:
            raise WorkspaceRefusal(f"{path} is binary.")
        return content.decode()

    def write(self, path: str, text: str) -> None:
        if path.startswith(".git/"):
            raise WorkspaceRefusal(f"{path} belongs to git.")
        file = self.root / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        except OSError as error:
            raise WorkspaceRefusal(f"{path} cannot be written: {error.strerror}.") from error

    def delete(self, path: str) -> None:
        (self.root / path).unlink()

    def paths(self) -> tuple[str, ...]:
        return tuple(
            sorted(str(file.relative_to(self.root)) for file in self.root.rglob("*") if file.is_file())
        )

    def changes(self) -> Diff:
        now = self._contents()
        changed = [path for path in now if self._opened.get(path) != now[path]]
        return Diff(tuple(ChangedFile(path, FileStatus.MODIFIED, text=self.read(path)) for path in changed))

    def _contents(self) -> dict[str, bytes]:
        return {path: (self.root / path).read_bytes() for path in self.paths()}
