"""Branches move by the API, by a push, by a merge: all on one path, so that what hangs on them follows."""

from __future__ import annotations

from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import Repository


def create_ref(hub: Hub, repository: Repository, by: User, ref: str, sha: str) -> None:
    """Creates `refs/heads/…` or `refs/tags/…`; 422 `Reference already exists`."""
    raise NotImplementedError


def update_ref(hub: Hub, repository: Repository, by: User, ref: str, sha: str, force: bool = False) -> None:
    """Moves it; 422 `Update is not a fast forward` unless forced."""
    raise NotImplementedError


def delete_ref(hub: Hub, repository: Repository, by: User, ref: str) -> None:
    raise NotImplementedError


def refs_moved(
    hub: Hub, repository: Repository, by: User, before: dict[str, str], after: dict[str, str]
) -> None:
    """Everything that follows from moved refs: push webhooks, pull requests' heads, closings, CI."""
    raise NotImplementedError
