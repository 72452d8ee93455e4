"""What stands in a git object store: trees and blobs, read in one go and never fetched on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.facts.diff import GITLINK, ChangedFile, FileStatus
from bot.workspace.git import Git

MAX_TEXT_BYTES = 1024 * 1024
NO_OBJECT = "0" * 40

_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True)
class Entry:
    """One file of a tree: its mode in git's octal words and the name of its content."""

    path: str
    mode: str
    blob: str


@dataclass(frozen=True)
class RawChange:
    """One path of a raw diff: modes and contents of both sides, empty where a side does not exist."""

    path: str
    old_mode: str
    new_mode: str
    old_blob: str
    new_blob: str

    @property
    def status(self) -> FileStatus:
        if not self.old_mode:
            return FileStatus.ADDED
        return FileStatus.MODIFIED if self.new_mode else FileStatus.DELETED

    @property
    def blobs(self) -> tuple[str, ...]:
        """The contents to read; a submodule's commit lives in another repository."""
        sides = ((self.old_mode, self.old_blob), (self.new_mode, self.new_blob))
        return tuple(blob for mode, blob in sides if mode and mode != GITLINK)


@dataclass(frozen=True)
class Content:
    """A blob: its size, and its text where that is text of at most a megabyte."""

    size: int
    text: str | None


def is_sha(name: str) -> bool:
    return _SHA.fullmatch(name) is not None


def path_of(raw: bytes) -> str:
    """A path as text; bytes that are not UTF-8 stay recognisable, so that inspections can refuse them."""
    return raw.decode("utf-8", "surrogateescape")


def text_of(content: bytes) -> str | None:
    """The text that a file says, or None where it is too large for one or not text at all."""
    if len(content) > MAX_TEXT_BYTES or b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def entries_of(git: Git, tree: str) -> tuple[Entry, ...]:
    """All files below a tree or commit."""
    listing = git("ls-tree", "-r", "-z", "--full-tree", tree)
    return tuple(_entry(line) for line in listing.split(b"\0") if line)


def _entry(line: bytes) -> Entry:
    about, _, path = line.partition(b"\t")
    mode, _, blob = about.decode().split(" ")
    return Entry(path_of(path), mode, blob)


def raw_changes(git: Git, base: str, head: str) -> tuple[RawChange, ...]:
    """What differs between two trees, a rename as its two sides."""
    answer = git(
        "diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv",
        "--ignore-submodules=none", base, head,
    )  # fmt: skip
    fields = answer.split(b"\0")[:-1]
    return tuple(_raw_change(about, path) for about, path in zip(fields[::2], fields[1::2], strict=True))


def _raw_change(about: bytes, path: bytes) -> RawChange:
    old_mode, new_mode, old_blob, new_blob, _ = about.decode().removeprefix(":").split(" ")
    return RawChange(path_of(path), _mode(old_mode), _mode(new_mode), old_blob, new_blob)


def _mode(mode: str) -> str:
    return "" if mode == "000000" else mode


def sizes_of(git: Git, objects: Iterable[str]) -> dict[str, int | None]:
    """The size of each object, None where the store lacks it."""
    wanted = sorted(set(objects))
    if not wanted:
        return {}
    answer = git("cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer", send=_lines(wanted))
    words = (line.split(" ") for line in answer.decode().splitlines())
    return {name: None if size == "missing" else int(size) for name, size in words}


def contents_of(git: Git, blobs: Iterable[str]) -> dict[str, Content]:
    """The blobs by name; what is larger than a megabyte is measured and not read."""
    sizes = {name: size for name, size in sizes_of(git, blobs).items() if size is not None}
    readable = [name for name, size in sizes.items() if size <= MAX_TEXT_BYTES]
    found = {name: Content(size, None) for name, size in sizes.items()}
    if readable:
        answer = git("cat-file", "--batch", "--buffer", send=_lines(readable))
        found.update({name: Content(len(raw), text_of(raw)) for name, raw in _batch(answer)})
    return found


def _batch(answer: bytes) -> Iterator[tuple[str, bytes]]:
    position = 0
    while position < len(answer):
        end = answer.index(b"\n", position)
        name, _, size = answer[position:end].decode().split(" ")
        start = end + 1
        yield name, answer[start : start + int(size)]
        position = start + int(size) + 1


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def changed_file(change: RawChange, contents: dict[str, Content]) -> ChangedFile:
    """A raw change with the texts of both its sides."""
    nothing = Content(0, None)
    old, new = contents.get(change.old_blob, nothing), contents.get(change.new_blob, nothing)
    return ChangedFile(
        path=change.path,
        status=change.status,
        old_mode=change.old_mode,
        new_mode=change.new_mode,
        text=new.text if change.new_mode else None,
        old_text=old.text if change.old_mode else None,
        size=new.size if change.new_mode else 0,
    )
