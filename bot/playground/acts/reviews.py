"""Reviews, their comments on lines, and the threads that these become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import PullRequest, Review, ReviewComment, Thread


@dataclass(frozen=True, slots=True)
class LineComment:
    """A comment on a line of the diff, as a review or a single comment brings it."""

    path: str
    body: str
    line: int | None = None
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    start_line: int | None = None
    subject_type: Literal["line", "file"] = "line"


def submit_review(
    hub: Hub,
    pull: PullRequest,
    by: User,
    event: Literal["APPROVE", "REQUEST_CHANGES", "COMMENT"] | None,
    body: str = "",
    comments: tuple[LineComment, ...] = (),
    commit_sha: str | None = None,
) -> Review:
    """Submits a review; without an event it stays pending, seen by its author only."""
    raise NotImplementedError


def finish_review(
    hub: Hub,
    review: Review,
    by: User,
    event: Literal["APPROVE", "REQUEST_CHANGES", "COMMENT"],
    body: str = "",
) -> None:
    """Submits a pending review."""
    raise NotImplementedError


def edit_review(hub: Hub, review: Review, by: User, body: str) -> None:
    raise NotImplementedError


def dismiss_review(hub: Hub, review: Review, by: User, message: str) -> None:
    raise NotImplementedError


def comment_on_line(
    hub: Hub, pull: PullRequest, by: User, comment: LineComment, commit_sha: str | None = None
) -> ReviewComment:
    """A single comment on a line: a review of its own, as on GitHub."""
    raise NotImplementedError


def reply(hub: Hub, thread: Thread, by: User, body: str) -> ReviewComment:
    raise NotImplementedError


def edit_review_comment(hub: Hub, comment: ReviewComment, by: User, body: str) -> None:
    raise NotImplementedError


def delete_review_comment(hub: Hub, comment: ReviewComment, by: User) -> None:
    raise NotImplementedError


def resolve_thread(hub: Hub, thread: Thread, by: User, resolved: bool = True) -> None:
    raise NotImplementedError
