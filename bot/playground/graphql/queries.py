"""Where queries begin: a repository, a user, any node by its id, and what is left of the rate limit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.playground.graphql.asking import Asking
from bot.playground.graphql.failures import Failure, failure_of, not_resolved
from bot.playground.graphql.fields import Fields
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import Repository


def repository(
    _root: None, asking: Asking, owner: str, name: str, followRenames: bool | None = None
) -> Repository:
    try:
        found = asking.hub.repository(owner, name)
        asking.caller.sees_or_not_found(found)
    except Refused as refused:
        if refused.status != 404:
            raise failure_of(refused) from refused
        raise not_resolved(f"a Repository with the name '{owner}/{name}'") from refused
    if followRenames is False and found.full_name.lower() != f"{owner}/{name}".lower():
        raise not_resolved(f"a Repository with the name '{owner}/{name}'")
    return found


def user(_root: None, asking: Asking, login: str) -> User:
    found = next((each for each in asking.hub.users.values() if each.login.lower() == login.lower()), None)
    if found is None or found.kind != "User":
        raise not_resolved(f"a User with the login of '{login}'")
    return found


def node(_root: None, asking: Asking, id: str) -> Any:
    return asking.node(id)


def nodes(_root: None, asking: Asking, ids: list[str]) -> list[Any]:
    """In the order of the ids; for one that leads nowhere null and an error."""
    return [_node_or_failure(asking, each) for each in ids]


def _node_or_failure(asking: Asking, identity: str) -> Any:
    try:
        return asking.node(identity)
    except Failure as failure:
        return failure  # an exception in a list becomes that entry's error


def rate_limit(_root: None, asking: Asking, dryRun: bool | None = None) -> Asking:
    return asking


FIELDS: dict[str, Fields] = {
    "Query": {
        "node": node,
        "nodes": nodes,
        "rateLimit": rate_limit,
        "repository": repository,
        "user": user,
        "viewer": lambda _root, asking: asking.viewer,
    },
    "RateLimit": {
        "cost": lambda _, asking: asking.cost.points,
        "limit": lambda _, asking: asking.window.limit,
        "nodeCount": lambda _, asking: asking.cost.nodes,
        "remaining": lambda _, asking: asking.window.remaining,
        "resetAt": lambda _, asking: datetime.fromtimestamp(asking.window.reset, UTC),
        "used": lambda _, asking: asking.window.used,
    },
}
