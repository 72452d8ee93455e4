"""The files of one commit, laid out for an agent to look at and change, and what it changed."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.facts.diff import EXECUTABLE, GITLINK, REGULAR, SYMLINK, ChangedFile, Diff, FileStatus
from bot.plan.file_names import danger_in, fault_in, shown
from bot.ports import WorkspaceRefusal
from bot.workspace.confined import Confined, NotARegularFile
from bot.workspace.git import Git, GitFailed
from bot.workspace.mirror import Mirror
from bot.workspace.objects import MAX_TEXT_BYTES, Entry, path_of, text_of


class CheckoutImpossible(Exception):
    """A commit whose files git refuses to lay out."""


def open_checkout(mirror: Mirror, sha: str, directory: Path) -> Checkout:
    """Lay out the files of a commit below `directory`, which is made anew: nothing of a crash is left in it.

    The git data stands beside the files, never among them. No filter, hook or conversion touches a file: it
    says what the blob says, and a symbolic link is a plain file that only Baton knows to be one.
    """
    directory = directory.absolute()
    shutil.rmtree(directory, ignore_errors=True)
    entries = mirror.entries(sha)
    mirror.bring(entry.blob for entry in entries if entry.mode != GITLINK)
    git = _git_directory(mirror, sha, directory)
    try:
        git("read-tree", "--reset", "-u", sha, seconds=600)
    except GitFailed as failure:
        shutil.rmtree(directory, ignore_errors=True)
        raise CheckoutImpossible(
            f"The files of commit {sha[:12]} cannot be laid out: {failure.said}. "
            "Mend that in the repository, then Baton goes on."
        ) from failure
    return Checkout(mirror, git, directory, entries)


def _git_directory(mirror: Mirror, sha: str, directory: Path) -> Git:
    """What git calls a linked worktree: HEAD and index of its own, everything else the mirror's."""
    files, data = directory / "files", directory / "git"
    files.mkdir(parents=True)
    data.mkdir()
    (data / "HEAD").write_text(f"{sha}\n")
    (data / "commondir").write_text(f"{mirror.directory}\n")
    return Git(data, files)


