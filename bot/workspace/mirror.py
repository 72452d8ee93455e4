"""A repository as Baton keeps it here: commits and trees at hand, file contents fetched when they are read."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.facts.diff import Diff
from bot.workspace.absent import BranchMissing, CommitMissing, NothingInCommon, RepositoryEmpty
from bot.workspace.answers import Answers
from bot.workspace.git import Git, GitFailed, GitTimedOut
from bot.workspace.lock import locked
from bot.workspace.objects import (
    Content,
    Entry,
    RawChange,
    changed_file,
    contents_of,
    entries_of,
    is_sha,
    path_of,
    raw_changes,
    sizes_of,
)
from bot.workspace.origin import HEADS, Origin, checked_url
from bot.workspace.store import Store

# Whoever asks a mirror catches these beside it.
__all__ = ["BranchMissing", "CommitMissing", "Mirror", "Mirrors", "NothingInCommon", "RepositoryEmpty"]

T = TypeVar("T")


@dataclass(frozen=True)
class Merged:
    """Two commits merged into one, and the paths in which they conflict."""

    sha: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mirrors:
    """All mirrors of this machine, one directory each, named by the repository's id."""

    root: Path
    answers: Answers = field(default_factory=Answers, repr=False, compare=False)

    def of(self, repository_id: int | str, clone_url: str, token: Callable[[], str]) -> Mirror:
        """The mirror of a repository; made at its first fetch. `token` is asked for only when fetching."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", str(repository_id)):
            raise ValueError(f"A mirror is named by the repository's id; {repository_id!r} is not one.")
        directory = self.root.absolute() / f"{repository_id}.git"
        return Mirror(directory, checked_url(clone_url), token, self.answers)


@dataclass(frozen=True)
class Mirror:
    """One repository's mirror. Every method may be called by threads and processes at once."""

    directory: Path
    clone_url: str
    token: Callable[[], str] = field(repr=False)
    answers: Answers = field(default_factory=Answers, repr=False, compare=False)

    def fetch(self, *needed: str) -> None:
        """Bring the mirror up to date; with commits named, only when one of them is missing here.

        Raises CommitMissing for a commit that the origin does not have either.
        """
        _demand_shas(needed)
        if self._has_all(needed):
            return
        with self._locked() as lock:
            if not self._has_all(needed):
                self._mended(lambda: self._fetch_all(needed, lock))

    def head_of(self, branch: str) -> str:
        """The branch's newest commit as of the last fetch. Raises BranchMissing or RepositoryEmpty."""
        self._exist()
        ref = f"{HEADS}/{branch}"
        listed = self._read(lambda: self.git("for-each-ref", "--format=%(objectname) %(refname)", ref))
        for line in listed.decode(errors="surrogateescape").splitlines():
            sha, _, name = line.partition(" ")
            if name == ref:
                return sha
        raise BranchMissing(branch) if self.branches() else RepositoryEmpty()

    def branches(self) -> tuple[str, ...]:
        """The names of all branches as of the last fetch."""
        self._exist()
        names = self._read(lambda: self.git("for-each-ref", "--format=%(refname)", HEADS))
        lines = names.decode(errors="surrogateescape").splitlines()
        return tuple(name.removeprefix(f"{HEADS}/") for name in lines)

    def default_branch(self) -> str:
        """The branch that a new clone begins with. Raises RepositoryEmpty, or BranchMissing for none."""
        self._exist()
        with self._locked() as lock:
            branch = self._origin.default_branch(lock)
        if branch:
            return branch
        raise BranchMissing("HEAD") if self.branches() else RepositoryEmpty()

    def contains(self, descendant: str, ancestor: str) -> bool:
        """Whether the ancestor is the descendant itself or part of its history."""
        return self.answers.contained.asked(
            (self.directory, descendant, ancestor), lambda: self._contains(descendant, ancestor)
        )

    def _contains(self, descendant: str, ancestor: str) -> bool:
        self.fetch(descendant, ancestor)
        try:
            self._read(
                lambda: self.git("merge-base", "--is-ancestor", ancestor, descendant), descendant, ancestor
            )
        except GitFailed as failure:
            if failure.code == 1:
                return False
            raise
        return True

    def merge_base(self, one: str, other: str) -> str:
        """The newest commit that both histories share. Raises NothingInCommon."""
        return self.answers.bases.asked((self.directory, one, other), lambda: self._merge_base(one, other))

    def _merge_base(self, one: str, other: str) -> str:
        self.fetch(one, other)
        try:
            return self._read(lambda: self._line("merge-base", one, other), one, other)
        except GitFailed as failure:
            if failure.code == 1:
                raise NothingInCommon(one, other) from None
            raise

    def tree_of(self, sha: str) -> str:
        """The name of the commit's tree: equal trees are equal files."""
        return self.answers.trees.asked((self.directory, sha), lambda: self._tree_of(sha))

    def _tree_of(self, sha: str) -> str:
        self.fetch(sha)
        return self._read(lambda: self._line("rev-parse", "--verify", "--quiet", f"{sha}^{{tree}}"), sha)

    def entries(self, sha: str) -> tuple[Entry, ...]:
        """All files of the commit with their modes."""
        return self.answers.entries.asked((self.directory, sha), lambda: self._entries(sha))

    def _entries(self, sha: str) -> tuple[Entry, ...]:
        self.fetch(sha)
        return self._read(lambda: entries_of(self.git, sha), sha)

    def paths(self, sha: str) -> frozenset[str]:
        """All paths of the commit."""
        return frozenset(entry.path for entry in self.entries(sha))

    def read(self, sha: str, path: str) -> str | None:
        """The text of a file at that commit, None where there is none or it is no text."""
        return self.read_many(sha, (path,)).get(path)

    def read_many(self, sha: str, paths: Iterable[str]) -> dict[str, str]:
        """The texts of those of the paths that are text files; what is missing here comes in one fetch.

        A symbolic link is no text file: whoever wants its target names the target.
        """
        wanted = set(paths)
        blobs = {entry.path: entry.blob for entry in self.entries(sha) if _is_wanted(entry, wanted)}
        contents = self.contents(blobs.values())
        texts = {path: contents[blob].text for path, blob in blobs.items()}
        return {path: text for path, text in texts.items() if text is not None}

    def diff(self, base: str, head: str) -> Diff:
        """What differs between two commits, with the texts of both sides."""
        changes = self._changes_between(base, head)
        contents = self.contents(blob for change in changes for blob in change.blobs)
        files = (changed_file(change, contents) for change in changes)
        return Diff(tuple(sorted(files, key=lambda file: file.path)))

    def has_changes_of(self, base: str, head: str) -> bool:
        """Whether `head` changed something since it left `base`, and all of that is on `base` as it is there.

        Raises CommitMissing, NothingInCommon.
        """
        changes = self._changes_between(self.merge_base(base, head), head)
        there = {entry.path: (entry.mode, entry.blob) for entry in self.entries(base)}
        return bool(changes) and all(
            there.get(change.path) == ((change.new_mode, change.new_blob) if change.new_mode else None)
            for change in changes
        )

    def merged(self, head: str, other: str) -> Merged:
        """Two commits merged here, as a commit that only this mirror has; the same two always give the same one.

        What conflicts stands in its files between git's conflict markers.
        """
        self.fetch(head, other)
        fork = self.merge_base(head, other)
        sides = [self._changes(fork, side) for side in (head, other)]
        both = {change.path for change in sides[0]} & {change.path for change in sides[1]}
        self.bring(blob for side in sides for change in side if change.path in both for blob in change.blobs)
        answer = self.git(
            "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", head, other,
            configuration=(("merge.renames", "false"), ("merge.conflictStyle", "diff3")),
            accepts=(0, 1),
        )  # fmt: skip
        tree, *conflicts = answer.split(b"\0")[:-1]
        who = "baton <baton@localhost> 0 +0000"
        parents = "".join(f"parent {sha}\n" for sha in (head, other))
        commit = f"tree {tree.decode()}\n{parents}author {who}\ncommitter {who}\n\nMerge\n"
        sha = self.git("hash-object", "-t", "commit", "-w", "--stdin", send=commit.encode())
        return Merged(sha.decode().strip(), tuple(path_of(path) for path in conflicts))

    def first_parent(self, sha: str) -> str | None:
        """What stood on the branch before this commit; None for the first commit of all."""
        self.fetch(sha)
        line = self._read(lambda: self._line("rev-list", "--max-count=1", "--parents", sha), sha)
        parents = line.split()[1:]
        return parents[0] if parents else None

    def last_merged_in(self, start: str, head: str) -> str | None:
        """What was merged last into the branch that led from `start` to `head`; None where nothing was."""
        self.fetch(start, head)
        asked = (
            "rev-list",
            "--first-parent",
            "--min-parents=2",
            "--max-count=1",
            "--parents",
            head,
            f"^{start}",
        )
        line = self._read(lambda: self._line(*asked), start, head)
        return line.split()[2] if line else None

    def _changes_between(self, base: str, head: str) -> tuple[RawChange, ...]:
        return self.answers.changes.asked((self.directory, base, head), lambda: self._changes(base, head))

    def _changes(self, base: str, head: str) -> tuple[RawChange, ...]:
        self.fetch(base, head)
        return self._read(lambda: raw_changes(self.git, base, head), base, head)

    def contents(self, blobs: Iterable[str]) -> dict[str, Content]:
        """The blobs by name, the missing ones fetched together."""
        wanted = {(self.directory, blob) for blob in blobs}
        known = self.answers.contents.among(wanted)
        found = {blob: content for (_, blob), content in known.items()}
        unread = sorted(blob for _, blob in wanted - known.keys())
        if unread:
            self.bring(unread)
            read = self._read(lambda: contents_of(self.git, unread))
            for blob, content in read.items():
                self.answers.contents.keep((self.directory, blob), content)
            found.update(read)
        return found

    def bring(self, blobs: Iterable[str]) -> None:
        """Fetch those of the blobs that are not here, in one go."""
        wanted = tuple(blobs)
        if not self._missing(wanted):
            return
        with self._locked() as lock:
            missing = self._lacking(wanted)
            if missing:
                self._origin.fetch_blobs(missing, lock)
                self._store.tidy(self._origin.configuration)

    @property
    def git(self) -> Git:
        """git, pointed at this mirror."""
        return Git(self.directory, local_sources=self.clone_url.startswith("/"))

    @property
    def _origin(self) -> Origin:
        return Origin(self.git, self.clone_url, self.token)

    @property
    def _store(self) -> Store:
        return Store(self.directory, self.git)

    def _locked(self) -> AbstractContextManager[int]:
        return locked(self.directory.with_suffix(".lock"))

    def _line(self, *arguments: str) -> str:
        return self.git(*arguments).decode().strip()

    def _exist(self) -> None:
        if not self._store.exists:
            self.fetch()

    def _has_all(self, needed: tuple[str, ...]) -> bool:
        if not needed or not self._store.exists:
            return False
        with contextlib.suppress(GitFailed):
            return not self._lacking(needed)
        return False

    def _lacking(self, shas: Iterable[str]) -> list[str]:
        return [sha for sha, size in sizes_of(self.git, shas).items() if size is None]

    def _missing(self, blobs: Iterable[str]) -> list[str]:
        return self._read(lambda: self._lacking(blobs))

    def _fetch_all(self, needed: tuple[str, ...], lock: int) -> None:
        store, origin = self._store, self._origin
        if not store.exists:
            store.make()
        store.clear_wreckage()
        origin.fetch_heads(lock)
        for sha in self._lacking(needed):
            origin.fetch_commit(sha, lock)

    def _read(self, question: Callable[[], T], *needed: str) -> T:
        """The answer to a question that needs no network, from a new mirror where this one is broken."""
        try:
            return question()
        except GitFailed as failure:
            if failure.code == 1 or isinstance(failure, GitTimedOut):
                raise
        with self._locked() as lock:
            if not self._is_sound():
                self._replace(lambda: self._fetch_all(needed, lock))
        return question()

    def _mended(self, fetching: Callable[[], None]) -> None:
        """Fetch, into a new mirror where this one is broken."""
        try:
            fetching()
        except GitFailed as failure:
            theirs = self._origin.is_to_blame(failure) or isinstance(failure, GitTimedOut)
            if theirs or self._is_sound():
                raise
            self._replace(fetching)

    def _replace(self, fetching: Callable[[], None]) -> None:
        """Begin the mirror anew. Checkouts that stand on it find their commits in the new one."""
        self._store.make()
        fetching()

    def _is_sound(self) -> bool:
        return self._store.is_sound(self._origin.configuration)


def _is_wanted(entry: Entry, wanted: set[str]) -> bool:
    return entry.path in wanted and entry.mode.startswith("100")


def _demand_shas(names: Iterable[str]) -> None:
    for name in names:
        if not is_sha(name):
            raise ValueError(f"{name!r} is no full commit SHA.")
