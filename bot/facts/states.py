"""The states in which people see a feature and its stages (contract, "HTTP")."""

from __future__ import annotations

from enum import StrEnum


class FeatureState(StrEnum):
    PLANNING = "planning"
    AWAITING_APPROVAL = "awaiting_approval"
    WORKING = "working"
    IN_REVIEW = "in_review"
    AWAITING_BASE_CHECKS = "awaiting_base_checks"
    WAITING_FOR_ANSWER = "waiting_for_answer"
    VERIFYING = "verifying"
    PAUSED = "paused"
    BLOCKED = "blocked"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str | None:
        """The one state label that the issue carries."""
        return _LABELS.get(self)

    @property
    def is_a_persons_turn(self) -> bool:
        return self.label in ("baton: your turn", "baton: blocked")

    @property
    def is_over(self) -> bool:
        return self in (FeatureState.COMPLETED, FeatureState.CANCELLED)


_LABELS = {
    FeatureState.PLANNING: "baton: planning",
    FeatureState.AWAITING_APPROVAL: "baton: your turn",
    FeatureState.IN_REVIEW: "baton: your turn",
    FeatureState.WAITING_FOR_ANSWER: "baton: your turn",
    FeatureState.WORKING: "baton: working",
    FeatureState.AWAITING_BASE_CHECKS: "baton: working",
    FeatureState.VERIFYING: "baton: working",
    FeatureState.PAUSED: "baton: paused",
    FeatureState.BLOCKED: "baton: blocked",
    FeatureState.COMPLETED: "baton: done",
}

STATE_LABELS: tuple[str, ...] = tuple(dict.fromkeys(_LABELS.values()))


class StageState(StrEnum):
    PLANNED = "planned"
    SKIPPED = "skipped"
    WORKING = "working"
    IN_REVIEW = "in_review"
    MERGED = "merged"
    DONE = "done"
