"""What Baton remembers of a feature: its rows, as plain values. What is known once is never unlearned (rule 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.facts.seen import Account
from bot.facts.states import FeatureState
from bot.plan.plan import Plan
from bot.plan.reading_openapi import Operation


class Ending(StrEnum):
    """How a generation ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    UNLABELLED = "unlabelled"


@dataclass(frozen=True)
class Generation:
    """One life of a feature, from a labelling on; its id is the LabeledEvent's (rule 2).

    `number` counts the lives from 1. `plan_comment` is the one plan comment's id (rule 5).
    """

    id: str
    number: int
    by: Account
    began_at: datetime
    title: str
    plan_comment: int | None = None
    ending: Ending | None = None
    paused: str | None = None


@dataclass(frozen=True)
class Approval:
    """A person's yes to one revision of the plan and to no other (rule 4).

    `despite_red`: the base branch was red then, which the plan comment said (rule 9).
    """

    revision: int
    hash: str
    comment_id: int
    by: Account
    at: datetime
    despite_red: bool = False


@dataclass(frozen=True)
class Revision:
    """One draft of the plan. `shown_at` is GitHub's time of the write that showed it.

    `made_at` is when its drafting began: what people wished later is not in it.
    """

    number: int
    plan: Plan
    shown_at: datetime | None = None
    made_at: datetime | None = None


@dataclass(frozen=True)
class Attempt:
    """One branch of a stage. `head` is the last SHA that Baton pushed; `pull` its pull request's number."""

    number: int
    branch: str
    start: str
    head: str | None = None
    pull: int | None = None
    merge_sha: str | None = None
    merged_at: datetime | None = None


@dataclass(frozen=True)
class Delivered:
    """What a merged stage brought, from git (R072, R111): never from the model's claim."""

    added: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        return self.added + self.modified + self.deleted


@dataclass(frozen=True)
class StageRecord:
    """What happened to one work so far. A stage's key is its kind: its identity over plan revisions."""

    key: str
    attempts: tuple[Attempt, ...] = ()
    begun_at: datetime | None = None
    finished_at: datetime | None = None
    delivered: Delivered | None = None
    skipped: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def merged(self) -> Attempt | None:
        """The attempt that was merged: a stage is merged when any of its attempts is (rule 11)."""
        for attempt in self.attempts:
            if attempt.merge_sha:
                return attempt
        return None


class RunEnding(StrEnum):
    """How an agent's run ended."""

    FINISHED = "finished"
    PLANNED = "planned"
    REVIEWED = "reviewed"
    ASKED = "asked"
    GAVE_UP = "gave_up"


@dataclass(frozen=True)
class ReviewFinding:
    """One remark of the code reviewer."""

    path: str
    line: int | None
    severity: str
    message: str


