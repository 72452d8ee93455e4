"""Issues and labels."""

from __future__ import annotations

from typing import Any

from bot.playground.graphql.addresses import ADDRESSES
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.connections import Page
from bot.playground.graphql.fields import Fields, always, attribute, listed, ordered, upper
from bot.playground.graphql.objects import LabelIn
from bot.playground.graphql.texts import TEXT
from bot.playground.graphql.timeline import timeline_items
from bot.playground.state import Comment, Issue, Label, PullRequest, Repository


def issue_of(thing: Issue | PullRequest) -> Issue:
    return thing.issue if isinstance(thing, PullRequest) else thing


def comments(
    thing: Issue | PullRequest,
    asking: Asking,
    orderBy: dict[str, str] | None = None,
    **arguments: Any,
) -> Page[Comment]:
    found = ordered(
        issue_of(thing).comments, orderBy, {"UPDATED_AT": lambda each: (each.updated_at, each.id)}
    )
    return asking.page("comments", found, lambda each: each.id, arguments)


def labels(
    thing: Issue | PullRequest,
    asking: Asking,
    orderBy: dict[str, str] | None = None,
    **arguments: Any,
) -> Page[LabelIn]:
    issue = issue_of(thing)
    return page_of_labels(issue.repository, issue.labels, asking, orderBy, arguments)


def page_of_labels(
    repository: Repository,
    labels: list[Label],
    asking: Asking,
    order: dict[str, str] | None,
    arguments: dict[str, Any],
) -> Page[LabelIn]:
    """In the order of their making unless another is asked for, as GitHub lists them."""
    by = {"NAME": lambda each: each.name.lower(), "CREATED_AT": lambda each: each.id}
    found = ordered(labels, order or {"field": "CREATED_AT", "direction": "ASC"}, by)
    shown = [LabelIn(repository, each) for each in found]
    return asking.page("labels", shown, lambda each: str(each.label.id), arguments)


def state_reason(issue: Issue, asking: Asking, enableDuplicate: bool | None = None) -> str | None:
    """A duplicate is shown as not planned unless the query knows that word."""
    if issue.state_reason == "duplicate" and not enableDuplicate:
        return "NOT_PLANNED"
    return issue.state_reason.upper() if issue.state_reason else None


ASSIGNEES = listed("assignees", lambda thing, asking: issue_of(thing).assignees, lambda user: str(user.id))

# What an issue and a pull request have in common; both are read through the issue that each has.
SHARED: Fields = {
    **TEXT,
    "assignees": ASSIGNEES,
    "closed": lambda thing, asking: issue_of(thing).state == "closed",
    "closedAt": lambda thing, asking: issue_of(thing).closed_at,
    "comments": comments,
    "labels": labels,
    "locked": lambda thing, asking: issue_of(thing).locked,
    "number": lambda thing, asking: issue_of(thing).number,
    "timelineItems": timeline_items,
    "title": lambda thing, asking: issue_of(thing).title,
}

FIELDS: dict[str, Fields] = {
    "Issue": {
        **SHARED,
        "state": upper("state"),
        "stateReason": state_reason,
    },
    "Label": {
        **ADDRESSES,
        "color": attribute("label.color"),
        "createdAt": always(None),
        "description": attribute("label.description"),
        "id": attribute("label.node_id"),
        "isDefault": attribute("label.default"),
        "name": attribute("label.name"),
        "repository": attribute("repository"),
        "updatedAt": always(None),
    },
}
