"""Files below one directory and nowhere else: opened part by part, no link followed on the way."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class NotARegularFile(OSError):
    """A directory, a link, a pipe or a device where a file was expected."""


@dataclass(frozen=True)
class FileRead:
    """What stands in a file, up to the limit asked for, and how the file is."""

    content: bytes
    size: int
    executable: bool


class Confined:
    """A directory held open; its files are named by relative paths that were checked before."""

    def __init__(self, root: Path) -> None:
        self._root = os.open(root, _DIRECTORY)

    def close(self) -> None:
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def read(self, path: str, limit: int) -> FileRead:
        """The first `limit` bytes of a file. Raises OSError, NotARegularFile among them."""
        *parents, name = path.split("/")
        with self._directory(parents) as directory:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(name, flags, dir_fd=directory)
            with os.fdopen(descriptor, "rb") as file:
                about = _demand_regular(descriptor)
                return FileRead(file.read(limit), about.st_size, bool(about.st_mode & stat.S_IXUSR))

    def write(self, path: str, content: bytes) -> None:
        """Make the file hold this content, its parents included; an existing file keeps its mode."""
        *parents, name = path.split("/")
        with self._directory(parents, create=True) as directory:
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(name, flags, 0o644, dir_fd=directory)
            with os.fdopen(descriptor, "wb") as file:
                _demand_regular(descriptor)
                file.truncate(0)
                file.write(content)

    def delete(self, path: str) -> None:
        """Remove a file, and the directories that this leaves empty."""
        *parents, name = path.split("/")
        with self._directory(parents) as directory:
            os.unlink(name, dir_fd=directory)
        while parents:
            *parents, name = parents
            with self._directory(parents) as directory:
                try:
                    os.rmdir(name, dir_fd=directory)
                except OSError:
                    return

    def exists(self, path: str) -> bool:
        """Whether there is a regular file."""
        with contextlib.suppress(OSError):
            self.read(path, 0)
            return True
        return False

    def paths(self) -> list[str]:
        """All regular files, sorted."""
        return sorted(self._below(self._root, ""))

    def _below(self, directory: int, prefix: str) -> Iterator[str]:
        with os.scandir(directory) as listing:
            entries = list(listing)
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield prefix + entry.name
            elif entry.is_dir(follow_symlinks=False):
                descriptor = os.open(entry.name, _DIRECTORY, dir_fd=directory)
                try:
                    yield from self._below(descriptor, f"{prefix}{entry.name}/")
                finally:
                    os.close(descriptor)

    @contextmanager
    def _directory(self, parts: list[str], create: bool = False) -> Iterator[int]:
        current = os.dup(self._root)
        try:
            for part in parts:
                if create:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o755, dir_fd=current)
                below = os.open(part, _DIRECTORY, dir_fd=current)
                os.close(current)
                current = below
            yield current
        finally:
            os.close(current)


def _demand_regular(descriptor: int) -> os.stat_result:
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        raise NotARegularFile("not a regular file")
    return about