@dataclass(frozen=True)
class RunResult:
    """What an agent's run came to. `changed` are the paths it changed; `sentence` says why it gave up or what it asks.

    `stopped`: a person stopped it, so it may begin again without being asked about. `answers` are its own words to
    each remark of a review, by the remark's number from 1.
    """

    ending: RunEnding
    sentence: str = ""
    summary: str = ""
    changed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    recommended: str | None = None
    question_kind: str = ""
    stopped: bool = False
    documents_used: tuple[str, ...] = ()
    learnings: tuple[str, ...] = ()
    approved: bool = False
    findings: tuple[ReviewFinding, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One run of an agent in a chapter of the story; no result means that it is at work.

    `start` is the commit that it begins at; `about` names what it is to answer or mend, of a
    draft the digest of the issue's text. `dropped`: whatever it comes to is not used.
    """

    id: str
    chapter: str
    number: int
    agent: str
    begun_at: datetime
    result: RunResult | None = None
    turns: int = 0
    cost: float = 0.0
    start: str = ""
    about: tuple[str, ...] = ()
    dropped: bool = False

    @property
    def is_at_work(self) -> bool:
        return self.result is None and not self.dropped

    @property
    def is_finished(self) -> bool:
        """It came to its end and says that it is done."""
        return self.result is not None and self.result.ending is RunEnding.FINISHED and not self.dropped

    @property
    def has_changes(self) -> bool:
        return self.is_finished and self.result is not None and bool(self.result.changed)


@dataclass(frozen=True)
class Handled:
    """A comment that was heard, once and for all, and whom it was from."""

    comment_id: int
    author_id: int | None
    verdict: str
    reactions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """A person's answer to a question: one of its options, or their own words."""

    by: Account
    comment_id: int
    at: datetime
    choice: str | None = None
    words: str = ""

    @property
    def said(self) -> str:
        """The whole answer in one sentence, for agents and for the log."""
        return ": ".join(part for part in (self.choice, self.words) if part)


# The answer after which an agent begins anew; `/retry` gives it too.
TRY_AGAIN = "Try again"

# After these a question may be asked again, so it stays in sight.
I_MEND_IT, I_ADD_A_WORKFLOW = "I mend it", "I add a workflow"
GO_ON = "Go on all the same"
LEFT_TO_PEOPLE = (I_MEND_IT, I_ADD_A_WORKFLOW)

# Questions about what GitHub shows: only one of their options settles them, other words leave it as it is.
OF_BASE = "base-red:"
OF_GITHUB = (OF_BASE, "no-ci:")
BY_HAND = ":by-hand"


@dataclass(frozen=True)
class Question:
    """A question that was asked in a comment of its own. Its key names the episode, so one fact is asked once."""

    key: str
    text: str
    comment_id: int
    options: tuple[str, ...] = ()
    recommended: str | None = None
    given: Given | None = None

    @property
    def wants_an_option(self) -> bool:
        """Free text would decide nothing."""
        return self.key.startswith(OF_GITHUB) or self.key.endswith(BY_HAND)


# How an answer to the planner begins in the wish that it is.
THE_ANSWER = "\nThe answer: "


@dataclass(frozen=True)
class Wish:
    """A person wants another plan: `/revise`, or an answer that the planner asked for."""

    comment_id: int
    by: Account
    at: datetime
    text: str

    @property
    def own_words(self) -> str:
        """Without what the planner had asked."""
        return self.text.partition(THE_ANSWER)[2] or self.text


@dataclass(frozen=True)
class Retry:
    """A person wants the agent to work again on what is current."""

    comment_id: int
    by: Account
    at: datetime
    work: str


@dataclass(frozen=True)
class Owed:
    """A reply that is still to be posted."""

    key: str
    body: str


@dataclass(frozen=True)
class Unsettled:
    """An effect that was begun and whose outcome is not known."""

    identity: str
    since: datetime


@dataclass(frozen=True)
class Remembered:
    """Everything that our own rows say about a feature.

    `effects` are the journal's known outcomes by identity. `clocks` say when a SHA was first seen (rule 14).
    `shown` are the digests of what people were last shown, by item; `waiting_for` is the last look's sentence.
    """

    generation: Generation | None = None
    revisions: tuple[Revision, ...] = ()
    approvals: tuple[Approval, ...] = ()
    stages: Mapping[str, StageRecord] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    handled: Mapping[int, Handled] = field(default_factory=dict)
    owed: tuple[Owed, ...] = ()
    refused_labels: frozenset[str] = frozenset()
    effects: Mapping[str, str] = field(default_factory=dict)
    unsettled: tuple[Unsettled, ...] = ()
    older_pulls: tuple[int, ...] = ()
    clocks: Mapping[str, datetime] = field(default_factory=dict)
    cost: float = 0.0
    questions: Mapping[str, Question] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    retries: tuple[Retry, ...] = ()
    goes_without_ci: bool = False
    shown: Mapping[str, str] = field(default_factory=dict)
    shown_at: datetime | None = None
    state: FeatureState | None = None
    waiting_for: str = ""

    @property
    def unmet_wishes(self) -> tuple[Wish, ...]:
        """What people want of the plan that its newest draft was not made from yet."""
        made_at = self.revisions[-1].made_at if self.revisions else None
        return tuple(wish for wish in self.wishes if made_at and wish.at > made_at)

    @property
    def draft_is_due(self) -> bool:
        """The planner is to draft a plan, the first or another one."""
        return not self.revisions or bool(self.unmet_wishes)
