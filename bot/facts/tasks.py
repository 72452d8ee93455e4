"""What an agent can be set to do."""

from __future__ import annotations

from enum import StrEnum


class Task(StrEnum):
    """Drafting a plan, doing a work, judging the whole; and what an open pull request may still need.

    ANSWER: heed a review. MEND: turn a red check green. RESOLVE: settle a conflict with base. AGAIN: `/retry`.
    """

    DRAFT = "draft"
    WORK = "work"
    VERDICT = "verdict"
    ANSWER = "answer"
    MEND = "mend"
    RESOLVE = "resolve"
    AGAIN = "again"

    @property
    def is_on_a_branch(self) -> bool:
        """Its run begins at the head of an open pull request, and its commit goes on top of that."""
        return self in (Task.ANSWER, Task.MEND, Task.RESOLVE, Task.AGAIN)
