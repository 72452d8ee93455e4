"""Repositories, and what is found in them by number or name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.playground.graphql.addresses import ADDRESSES
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.code import chosen_pulls
from bot.playground.graphql.connections import Page
from bot.playground.graphql.failures import not_resolved
from bot.playground.graphql.fields import Fields, always, attribute, ordered
from bot.playground.graphql.issues import page_of_labels
from bot.playground.graphql.objects import GitObject, LabelIn, Ref, object_at, object_named, ref_named
from bot.playground.state import Issue, PullRequest, Repository

BY_TIME = {
    "CREATED_AT": lambda each: (each.created_at, each.number),
    "UPDATED_AT": lambda each: (each.updated_at, each.number),
    "COMMENTS": lambda each: (len(each.comments), each.number),
}


# -- by number or name
def issue(repository: Repository, asking: Asking, number: int) -> Issue:
    asking.may_read(repository, "issues")
    found = repository.issues.get(number)
    if found is None or found.pull is not None:
        raise not_resolved(f"an Issue with the number of {number}")
    return found


def pull_request(repository: Repository, asking: Asking, number: int) -> PullRequest:
    asking.may_read(repository, "pull_requests")
    found = repository.issues.get(number)
    if found is None or found.pull is None:
        raise not_resolved(f"a PullRequest with the number of {number}")
    return found.pull


def issue_or_pull_request(repository: Repository, asking: Asking, number: int) -> Issue | PullRequest:
    found = repository.issues.get(number)
    if found is None:
        raise not_resolved(f"an issue or pull request with the number of {number}")
    return (
        issue(repository, asking, number) if found.pull is None else pull_request(repository, asking, number)
    )


def label(repository: Repository, asking: Asking, name: str) -> LabelIn | None:
    found = repository.label(name)
    return None if found is None else LabelIn(repository, found)


def ref(repository: Repository, asking: Asking, qualifiedName: str) -> Ref | None:
    asking.may_read(repository, "contents")
    return ref_named(repository, qualifiedName)


def default_branch(repository: Repository, asking: Asking) -> Ref | None:
    """None while the repository is empty."""
    return ref(repository, asking, f"refs/heads/{repository.default_branch}")


def git_object(
    repository: Repository, asking: Asking, oid: str | None = None, expression: str | None = None
) -> GitObject | None:
    asking.may_read(repository, "contents")
    if oid is not None:
        return object_at(repository, oid)
    return None if expression is None else object_named(repository, expression)


# -- lists
def issues(
    repository: Repository,
    asking: Asking,
    states: list[str] | None = None,
    labels: list[str] | None = None,
    filterBy: dict[str, Any] | None = None,
    orderBy: dict[str, str] | None = None,
    **arguments: Any,
) -> Page[Issue]:
    asking.may_read(repository, "issues")
    found = [each for each in repository.issues.values() if each.pull is None]
    chosen = {word: value for word, value in (filterBy or {}).items() if value is not None}
    found = [each for each in found if _passes(each, asking, states, labels, chosen)]
    return asking.page("issues", ordered(found, orderBy, BY_TIME), lambda each: each.id, arguments)


def _passes(
    each: Issue,
    asking: Asking,
    states: list[str] | None,
    labels: list[str] | None,
    chosen: dict[str, Any],
) -> bool:
    since: datetime | None = chosen.get("since")
    wanted_states = states if states is not None else chosen.get("states")
    return (
        (wanted_states is None or each.state.upper() in wanted_states)
        and all(_labelled(each, names) for names in (labels, chosen.get("labels")) if names is not None)
        and (since is None or each.updated_at >= since)
        and chosen.get("createdBy") in (None, each.author.short_login)
        and ("assignee" not in chosen or any(user.login == chosen["assignee"] for user in each.assignees))
    )


def _labelled(each: Issue, names: list[str]) -> bool:
    wanted = {name.lower() for name in names}
    return any(label.name.lower() in wanted for label in each.labels)


def pull_requests(
    repository: Repository,
    asking: Asking,
    states: list[str] | None = None,
    labels: list[str] | None = None,
    headRefName: str | None = None,
    baseRefName: str | None = None,
    orderBy: dict[str, str] | None = None,
    **arguments: Any,
) -> Page[PullRequest]:
    asking.may_read(repository, "pull_requests")
    found = chosen_pulls(repository.pulls, states, baseRefName, headRefName, labels, orderBy)
    return asking.page("pullRequests", found, lambda each: each.id, arguments)


def repository_labels(
    repository: Repository,
    asking: Asking,
    orderBy: dict[str, str] | None = None,
    query: str | None = None,
    **arguments: Any,
) -> Page[LabelIn]:
    wanted = (query or "").lower()
    found = [each for each in repository.labels if wanted in each.name.lower()]
    return page_of_labels(repository, found, asking, orderBy, arguments)


def refs(
    repository: Repository,
    asking: Asking,
    refPrefix: str,
    query: str | None = None,
    direction: str | None = None,
    orderBy: dict[str, str] | None = None,
    **arguments: Any,
) -> Page[Ref]:
    asking.may_read(repository, "contents")
    down = "DESC" in (direction, (orderBy or {}).get("direction"))
    names = sorted(repository.git.refs, reverse=down)
    found = [Ref(repository, name) for name in names if name.startswith(refPrefix.rstrip("/") + "/")]
    found = [each for each in found if (query or "").lower() in each.name.lower()]
    return asking.page("refs", found, lambda each: each.full_name, arguments)


def viewer_permission(repository: Repository, asking: Asking) -> str | None:
    """A person's role; an installation has permissions instead."""
    if asking.caller.installation is not None:
        return None
    role = asking.hub.role(repository, asking.viewer)
    return role.upper() if role else None


FIELDS: dict[str, Fields] = {
    "Repository": {
        **ADDRESSES,
        "createdAt": attribute("created_at"),
        "databaseId": attribute("id"),
        "defaultBranchRef": default_branch,
        "deleteBranchOnMerge": attribute("delete_branch_on_merge"),
        "description": attribute("description"),
        "id": attribute("node_id"),
        "isArchived": attribute("archived"),
        "isDisabled": always(False),
        "isEmpty": lambda repository, asking: not repository.git.branches(),
        "isFork": always(False),
        "isInOrganization": lambda repository, asking: repository.owner.kind == "Organization",
        "isLocked": always(False),
        "isPrivate": attribute("private"),
        "issue": issue,
        "issueOrPullRequest": issue_or_pull_request,
        "issues": issues,
        "label": label,
        "labels": repository_labels,
        "name": attribute("name"),
        "nameWithOwner": attribute("full_name"),
        "object": git_object,
        "owner": attribute("owner"),
        "pullRequest": pull_request,
        "pullRequests": pull_requests,
        "pushedAt": attribute("pushed_at"),
        "ref": ref,
        "refs": refs,
        "updatedAt": attribute("pushed_at"),
        "viewerPermission": viewer_permission,
        "visibility": lambda repository, asking: "PRIVATE" if repository.private else "PUBLIC",
    },
}
