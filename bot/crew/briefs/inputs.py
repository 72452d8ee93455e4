"""What briefs are made of, as the caller finds it on GitHub, in the mirror and in our own records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.facts.diff import Diff
from bot.plan.agent import Agent
from bot.plan.plan import Plan
from bot.plan.stage_kind import StageKind


@dataclass(frozen=True)
class Said:
    """A text that somebody wrote on GitHub. `edited` without `edited_at`: nobody knows when."""

    author: str
    text: str
    created_at: datetime
    may_command: bool = False
    is_bot: bool = False
    edited: bool = False
    edited_at: datetime | None = None


@dataclass(frozen=True)
class IssueText:
    """An issue with what was said below it."""

    number: int
    title: str
    body: Said
    comments: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Document:
    """A file of the repository as it was at one commit."""

    path: str
    sha: str
    text: str


@dataclass(frozen=True)
class Delivered:
    """What an earlier stage of the feature has left on the base branch."""

    kind: StageKind
    agent: str
    title: str
    pull_request: int | None = None
    files: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True)
class Note:
    """Something said to the agent for this run by people who may command: an answer, a wish, a review."""

    title: str
    text: str


@dataclass(frozen=True)
class Evidence:
    """Something to look at and never to obey: a log, an error, a stranger's words."""

    title: str
    text: str


@dataclass(frozen=True)
class PlannerInputs:
    """All that the planner starts from. `triggered_at`: text that is younger does not count.

    `frozen` are stages of an earlier revision that are merged and stay as they are.
    """

    planner: Agent
    agents: tuple[Agent, ...]
    issue: IssueText
    triggered_at: datetime
    tree: tuple[str, ...]
    linked: tuple[IssueText, ...] = ()
    specs: tuple[Document, ...] = ()
    conventions: tuple[Document, ...] = ()
    documents: tuple[Document, ...] = ()
    previous: Plan | None = None
    frozen: tuple[Delivered, ...] = ()
    notes: tuple[Note, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class WorkerInputs:
    """All that a working agent starts from. `kind` is None for work that is no stage (what was learned).

    `task` says what to do where that is not simply the stage's title: mend a red check, heed a review.
    `issue` is shown as it stood at `triggered_at`. `documents` are its required inputs; their paths and SHAs are its manifest.
    """

    agent: Agent
    plan: Plan
    issue_number: int
    kind: StageKind | None = None
    task: str = ""
    documents: tuple[Document, ...] = ()
    conventions: tuple[Document, ...] = ()
    earlier: tuple[Delivered, ...] = ()
    notes: tuple[Note, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    tree: tuple[str, ...] = ()
    issue: IssueText | None = None
    triggered_at: datetime | None = None

    @property
    def manifest(self) -> tuple[tuple[str, str], ...]:
        """Path and SHA of every required input, to be recorded with the run (R126)."""
        return tuple((document.path, document.sha) for document in self.documents)


@dataclass(frozen=True)
class ReviewerInputs:
    """All that the code reviewer starts from: the feature as it stands on the base branch."""

    agent: Agent
    plan: Plan
    issue_number: int
    diff: Diff
    documents: tuple[Document, ...] = ()
    conventions: tuple[Document, ...] = ()
    earlier: tuple[Delivered, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Brief:
    """The two texts that a run starts with."""

    system: str
    message: str
