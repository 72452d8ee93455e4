"""Work: whatever becomes one pull request at a time. A stage of the plan, or a fix of what one has left behind."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts.remembered import Attempt, StageRecord
from bot.facts.states import StageState
from bot.plan.plan import PlannedStage
from bot.plan.stage_kind import StageKind

# How the keys of fixes go on after the kind of whose files they mend.
FIX, AMENDMENT = "fix", "amend"


@dataclass(frozen=True)
class Work:
    """A stage of the approved plan, or a fix in its agent's hands, together with what happened to it.

    `key` is its identity over plan revisions: a stage's kind, or `fix_key`, or `amendment_key`. `reopened` is an
    older attempt that a person opened again while the newest has no pull request yet.
    """

    stage: PlannedStage
    record: StageRecord
    number: int
    total: int
    reopened: Attempt | None = None

    @property
    def key(self) -> str:
        return self.record.key

    @property
    def kind(self) -> StageKind:
        """Whose files it is about."""
        return self.stage.kind

    @property
    def is_a_fix(self) -> bool:
        return self.key != self.kind

    @property
    def name(self) -> str:
        """What people call it in a sentence."""
        return named(self.key)

    @property
    def title(self) -> str:
        return self.stage.title

    @property
    def over(self) -> bool:
        return self.record.finished_at is not None or self.record.skipped is not None

    @property
    def merged(self) -> Attempt | None:
        return self.record.merged

    @property
    def attempt(self) -> Attempt | None:
        """The newest attempt, or the one whose place an older one takes that was reopened (rule 11)."""
        return self.reopened or self.newest

    @property
    def newest(self) -> Attempt | None:
        return self.record.attempts[-1] if self.record.attempts else None

    @property
    def chapter(self) -> str:
        """What the runs of the newest attempt are filed under."""
        return f"{self.key}/{self.attempt.number if self.attempt else 1}"

    @property
    def state(self) -> StageState:
        if self.record.skipped is not None:
            return StageState.SKIPPED
        if self.record.finished_at:
            return StageState.DONE
        if self.merged:
            return StageState.MERGED
        if self.attempt and self.attempt.pull:
            return StageState.IN_REVIEW
        begun = self.attempt or self.record.begun_at
        return StageState.WORKING if begun else StageState.PLANNED


def fix_key(kind: StageKind, revision: int, round: int) -> str:
    """What the reviewer wanted changed, in one round of one revision of the plan (rule 8)."""
    return f"{kind}-{FIX}{revision}.{round}"


def amendment_key(kind: StageKind, nth: int) -> str:
    """What a later agent found wrong in an earlier stage's document (design, M10)."""
    return f"{kind}-{AMENDMENT}{nth}"


def is_amendment(key: str) -> bool:
    """Whether it mends an earlier stage's document."""
    return key.partition("-")[2].startswith(AMENDMENT)


def named(key: str) -> str:
    """A work as people call it in a sentence: “backend stage”, “backend fix”."""
    kind, _, rest = key.partition("-")
    if rest.startswith(AMENDMENT):
        return f"{kind} amendment"
    return f"{kind} fix" if rest else f"{kind} stage"
