"""A repository as Baton keeps it here: commits and trees at hand, file contents fetched when they are read."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.facts.diff import Diff
from bot.workspace.git import Credential, Git, GitFailed, GitTimedOut, Pairs
from bot.workspace.lock import locked
from bot.workspace.objects import (
    Content,
    Entry,
    changed_file,
    contents_of,
    entries_of,
    is_sha,
    raw_changes,
    sizes_of,
)

T = TypeVar("T")

HEADS = "refs/remotes/origin"

# In-tree attributes could rewrite files on their way to a checkout; this file outranks them all.
_NO_CONVERSION = (
    "* -text !eol -ident !filter !working-tree-encoding !diff !merge -export-subst -export-ignore\n"
)

# A promisor only while fetching: reading then never reaches for the network, whatever git's version.
_BLOBLESS: Pairs = (
    ("remote.origin.promisor", "true"),
    ("remote.origin.partialCloneFilter", "blob:none"),
)
_ORIGIN: Pairs = (
    ("remote.origin.tagOpt", "--no-tags"),
    (
        "remote.origin.uploadPack",
        "git -c 'safe.directory=*' -c uploadpack.allowFilter=true -c uploadpack.allowAnySHA1InWant=true upload-pack",
    ),
)

_FETCH = (
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--no-recurse-submodules",
)

_ABSENT = ("not our ref", "couldn't find remote ref", "no such remote ref", "unadvertised object")
_REMOTE_TROUBLE = (
    "unable to access",
    "could not resolve",
    "authentication failed",
    "could not read username",
    "not found",
    "remote error",
    "the remote end hung up",
    "could not read from remote",
    "does not appear to be a git repository",
    "redirect",
    "rpc failed",
    "connection",
    "not allowed",
)


class RepositoryEmpty(Exception):
    """The repository has no commit yet."""

    def __init__(self) -> None:
        super().__init__(
            "The repository has no commit yet, so there is nothing to build on. Push a first commit, "
            "a README is enough, and Baton goes on by itself."
        )


class BranchMissing(Exception):
    """The repository has commits, but no branch of this name."""

    def __init__(self, branch: str) -> None:
        super().__init__(f"The repository has no branch {branch!r}. Baton looks again after the next push.")
        self.branch = branch


class CommitMissing(Exception):
    """A commit that neither the mirror nor its origin has."""

    def __init__(self, sha: str) -> None:
        super().__init__(
            f"The commit {sha[:12]} is not in the repository: it was removed, or GitHub's git has not caught "
            "up yet. Baton looks again by itself."
        )
        self.sha = sha


class NothingInCommon(Exception):
    """Two commits without a common ancestor."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"The commits {one[:12]} and {other[:12]} have no history in common.")


