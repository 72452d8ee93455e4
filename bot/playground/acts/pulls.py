"""Pull requests: opened, edited, closed, reopened, made ready, merged for real by the three methods."""

from __future__ import annotations

from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import Mergeable, MergeMethod, PullRequest, Repository


def open_pull(
    hub: Hub,
    repository: Repository,
    by: User,
    head: str,
    base: str,
    title: str,
    body: str | None = None,
    draft: bool = False,
) -> PullRequest:
    """Opens one from branch `head` (`branch` or `owner:branch`) into `base`, or refuses with GitHub's 422s."""
    raise NotImplementedError


def edit_pull(
    hub: Hub,
    pull: PullRequest,
    by: User,
    title: str | None = None,
    body: str | None = None,
    base: str | None = None,
) -> None:
    raise NotImplementedError


def close_pull(hub: Hub, pull: PullRequest, by: User) -> None:
    raise NotImplementedError


def reopen_pull(hub: Hub, pull: PullRequest, by: User) -> None:
    raise NotImplementedError


def set_draft(hub: Hub, pull: PullRequest, by: User, draft: bool) -> None:
    raise NotImplementedError


def merge_pull(
    hub: Hub,
    pull: PullRequest,
    by: User,
    method: MergeMethod = "merge",
    title: str | None = None,
    message: str | None = None,
    sha: str | None = None,
) -> str:
    """Merges and returns the merge commit's SHA, or refuses with GitHub's 405 and 409."""
    raise NotImplementedError


def request_reviewers(hub: Hub, pull: PullRequest, by: User, reviewers: list[User]) -> None:
    raise NotImplementedError


def remove_reviewers(hub: Hub, pull: PullRequest, by: User, reviewers: list[User]) -> None:
    raise NotImplementedError


def mergeability(hub: Hub, pull: PullRequest) -> Mergeable:
    """What is known now; UNKNOWN at the first asking after a change, which starts the computing."""
    raise NotImplementedError


def merge_state(hub: Hub, pull: PullRequest) -> str:
    """REST's `mergeable_state`: unknown, dirty, blocked, unstable, behind, draft or clean."""
    raise NotImplementedError
