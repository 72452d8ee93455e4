"""The history of an issue or pull request, and the webhooks under the name of what it is."""

from __future__ import annotations

from typing import Any

from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import Issue, TimelineEvent


def add_event(hub: Hub, issue: Issue, kind: str, by: User, **about: Any) -> TimelineEvent:
    """Writes one entry of the history."""
    number, node = hub.ids.next_event(kind)
    event = TimelineEvent(number, node, kind, by, hub.now(), issue, **about)
    issue.timeline.append(event)
    hub.remember(event)
    return event


def tell_issue(hub: Hub, issue: Issue, action: str, by: User, **about: Any) -> None:
    """The webhook of an act that issues and pull requests share, under the name of what it is."""
    if issue.pull is None:
        hub.tell("issues", action, issue.repository, by, issue=issue, **about)
    else:
        hub.tell("pull_request", action, issue.repository, by, pull=issue.pull, **about)


def word(issue: Issue) -> str:
    return "issue" if issue.pull is None else "pull request"
