"""What this GitHub holds: repositories, issues, pull requests, reviews, checks, statuses, deliveries.

Plain values that point at each other; they change only in `bot.playground.acts`, under the hub's lock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from bot.playground.people import App, Role, User

if TYPE_CHECKING:
    from bot.playground.git import Git

Reason = Literal["completed", "not_planned", "duplicate", "reopened"]
ReactionContent = Literal["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]
ReviewState = Literal["PENDING", "COMMENTED", "APPROVED", "CHANGES_REQUESTED", "DISMISSED"]
CheckStatus = Literal["queued", "in_progress", "completed", "waiting", "requested", "pending"]
Mergeable = Literal["UNKNOWN", "MERGEABLE", "CONFLICTING"]
MergeMethod = Literal["merge", "squash", "rebase"]


@dataclass(eq=False, slots=True)
class Label:
    id: int
    node_id: str
    name: str
    color: str
    description: str | None
    default: bool = False


@dataclass(eq=False, slots=True)
class Edit:
    """One change of a text after its creation; `body` is what it became, `before` what it was."""

    node_id: str
    at: datetime
    editor: User
    body: str
    before: str


@dataclass(eq=False, slots=True)
class Reaction:
    id: int
    node_id: str
    user: User
    content: ReactionContent
    created_at: datetime


@dataclass(eq=False, slots=True)
class TimelineEvent:
    """One entry of an issue's or pull request's history; `kind` is REST's `event`.

    Kinds: labeled, unlabeled, closed, reopened, renamed, locked, unlocked, assigned, unassigned, merged,
    head_ref_deleted, head_ref_restored, head_ref_force_pushed, base_ref_changed, review_requested,
    review_request_removed, review_dismissed, ready_for_review, convert_to_draft, cross-referenced,
    referenced, comment_deleted, transferred.
    Comments and reviews are not copied in here: they stand in `Issue.comments` and `PullRequest.reviews`.
    """

    id: int
    node_id: str
    kind: str
    actor: User
    created_at: datetime
    issue: Issue
    label: Label | None = None  # labeled, unlabeled
    commit_sha: str | None = None  # merged, closed by a commit, referenced
    closer: PullRequest | None = None  # closed by a merge
    state_reason: Reason | None = None  # closed
    source: Issue | None = None  # cross-referenced: who mentions
    user: User | None = None  # review_requested, review_request_removed, assigned
    review: Review | None = None  # review_dismissed
    before: str | None = None  # renamed: old title; force-pushed: old head; base_ref_changed: old branch
    after: str | None = None


@dataclass(eq=False, slots=True)
class Comment:
    """A comment on an issue or on a pull request's conversation."""

    id: int
    node_id: str
    issue: Issue
    author: User
    body: str
    created_at: datetime
    updated_at: datetime
    edits: list[Edit] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    minimized_reason: str | None = None  # "outdated", "resolved", … while minimised

    @property
    def last_edit(self) -> Edit | None:
        return self.edits[-1] if self.edits else None


@dataclass(eq=False, slots=True)
class Issue:
    """An issue; a pull request has one too (`pull` is set then), which carries what both have."""

    id: int
    node_id: str
    repository: Repository
    number: int
    title: str
    body: str | None
    author: User
    created_at: datetime
    updated_at: datetime
    state: Literal["open", "closed"] = "open"
    state_reason: Reason | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    locked: bool = False
    labels: list[Label] = field(default_factory=list)
    assignees: list[User] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    timeline: list[TimelineEvent] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    pull: PullRequest | None = None


@dataclass(eq=False, slots=True)
class PullRequest:
    """A pull request from a branch of the same repository. Title, body, labels, state: see `issue`."""

    id: int
    node_id: str
    issue: Issue
    base_ref: str  # branch name without refs/heads/
    head_ref: str
    base_sha: str  # the base branch's head; frozen at merging or closing
    head_sha: str  # follows pushes while open
    draft: bool = False
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_commit_sha: str | None = None  # set by merging
    test_merge_sha: str | None = None  # the trial merge of head into base, refs/pull/N/merge
    merge_method: MergeMethod | None = None
    mergeable: Mergeable = "UNKNOWN"  # computed on demand: acts.pulls.mergeability
    head_deleted: bool = False
    maintainer_can_modify: bool = False
    requested_reviewers: list[User] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.issue.number

    @property
    def repository(self) -> Repository:
        return self.issue.repository

    @property
    def merged(self) -> bool:
        return self.merged_at is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment on a line of the diff, as a review or a single comment brings it."""

    path: str
    body: str
    line: int | None = None
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    start_line: int | None = None
    subject_type: Literal["line", "file"] = "line"


@dataclass(eq=False, slots=True)
class Review:
    id: int
    node_id: str
    pull: PullRequest
    author: User
    state: ReviewState
    body: str
    commit_sha: str
    created_at: datetime
    submitted_at: datetime | None
    drafts: list[ReviewComment] = field(default_factory=list)  # while it is pending; nobody else sees them
    edits: list[Edit] = field(default_factory=list)
    minimized_reason: str | None = None


@dataclass(eq=False, slots=True)
class ReviewComment:
    """A comment on a line of a pull request's diff; the first of a thread or a reply in it."""

    id: int
    node_id: str
    thread: Thread
    review: Review
    author: User
    body: str
    commit_sha: str
    original_commit_sha: str
    diff_hunk: str
    position: int  # lines below the head of the patch's first hunk, where it was written
    created_at: datetime
    updated_at: datetime
    in_reply_to: ReviewComment | None = None
    edits: list[Edit] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    minimized_reason: str | None = None


