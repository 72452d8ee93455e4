"""Commits and trees as git writes them, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

NO_OBJECT = "0" * 40
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_PERSON = re.compile(rb"^(.*) <([^>]*)> (-?\d+) ([+-]\d{4})$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    at: datetime

    def line(self) -> bytes:
        offset = self.at.utcoffset() or timedelta(0)
        minutes = int(offset.total_seconds() // 60)
        sign = "-" if minutes < 0 else "+"
        zone = f"{sign}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"
        return f"{_clean(self.name)} <{_clean(self.email)}> {int(self.at.timestamp())} {zone}".encode()


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str
    signature: str | None = None  # commits made here without an author are signed by this GitHub
    payload: str = ""  # what the signature signs

    @property
    def headline(self) -> str:
        return self.message.split("\n", 1)[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree. Modes: 100644, 100755, 120000, 160000, 040000."""

    mode: str
    kind: str  # blob, tree, commit
    sha: str
    name: str


def commit_bytes(
    tree: str,
    parents: tuple[str, ...],
    author: Person,
    committer: Person,
    message: str,
    signature: str | None = None,
) -> bytes:
    lines = [b"tree " + tree.encode()]
    lines += [b"parent " + parent.encode() for parent in parents]
    lines += [b"author " + author.line(), b"committer " + committer.line()]
    if signature is not None:
        lines.append(b"gpgsig " + signature.strip("\n").replace("\n", "\n ").encode())
    return b"\n".join(lines) + b"\n\n" + message.encode()


def parse_commit(sha: str, data: bytes) -> Commit:
    head, _, message = data.partition(b"\n\n")
    fields: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n"):
        if line.startswith(b" ") and fields:
            name, value = fields[-1]
            fields[-1] = name, value + b"\n" + line[1:]
        else:
            name, _, value = line.partition(b" ")
            fields.append((name, value))
    first = dict(reversed(fields))
    signature = first.get(b"gpgsig")
    return Commit(
        sha,
        first[b"tree"].decode(),
        tuple(value.decode() for name, value in fields if name == b"parent"),
        parse_person(first[b"author"]),
        parse_person(first[b"committer"]),
        message.decode(errors="replace"),
        signature.decode(errors="replace") if signature is not None else None,
        _without_signature(head, message) if signature is not None else "",
    )


def parse_person(line: bytes) -> Person:
    match = _PERSON.match(line)
    if match is None:
        return Person(line.decode(errors="replace"), "", datetime.fromtimestamp(0, UTC))
    name, email, seconds, zone = match.groups()
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    offset = timezone(timedelta(minutes=-minutes if zone.startswith(b"-") else minutes))
    at = datetime.fromtimestamp(int(seconds), offset)
    return Person(name.decode(errors="replace"), email.decode(errors="replace"), at)


def tree_bytes(entries: list[Entry]) -> bytes:
    """A tree object; git sorts directories as if their names ended in a slash."""
    ordered = sorted(entries, key=lambda entry: entry.name.encode() + (b"/" if entry.kind == "tree" else b""))
    return b"".join(
        entry.mode.lstrip("0").encode() + b" " + entry.name.encode(errors="surrogateescape") + b"\0"
        + bytes.fromhex(entry.sha)
        for entry in ordered
    )  # fmt: skip


def parse_tree(data: bytes) -> tuple[Entry, ...]:
    entries = []
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        mode = data[at:space].decode().zfill(6)
        name = data[space + 1 : end].decode(errors="surrogateescape")
        entries.append(Entry(mode, kind_of(mode), data[end + 1 : end + 21].hex(), name))
        at = end + 21
    return tuple(entries)


def kind_of(mode: str) -> str:
    return {"040000": "tree", "160000": "commit"}.get(mode, "blob")


def _clean(text: str) -> str:
    return re.sub(r"[<>\n\0]", "", text).strip()


def _without_signature(head: bytes, message: bytes) -> str:
    kept: list[bytes] = []
    inside = False
    for line in head.split(b"\n"):
        inside = line.startswith(b"gpgsig ") or (inside and line.startswith(b" "))
        if not inside:
            kept.append(line)
    return (b"\n".join(kept) + b"\n\n" + message).decode(errors="replace")