@dataclass(frozen=True)
class Mirrors:
    """All mirrors of this machine, one directory each, named by the repository's id."""

    root: Path

    def of(self, repository_id: int | str, clone_url: str, token: Callable[[], str]) -> Mirror:
        """The mirror of a repository; made at its first fetch. `token` is asked for only when fetching."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", str(repository_id)):
            raise ValueError(f"A mirror is named by the repository's id; {repository_id!r} is not one.")
        return Mirror(self.root.absolute() / f"{repository_id}.git", _checked(clone_url), token)


def _checked(clone_url: str) -> str:
    if re.search(r"[\x00-\x20\x7f\"\\]", clone_url) and not clone_url.startswith("/"):
        raise ValueError("The clone URL holds characters that no URL has.")
    if re.match(r"\w+://[^/]*@", clone_url):
        raise ValueError("The clone URL must not carry a user name or token; tokens are passed beside it.")
    if not clone_url.startswith(("http://", "https://", "/")):
        raise ValueError("A mirror is cloned from http://, https:// or an absolute path.")
    return clone_url


@dataclass(frozen=True)
class Mirror:
    """One repository's mirror. Every method may be called by threads and processes at once."""

    directory: Path
    clone_url: str
    token: Callable[[], str] = field(repr=False)

    def fetch(self, *needed: str) -> None:
        """Bring the mirror up to date; with commits named, only when one of them is missing here.

        Raises CommitMissing for a commit that the origin does not have either.
        """
        _demand_shas(needed)
        if self._has_all(needed):
            return
        with locked(self._beside("fetch")) as lock:
            if not self._has_all(needed):
                self._mended(lambda: self._fetch_all(needed, lock))

    def head_of(self, branch: str) -> str:
        """The branch's newest commit as of the last fetch. Raises BranchMissing or RepositoryEmpty."""
        self._exist()
        ref = f"{HEADS}/{branch}"
        listed = self._read(lambda: self._git("for-each-ref", "--format=%(objectname) %(refname)", ref))
        for line in listed.decode(errors="surrogateescape").splitlines():
            sha, _, name = line.partition(" ")
            if name == ref:
                return sha
        raise BranchMissing(branch) if self.branches() else RepositoryEmpty()

    def branches(self) -> tuple[str, ...]:
        """The names of all branches as of the last fetch."""
        self._exist()
        names = self._read(lambda: self._git("for-each-ref", "--format=%(refname)", HEADS))
        lines = names.decode(errors="surrogateescape").splitlines()
        return tuple(name.removeprefix(f"{HEADS}/") for name in lines)

    def default_branch(self) -> str:
        """The branch that a new clone begins with. Raises RepositoryEmpty, or BranchMissing for none."""
        self._exist()
        with locked(self._beside("fetch")) as lock:
            answer = self._from_origin("ls-remote", "--symref", "origin", "HEAD", lock=lock).decode()
        found = re.search(r"^ref: refs/heads/(\S+)\tHEAD$", answer, re.MULTILINE)
        if found:
            return found[1]
        raise BranchMissing("HEAD") if self.branches() else RepositoryEmpty()

    def contains(self, descendant: str, ancestor: str) -> bool:
        """Whether the ancestor is the descendant itself or part of its history."""
        self.fetch(descendant, ancestor)
        try:
            self._read(lambda: self._git("merge-base", "--is-ancestor", ancestor, descendant))
        except GitFailed as failure:
            if failure.code == 1:
                return False
            raise
        return True

    def merge_base(self, one: str, other: str) -> str:
        """The newest commit that both histories share. Raises NothingInCommon."""
        self.fetch(one, other)
        try:
            return self._read(lambda: self._line("merge-base", one, other))
        except GitFailed as failure:
            if failure.code == 1:
                raise NothingInCommon(one, other) from None
            raise

    def tree_of(self, sha: str) -> str:
        """The name of the commit's tree: equal trees are equal files."""
        self.fetch(sha)
        return self._read(lambda: self._line("rev-parse", "--verify", "--quiet", f"{sha}^{{tree}}"))

    def entries(self, sha: str) -> tuple[Entry, ...]:
        """All files of the commit with their modes."""
        self.fetch(sha)
        return self._read(lambda: entries_of(self._git, sha))

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
        self.fetch(base, head)
        changes = self._read(lambda: raw_changes(self._git, base, head))
        contents = self.contents(blob for change in changes for blob in change.blobs)
        files = (changed_file(change, contents) for change in changes)
        return Diff(tuple(sorted(files, key=lambda file: file.path)))

    def contents(self, blobs: Iterable[str]) -> dict[str, Content]:
        """The blobs by name, the missing ones fetched together."""
        wanted = tuple(blobs)
        self.bring(wanted)
        return self._read(lambda: contents_of(self._git, wanted))

    def bring(self, blobs: Iterable[str]) -> None:
        """Fetch those of the blobs that are not here, in one go."""
        wanted = tuple(blobs)
        if not self._missing(wanted):
            return
        with locked(self._beside("fetch")) as lock:
            missing = self._missing(wanted)
            if missing:
                self._fetch_blobs(missing, lock)

    @property
    def git(self) -> Git:
        """git, pointed at this mirror."""
        return self._git

    @property
    def _git(self) -> Git:
        return Git(self.directory, local_sources=self._is_local)

    def _line(self, *arguments: str) -> str:
        return self._git(*arguments).decode().strip()

    def _beside(self, purpose: str) -> Path:
        return self.directory.with_suffix(f".{purpose}.lock")

    def _exist(self) -> None:
        if not (self.directory / "HEAD").exists():
            self.fetch()

    def _has_all(self, needed: tuple[str, ...]) -> bool:
        if not needed or not (self.directory / "HEAD").exists():
            return False
        with contextlib.suppress(GitFailed):
            return not self._lacking(needed)
        return False

    def _lacking(self, shas: Iterable[str]) -> list[str]:
        return [sha for sha, size in sizes_of(self._git, shas).items() if size is None]

    def _missing(self, blobs: Iterable[str]) -> list[str]:
        sizes = self._read(lambda: sizes_of(self._git, blobs))
        return [blob for blob, size in sizes.items() if size is None]

    def _fetch_all(self, needed: tuple[str, ...], lock: int) -> None:
        self._fetch_heads(lock)
        for sha in self._lacking(needed):
            self._fetch_commit(sha, lock)

    def _fetch_heads(self, lock: int) -> None:
        if not (self.directory / "HEAD").exists():
            self._begin()
        self._clear_wreckage()
        self._from_origin(
            *_FETCH, "--prune", "--update-shallow", "origin", f"+refs/heads/*:{HEADS}/*", lock=lock
        )

    def _fetch_commit(self, sha: str, lock: int) -> None:
        """A commit on no branch: a merged head whose branch is gone. A ref of ours keeps it."""
        try:
            self._from_origin(*_FETCH, "--update-shallow", "origin", f"+{sha}:refs/kept/{sha}", lock=lock)
        except GitFailed as failure:
            if any(sign in failure.said.lower() for sign in _ABSENT):
                raise CommitMissing(sha) from None
            raise

    def _fetch_blobs(self, blobs: list[str], lock: int) -> None:
        names = "".join(f"{blob}\n" for blob in blobs).encode()
        self._from_origin(*_FETCH, "--stdin", "origin", lock=lock, send=names)

    def _from_origin(self, *arguments: str, lock: int, send: bytes = b"") -> bytes:
        """The only place where a token meets git: in the environment of this one process."""
        token = "" if self._is_local else self.token()
        return self._git(
            *arguments,
            send=send,
            configuration=self._origin,
            credential=Credential(self.clone_url, token) if token else None,
            seconds=900,
            kept_open=(lock,),
        )

    @property
    def _origin(self) -> Pairs:
        """A local repository cut short (a CI checkout) gives its few contents at once; git cannot add them later."""
        bloblessly = () if self._is_local and _is_shallow(Path(self.clone_url)) else _BLOBLESS
        return (*_ORIGIN, *bloblessly, ("remote.origin.url", self.clone_url))

    @property
    def _is_local(self) -> bool:
        return self.clone_url.startswith("/")

    def _begin(self) -> None:
        """An empty bare repository, complete before it has its name."""
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{self.directory.stem}.", dir=self.directory.parent))
        try:
            Git(unfinished)("init", "--quiet", "--bare", "--template=", "--initial-branch=none")
            (unfinished / "info").mkdir(exist_ok=True)
            (unfinished / "info" / "attributes").write_text(_NO_CONVERSION)
            with self._set_aside():
                unfinished.rename(self.directory)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    def _clear_wreckage(self) -> None:
        """Locks of a git that was killed here; whoever lives holds our own lock instead."""
        for pattern in ("*.lock", "refs/**/*.lock", "objects/pack/tmp_*", "objects/??/tmp_obj_*"):
            for leftover in self.directory.glob(pattern):
                with contextlib.suppress(OSError):
                    leftover.unlink()

    def _read(self, question: Callable[[], T]) -> T:
        """The answer to a question that needs no network, from a new mirror where this one is broken."""
        try:
            return question()
        except GitFailed as failure:
            if failure.code == 1 or isinstance(failure, GitTimedOut) or self._is_sound():
                raise
        with locked(self._beside("fetch")) as lock:
            if not self._is_sound():
                self._replace(lambda: self._fetch_heads(lock))
        return question()

    def _mended(self, fetching: Callable[[], None]) -> None:
        try:
            fetching()
        except GitFailed as failure:
            theirs = any(sign in failure.said.lower() for sign in _REMOTE_TROUBLE)
            if theirs or isinstance(failure, GitTimedOut) or self._is_sound():
                raise
            self._replace(fetching)

    def _replace(self, fetching: Callable[[], None]) -> None:
        """Begin the mirror anew. Checkouts that stand on it find their commits in the new one."""
        with self._set_aside():
            fetching()

    @contextmanager
    def _set_aside(self) -> Iterator[None]:
        graveyard = Path(tempfile.mkdtemp(prefix=f"{self.directory.stem}.broken.", dir=self.directory.parent))
        with contextlib.suppress(FileNotFoundError):
            self.directory.rename(graveyard / "mirror")
        try:
            yield
        finally:
            shutil.rmtree(graveyard, ignore_errors=True)

    def _is_sound(self) -> bool:
        try:
            self._git(
                "fsck", "--connectivity-only", "--no-dangling", "--no-progress",
                configuration=self._origin, seconds=600,
            )  # fmt: skip
        except GitFailed:
            return False
        return True


def _is_shallow(repository: Path) -> bool:
    return any((repository / place / "shallow").exists() for place in (".git", "."))


def _is_wanted(entry: Entry, wanted: set[str]) -> bool:
    return entry.path in wanted and entry.mode.startswith("100")


def _demand_shas(names: Iterable[str]) -> None:
    for name in names:
        if not is_sha(name):
            raise ValueError(f"{name!r} is no full commit SHA.")