class Checkout:
    """A workspace (see `bot.ports`) over real files. Close it when the run is over."""

    def __init__(self, mirror: Mirror, git: Git, directory: Path, entries: tuple[Entry, ...]) -> None:
        self.directory = directory
        self.files = directory / "files"
        self._mirror = mirror
        self._git = git
        self._tracked = {entry.path: entry for entry in entries}
        self._confined = Confined(self.files)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the files and the git data of this checkout."""
        self._confined.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def read(self, path: str) -> str:
        """The text of a file. Raises WorkspaceRefusal."""
        self._demand(danger_in(path))
        self._demand_plain(path)
        try:
            found = self._confined.read(path, MAX_TEXT_BYTES + 1)
        except OSError as error:
            raise WorkspaceRefusal(self._why_unreadable(path, error)) from None
        if found.size > MAX_TEXT_BYTES:
            raise WorkspaceRefusal(
                f"{shown(path)} is larger than 1 MB ({found.size} bytes); it is not shown."
            )
        text = text_of(found.content)
        if text is None:
            raise WorkspaceRefusal(f"{shown(path)} is a binary file; only text can be read and written.")
        return text

    def write(self, path: str, text: str) -> None:
        """Make the file say this, parents included. Raises WorkspaceRefusal."""
        exists = path in self._tracked or (danger_in(path) is None and self._confined.exists(path))
        self._demand(danger_in(path) if exists else fault_in(path))
        if not exists:
            self._demand(self._ignored(path))
        self._put(path, text)

    def delete(self, path: str) -> None:
        """Remove a file. Raises WorkspaceRefusal."""
        self._demand(danger_in(path))
        self._demand_plain(path)
        try:
            self._confined.delete(path)
        except OSError as error:
            raise WorkspaceRefusal(self._why_unreadable(path, error)) from None

    def paths(self) -> tuple[str, ...]:
        """All files, tracked and new, sorted."""
        return tuple(self._confined.paths())

    def changes(self) -> Diff:
        """What differs from the commit that the workspace was opened at; ignored files count as well."""
        answer = self._git(
            "status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--ignored=traditional",
            "--ignore-submodules=all",
        )  # fmt: skip
        lines = [line for line in answer.split(b"\0") if line]
        new = [path_of(line[2:]) for line in lines if line[:1] in b"?!"]
        touched = dict(_touched(line) for line in lines if line[:1] == b"1")
        old_texts = self._mirror.contents(self._tracked[path].blob for path in touched)
        files = [self._new_file(path) for path in new]
        for path, mode in touched.items():
            files.append(self._changed_file(path, mode, old_texts[self._tracked[path].blob].text))
        return Diff(tuple(sorted(files, key=lambda file: file.path)))

    def apply(self, changes: Mapping[str, str | None]) -> None:
        """Replay journalled changes (None deletes); whatever is so already stays so."""
        for path in (path for path, text in changes.items() if text is None):
            self._demand(danger_in(path))
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                self._confined.delete(path)
        for path, text in changes.items():
            if text is not None:
                self._demand(danger_in(path))
                self._put(path, text)

    def _put(self, path: str, text: str) -> None:
        self._demand_plain(path)
        try:
            content = text.encode("utf-8")
        except UnicodeEncodeError:
            raise WorkspaceRefusal(
                f"The text for {shown(path)} has half a character in it; write it anew."
            ) from None
        if len(content) > MAX_TEXT_BYTES:
            raise WorkspaceRefusal(
                f"The text for {shown(path)} is larger than 1 MB ({len(content)} bytes); split it up or leave it out."
            )
        if b"\0" in content:
            raise WorkspaceRefusal(
                f"The text for {shown(path)} has a NUL in it; only text files can be written."
            )
        try:
            self._confined.write(path, content)
        except OSError as error:
            raise WorkspaceRefusal(self._why_unwritable(path, error)) from None

    def _demand(self, fault: str | None) -> None:
        if fault:
            raise WorkspaceRefusal(fault)

    def _demand_plain(self, path: str) -> None:
        """Links and submodules are not files, whatever stands on the disk in their place."""
        entry = self._tracked.get(path)
        if entry and entry.mode == SYMLINK:
            target = self._mirror.contents((entry.blob,))[entry.blob].text or "somewhere"
            raise WorkspaceRefusal(
                f"{shown(path)} is a symbolic link to {shown(target)}; use the file it names."
            )
        parts = path.split("/")
        for length in range(1, len(parts) + 1):
            above = self._tracked.get("/".join(parts[:length]))
            if above and above.mode == GITLINK:
                raise WorkspaceRefusal(
                    f"{shown(above.path)} is a submodule; its files belong to another repository."
                )

    def _why_unreadable(self, path: str, error: OSError) -> str:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return f"There is no file {shown(path)}. Look for it with Glob or Grep."
        if isinstance(error, NotARegularFile | IsADirectoryError):
            return f"{shown(path)} is a directory. Name a file in it, or list it with Glob."
        return self._why_refused(path, error)

    def _why_unwritable(self, path: str, error: OSError) -> str:
        if isinstance(error, NotADirectoryError | FileExistsError):
            return f"{shown(path)} cannot be written: a part of its path is a file. Choose another path."
        if isinstance(error, NotARegularFile | IsADirectoryError):
            return f"{shown(path)} cannot be written: it is a directory. Name a file."
        return self._why_refused(path, error)

    def _why_refused(self, path: str, error: OSError) -> str:
        if error.errno == errno.ELOOP:
            return f"{shown(path)} is a link, and links are not followed. Use the file it names."
        return f"{shown(path)} cannot be used: {os.strerror(error.errno or 0).lower()}. Choose another path."

    def _ignored(self, path: str) -> str | None:
        """A new file that git ignores would be a surprise in a pull request, and is most likely a mistake."""
        try:
            answer = self._git("check-ignore", "--stdin", "-z", "-v", "--no-index", send=f"{path}\0".encode())
        except GitFailed as failure:
            if failure.code == 1 or "beyond a symbolic link" in failure.said:
                return None
            raise
        source, line, pattern, _ = (path_of(part) for part in answer.split(b"\0")[:4])
        if pattern.startswith("!"):
            return None
        return (
            f"{shown(path)} is ignored by git ({shown(source)}, line {line}: {pattern}), so it does not belong in "
            "the repository. Choose a path that is not ignored."
        )

    def _new_file(self, path: str) -> ChangedFile:
        found = self._confined.read(path, MAX_TEXT_BYTES + 1)
        mode = EXECUTABLE if found.executable else REGULAR
        text = text_of(found.content)
        return ChangedFile(path, FileStatus.ADDED, "", mode, text, None, found.size)

    def _changed_file(self, path: str, mode: str, old_text: str | None) -> ChangedFile:
        old_mode = self._tracked[path].mode
        if not mode:
            return ChangedFile(path, FileStatus.DELETED, old_mode, "", None, old_text, 0)
        found = self._confined.read(path, MAX_TEXT_BYTES + 1)
        text = text_of(found.content)
        return ChangedFile(path, FileStatus.MODIFIED, old_mode, mode, text, old_text, found.size)


def _touched(line: bytes) -> tuple[str, str]:
    """A tracked path of `status --porcelain=v2` and its mode on disk, empty where it is gone."""
    _, _, _, _, _, mode, _, _, path = line.split(b" ", 8)
    return path_of(path), "" if mode == b"000000" else mode.decode()
