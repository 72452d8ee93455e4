"""Where a mirror's contents come from, and the only place where a token meets git."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot.workspace.absent import CommitMissing
from bot.workspace.git import Credential, Git, GitFailed, Pairs

HEADS = "refs/remotes/origin"

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
_TROUBLE = (
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


@dataclass(frozen=True)
class Origin:
    """A repository elsewhere: on GitHub by http, or a directory of this machine.

    `lock` is the descriptor of the lock that a fetch holds: git inherits it, so that a mirror stays closed
    to others for as long as an orphan of ours writes to it.
    """

    git: Git
    url: str
    token: Callable[[], str] = field(repr=False)

    @property
    def is_local(self) -> bool:
        return self.url.startswith("/")

    def fetch_heads(self, lock: int) -> None:
        """All branches as they are now; those that are gone go."""
        self._ask(*_FETCH, "--prune", "--update-shallow", "origin", f"+refs/heads/*:{HEADS}/*", lock=lock)

    def fetch_commit(self, sha: str, lock: int) -> None:
        """A commit on no branch: a merged head whose branch is gone. A ref of ours keeps it."""
        try:
            self._ask(*_FETCH, "--update-shallow", "origin", f"+{sha}:refs/kept/{sha}", lock=lock)
        except GitFailed as failure:
            if any(sign in failure.said.lower() for sign in _ABSENT):
                raise CommitMissing(sha) from None
            raise

    def fetch_blobs(self, blobs: Iterable[str], lock: int) -> None:
        """File contents by name, in one go."""
        names = "".join(f"{blob}\n" for blob in blobs).encode()
        self._ask(*_FETCH, "--stdin", "origin", lock=lock, send=names)

    def default_branch(self, lock: int) -> str | None:
        """The branch that a new clone begins with; None where HEAD names none that exists."""
        answer = self._ask("ls-remote", "--symref", "origin", "HEAD", lock=lock).decode()
        found = re.search(r"^ref: refs/heads/(\S+)\tHEAD$", answer, re.MULTILINE)
        return found[1] if found else None

    def is_to_blame(self, failure: GitFailed) -> bool:
        """Whether a fetch failed on the other side, and not for a fault of the mirror."""
        return any(sign in failure.said.lower() for sign in _TROUBLE)

    @property
    def configuration(self) -> Pairs:
        """A local repository cut short (a CI checkout) gives its few contents at once; git cannot add them later."""
        bloblessly = () if self.is_local and _is_shallow(Path(self.url)) else _BLOBLESS
        return (*_ORIGIN, *bloblessly, ("remote.origin.url", self.url))

    def _ask(self, *arguments: str, lock: int, send: bytes = b"") -> bytes:
        token = "" if self.is_local else self.token()
        return self.git(
            *arguments,
            send=send,
            configuration=self.configuration,
            credential=Credential(self.url, token) if token else None,
            seconds=900,
            kept_open=(lock,),
        )


def checked_url(clone_url: str) -> str:
    """The URL itself. Raises ValueError for one that git would understand in another way than we do."""
    if re.search(r"[\x00-\x20\x7f\"\\]", clone_url) and not clone_url.startswith("/"):
        raise ValueError("The clone URL holds characters that no URL has.")
    if re.match(r"\w+://[^/]*@", clone_url):
        raise ValueError("The clone URL must not carry a user name or token; tokens are passed beside it.")
    if not clone_url.startswith(("http://", "https://", "/")):
        raise ValueError("A mirror is cloned from http://, https:// or an absolute path.")
    return clone_url


def _is_shallow(repository: Path) -> bool:
    return any((repository / place / "shallow").exists() for place in (".git", "."))