@dataclass(eq=False, slots=True)
class Thread:
    """A conversation at one place of the diff."""

    id: int
    node_id: str
    pull: PullRequest
    path: str
    line: int | None
    original_line: int | None
    start_line: int | None
    side: Literal["LEFT", "RIGHT"]
    subject_type: Literal["line", "file"] = "line"
    comments: list[ReviewComment] = field(default_factory=list)
    resolved_by: User | None = None
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Annotation:
    path: str
    start_line: int
    end_line: int
    level: Literal["notice", "warning", "failure"]
    message: str
    title: str | None = None
    raw_details: str | None = None
    start_column: int | None = None
    end_column: int | None = None


@dataclass(eq=False, slots=True)
class CheckSuite:
    id: int
    node_id: str
    repository: Repository
    app: App
    head_sha: str
    head_branch: str | None
    created_at: datetime
    updated_at: datetime
    status: CheckStatus = "queued"
    conclusion: str | None = None
    runs: list[CheckRun] = field(default_factory=list)
    workflow_run: WorkflowRun | None = None


@dataclass(eq=False, slots=True)
class CheckRun:
    id: int
    node_id: str
    suite: CheckSuite
    name: str
    external_id: str
    details_url: str | None
    started_at: datetime | None
    status: CheckStatus = "queued"
    conclusion: str | None = None
    completed_at: datetime | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[Annotation] = field(default_factory=list)
    job: Job | None = None

    @property
    def head_sha(self) -> str:
        return self.suite.head_sha


@dataclass(eq=False, slots=True)
class Status:
    """A commit status; the newest of a context counts."""

    id: int
    node_id: str
    repository: Repository
    sha: str
    context: str
    state: Literal["error", "failure", "pending", "success"]
    description: str | None
    target_url: str | None
    creator: User
    created_at: datetime


@dataclass(eq=False, slots=True)
class Workflow:
    id: int
    node_id: str
    name: str
    path: str
    created_at: datetime


@dataclass(eq=False, slots=True)
class WorkflowRun:
    """One run of a workflow file on one commit; its check suite has the same head."""

    id: int
    node_id: str
    suite: CheckSuite
    workflow: Workflow
    event: str
    run_number: int
    head_branch: str
    actor: User
    created_at: datetime
    updated_at: datetime
    number: int | None = None  # the pull request's
    attempt: int = 1
    status: CheckStatus = "queued"
    conclusion: str | None = None
    jobs: list[Job] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    number: int
    conclusion: str
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(eq=False, slots=True)
class Job:
    """A job of a workflow run; as on GitHub its id is its check run's."""

    run: WorkflowRun
    check_run: CheckRun
    name: str
    log: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def id(self) -> int:
        return self.check_run.id


@dataclass(eq=False, slots=True)
class Ruleset:
    """Rules for the branches that fit; `include` has patterns like `refs/heads/main` or `~DEFAULT_BRANCH`."""

    id: int
    node_id: str
    name: str
    enforcement: Literal["active", "disabled", "evaluate"]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    rules: tuple[dict[str, Any], ...]  # each with `type` and `parameters`, as it was given
    created_at: datetime
    updated_at: datetime


@dataclass(eq=False, slots=True)
class QueueEntry:
    """A pull request in its base's merge queue: the commit on which its checks must pass."""

    pull: PullRequest
    by: User
    base_sha: str
    head_sha: str
    head_ref: str  # gh-readonly-queue/…


@dataclass(eq=False, slots=True)
class Repository:
    id: int
    node_id: str
    owner: User
    name: str
    git: Git
    default_branch: str
    created_at: datetime
    pushed_at: datetime
    description: str | None = None
    private: bool = False
    archived: bool = False
    roles: dict[int, Role] = field(default_factory=dict)  # by user id
    labels: list[Label] = field(default_factory=list)
    issues: dict[int, Issue] = field(default_factory=dict)  # by number, pull requests' too
    left: dict[int, Issue | None] = field(default_factory=dict)  # by number: transferred there, or deleted
    suites: list[CheckSuite] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    workflows: list[Workflow] = field(default_factory=list)
    workflow_runs: list[WorkflowRun] = field(default_factory=list)
    required_checks: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by base branch
    delete_branch_on_merge: bool = False
    rulesets: list[Ruleset] = field(default_factory=list)
    queue: list[QueueEntry] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def pulls(self) -> list[PullRequest]:
        return [issue.pull for issue in self.issues.values() if issue.pull is not None]

    def label(self, name: str) -> Label | None:
        """The label of that name; GitHub compares without regard to case."""
        return next((label for label in self.labels if label.name.lower() == name.lower()), None)


@dataclass(eq=False, slots=True)
class Delivery:
    """One sending of one webhook to the App; a redelivery has the same guid and a new id."""

    id: int
    guid: str
    event: str
    action: str | None
    body: bytes
    created_at: datetime
    installation_id: int | None
    repository_id: int | None
    redelivery: bool = False
    delivered_at: datetime | None = None
    duration: float = 0.0
    status: str = "pending"
    status_code: int = 0
    request_headers: dict[str, str] = field(default_factory=dict)
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""
