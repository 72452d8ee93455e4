"""Git's objects and refs as GraphQL shows them: a repository and a name, read when asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground.git import Commit as CommitData
from bot.playground.git import Entry
from bot.playground.hub import Hub
from bot.playground.ids import named_by, object_node_id
from bot.playground.people import User
from bot.playground.state import (
    Comment,
    Issue,
    Label,
    PullRequest,
    Reaction,
    Repository,
    Review,
    ReviewComment,
    Workflow,
)

HEADS = "refs/heads/"
TAGS = "refs/tags/"


@dataclass(frozen=True, slots=True)
class GitObject:
    repository: Repository
    oid: str


@dataclass(frozen=True, slots=True)
class Commit(GitObject):
    @property
    def data(self) -> CommitData:
        return self.repository.git.commit(self.oid)


@dataclass(frozen=True, slots=True)
class Tree(GitObject):
    pass


@dataclass(frozen=True, slots=True)
class Blob(GitObject):
    @property
    def content(self) -> bytes:
        return self.repository.git.blob(self.oid)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    repository: Repository
    entry: Entry


@dataclass(frozen=True, slots=True)
class Ref:
    repository: Repository
    full_name: str

    @property
    def prefix(self) -> str:
        return next((each for each in (HEADS, TAGS) if self.full_name.startswith(each)), "refs/")

    @property
    def name(self) -> str:
        return self.full_name.removeprefix(self.prefix)


@dataclass(frozen=True, slots=True)
class Rollup:
    """All checks and statuses of one commit."""

    commit: Commit


@dataclass(frozen=True, slots=True)
class PullCommit:
    """A commit as part of a pull request."""

    pull: PullRequest
    commit: Commit


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    pull: PullRequest
    reviewer: User


@dataclass(frozen=True, slots=True)
class LabelIn:
    """A label as one of its repository's."""

    repository: Repository
    label: Label


@dataclass(frozen=True, slots=True)
class WorkflowIn:
    """A workflow as one of its repository's."""

    repository: Repository
    workflow: Workflow


@dataclass(frozen=True, slots=True)
class ReactionOn:
    """A reaction and what it is to."""

    subject: Reactable
    reaction: Reaction


Reactable = Issue | PullRequest | Comment | Review | ReviewComment

KINDS: dict[str, tuple[str, type[GitObject]]] = {
    "commit": ("C", Commit), "tree": ("T", Tree), "blob": ("B", Blob),
}  # fmt: skip
PREFIXES = {kind: prefix for prefix, kind in KINDS.values()}


def object_at(repository: Repository, oid: str) -> GitObject | None:
    """The object of that SHA, an annotated tag being the commit it names."""
    kind = repository.git.kind(oid)
    if kind == "tag":
        peeled = next(
            (repository.git.resolve(name) for name, sha in repository.git.refs.items() if sha == oid), None
        )
        return None if peeled is None else Commit(repository, peeled)
    return None if kind is None else KINDS[kind][1](repository, oid)


def object_named(repository: Repository, expression: str) -> GitObject | None:
    """What `main`, `HEAD`, a SHA, or `main:path/of/file` means."""
    name, colon, path = expression.partition(":")
    sha = repository.git.resolve(repository.default_branch if name == "HEAD" else name)
    if sha is None:
        return object_at(repository, name) if not colon else None
    if not colon:
        return Commit(repository, sha)
    entry = repository.git.entry_at(sha, path)
    return None if entry is None else object_at(repository, entry.sha)


def ref_named(repository: Repository, name: str) -> Ref | None:
    """The ref of that name, with or without `refs/heads/` before it."""
    for full in (name, f"refs/{name}", HEADS + name, TAGS + name):
        if full in repository.git.refs and not full.startswith("refs/pull/"):
            return Ref(repository, full)
    return None


def commit_at(repository: Repository, oid: str | None) -> Commit | None:
    return Commit(repository, oid) if oid and repository.git.kind(oid) == "commit" else None


def node_id_of(thing: GitObject | Ref) -> str:
    if isinstance(thing, Ref):
        return object_node_id("REF", thing.repository.id, thing.full_name)
    return object_node_id(PREFIXES[type(thing)], thing.repository.id, thing.oid)


def git_object(hub: Hub, identity: str) -> GitObject | Ref | None:
    """The git object or ref with that node id."""
    named = named_by(identity)
    repository = hub.repositories.get(named[0]) if named else None
    if named is None or repository is None:
        return None
    if identity.startswith("REF_"):
        return ref_named(repository, named[1])
    found = object_at(repository, named[1])
    return found if found is not None and node_id_of(found) == identity else None
