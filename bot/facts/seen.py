"""What GitHub shows at one look: the issue, its comments, the pull requests, the commits and what CI says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


@dataclass(frozen=True)
class Account:
    """Somebody on GitHub. A deleted account has no id and is called ghost."""

    id: int | None
    login: str
    is_bot: bool = False


GHOST = Account(None, "ghost")


class Permission(StrEnum):
    """What a collaborator may do, from GitHub's `role_name` rolled up to its five roles, in order."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    def is_at_least(self, other: Permission) -> bool:
        order = tuple(Permission)
        return order.index(self) >= order.index(other)


class Surface(StrEnum):
    """Where a comment stands."""

    ISSUE = "issue"
    PULL_REQUEST = "pull_request"


@dataclass(frozen=True)
class Comment:
    """A comment on the issue or in the conversation of one of Baton's pull requests.

    `editor` is the login of whoever edited it last, without `[bot]`; None where nobody did.
    """

    id: int
    node_id: str
    author: Account
    body: str
    created_at: datetime
    edited: bool = False
    ours: bool = False
    surface: Surface = Surface.ISSUE
    number: int = 0
    minimized: bool = False
    editor: str | None = None


@dataclass(frozen=True)
class Label:
    """A label of the repository; its id stays when it is renamed."""

    node_id: str
    name: str


@dataclass(frozen=True)
class LabelEvent:
    """The trigger label was added or removed; the id of an addition names a generation (rule 2)."""

    id: str
    added: bool
    at: datetime
    actor: Account


@dataclass(frozen=True)
class Issue:
    """The feature issue. `closed_by_baton`: its last closing was by our own report or pull request (rule 1).

    `trigger`: the label that makes it a feature, if the issue ever had it.
    """

    number: int
    node_id: str
    title: str
    body: str
    author: Account
    is_open: bool = True
    closed_by_baton: bool = False
    labelled: bool = True
    labels: frozenset[str] = frozenset()
    label_events: tuple[LabelEvent, ...] = ()
    comments: tuple[Comment, ...] = ()
    locked: bool = False
    edited_at: datetime | None = None
    trigger: Label | None = None

    @property
    def text_digest(self) -> str:
        """Tells whether its text is still the one that somebody has read."""
        return sha256(f"{self.title}\n{self.body}".encode()).hexdigest()[:16]

    @property
    def latest_labelling(self) -> LabelEvent | None:
        """The labelling in force, if the label is on."""
        added = [event for event in self.label_events if event.added]
        return added[-1] if added and self.labelled else None


class CheckState(StrEnum):
    """A check's result as the gates see it (hazards 2.4)."""

    GREEN = "green"
    RED = "red"
    PENDING = "pending"
    CANCELLED = "cancelled"
    ACTION_REQUIRED = "action_required"


@dataclass(frozen=True)
class Check:
    """The newest result of one check run or commit status on one commit.

    `source` tells apart the same name from two apps, workflows or events. `id` is a check run's, None for a
    status, and so is `app`; a status is `by_a_person` or by an App that GitHub does not name. `interrupted`: it was
    cancelled or timed out, which a second try may mend.
    """

    name: str
    state: CheckState
    source: str = ""
    event: str | None = None
    required: bool = False
    url: str | None = None
    at: datetime | None = None
    id: int | None = None
    interrupted: bool = False
    app: int | None = None
    by_a_person: bool = False


@dataclass(frozen=True)
class Commit:
    """A commit and what CI says about it. `open_suites`: suites of GitHub Actions that are not over."""

    sha: str
    tree: str = ""
    checks: tuple[Check, ...] = ()
    open_suites: int = 0


class PullState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True)
class ThreadComment:
    """One comment in a review thread."""

    id: int
    author: Account
    body: str
    at: datetime
    ours: bool = False


@dataclass(frozen=True)
class Thread:
    """A review thread on a line; `line` is None where the line is gone. `first` is its first comment's id.

    `comments` are the newest ones, oldest first.
    """

    first: int
    path: str
    comments: tuple[ThreadComment, ...]
    line: int | None = None
    resolved: bool = False


class ReviewState(StrEnum):
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Review:
    """A submitted review with its body, which may be empty."""

    id: int
    author: Account
    state: ReviewState
    at: datetime
    body: str = ""


@dataclass(frozen=True)
class PullRequest:
    """One of Baton's pull requests as it stands. `conflicting` is None while GitHub has not computed it.

    `behind`: its branch lacks commits of base; asked only where a check is red. `on_base`: what it changes stands
    on base all the same; asked only where it was closed without a merge.
    """

    number: int
    node_id: str
    state: PullState
    head: Commit
    head_ref: str
    base_ref: str
    merge_sha: str | None = None
    merged_by: Account | None = None
    merged_at: datetime | None = None
    closing: str | None = None
    conflicting: bool | None = None
    draft: bool = False
    in_merge_queue: bool = False
    behind: bool = False
    on_base: bool = False
    threads: tuple[Thread, ...] = ()
    reviews: tuple[Review, ...] = ()

    @property
    def unresolved_threads(self) -> int:
        return sum(1 for thread in self.threads if not thread.resolved)

    @property
    def changes_requested_by(self) -> tuple[str, ...]:
        """Whose latest word was a request for changes; a comment alone does not take it back."""
        latest = {
            review.author.login: review.state
            for review in self.reviews
            if review.state is not ReviewState.COMMENTED
        }
        return tuple(login for login, state in latest.items() if state is ReviewState.CHANGES_REQUESTED)


@dataclass(frozen=True)
class Base:
    """The branch that the feature is built on. `head` is None in a repository without any commit.

    `contains`: those merge commits of ours that the head contains. `documents`: texts at the head of what the
    agents must leave and read. `required`: the names that GitHub demands on this branch; `bound_to`: the Apps from
    which alone it takes some of them.
    """

    branch: str
    head: Commit | None
    contains: frozenset[str] = frozenset()
    documents: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    bound_to: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def demanded(self) -> tuple[str, ...]:
        """The names that a pull request needs, whichever of GitHub's answers told of them."""
        return tuple(dict.fromkeys((*self.required, *self.bound_to)))


@dataclass(frozen=True)
class Repository:
    """The repository by its id; its name is for show and for URLs."""

    id: int
    full_name: str
    default_branch: str
    archived: bool = False


@dataclass(frozen=True)
class Seen:
    """GitHub at one look, as far as this feature's next step depends on it.

    `trouble` is a whole sentence where Baton cannot work here at all (suspended, removed, archived, locked).
    `merges` are the merge commits that the base gates ask about, by SHA. `permissions` are by login, asked
    for whoever commanded; who is missing was not asked for. Node ids are what GraphQL writes need.
    """

    repository: Repository
    issue: Issue
    base: Base
    pulls: Mapping[int, PullRequest] = field(default_factory=dict)
    merges: Mapping[str, Commit] = field(default_factory=dict)
    permissions: Mapping[str, Permission] = field(default_factory=dict)
    trouble: str | None = None
    reviewer_node: str | None = None
    reviewer_login: str | None = None
    label_nodes: Mapping[str, str] = field(default_factory=dict)

    def permission_of(self, account: Account) -> Permission:
        return self.permissions.get(account.login, Permission.NONE)
