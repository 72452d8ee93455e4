"""Issues, their comments, reactions, and their history."""

from __future__ import annotations

from collections import Counter

from bot.playground.github.shapes.accounts import association, maybe_app, maybe_user, user
from bot.playground.github.shapes.repositories import api_url, html_url, label, repository
from bot.playground.github.shapes.times import Json, maybe, when
from bot.playground.hub import Hub
from bot.playground.state import Comment, Issue, Reaction, TimelineEvent


def issue(hub: Hub, each: Issue) -> Json:
    home = each.repository
    url = f"{api_url(hub, home)}/issues/{each.number}"
    shown: Json = {
        "id": each.id,
        "node_id": each.node_id,
        "url": url,
        "repository_url": api_url(hub, home),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page(hub, each),
        "number": each.number,
        "state": each.state,
        "title": each.title,
        "user": user(hub, each.author),
        "body": each.body,
        "labels": [label(hub, home, one) for one in each.labels],
        "assignee": maybe_user(hub, each.assignees[0] if each.assignees else None),
        "assignees": [user(hub, one) for one in each.assignees],
        "milestone": None,
        "locked": each.locked,
        "active_lock_reason": each.lock_reason,
        "comments": len(each.comments),
        "closed_at": maybe(each.closed_at),
        "created_at": when(each.created_at),
        "updated_at": when(each.updated_at),
        "author_association": association(hub, home, each.author),
        "type": None,
        "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
        "issue_dependencies_summary": {
            "blocked_by": 0, "blocking": 0, "total_blocked_by": 0, "total_blocking": 0,
        },
        "reactions": rollup(f"{url}/reactions", each.reactions),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": maybe_app(hub, each.author.app),
        "state_reason": each.state_reason,
    }  # fmt: skip
    if each.pull is not None:
        shown["draft"] = each.pull.draft
        shown["pull_request"] = {
            "url": f"{api_url(hub, home)}/pulls/{each.number}",
            "html_url": page(hub, each),
            "diff_url": f"{page(hub, each)}.diff",
            "patch_url": f"{page(hub, each)}.patch",
            "merged_at": maybe(each.pull.merged_at),
        }
    return shown


def full_issue(hub: Hub, each: Issue) -> Json:
    """An issue as it is asked for itself; lists and webhooks leave out who closed it."""
    return {**issue(hub, each), "closed_by": maybe_user(hub, each.closed_by)}


def page(hub: Hub, each: Issue) -> str:
    kind = "issues" if each.pull is None else "pull"
    return f"{html_url(hub, each.repository)}/{kind}/{each.number}"


def comment(hub: Hub, each: Comment) -> Json:
    repository = each.issue.repository
    url = f"{api_url(hub, repository)}/issues/comments/{each.id}"
    return {
        "id": each.id,
        "node_id": each.node_id,
        "url": url,
        "html_url": f"{page(hub, each.issue)}#issuecomment-{each.id}",
        "issue_url": f"{api_url(hub, repository)}/issues/{each.issue.number}",
        "user": user(hub, each.author),
        "created_at": when(each.created_at),
        "updated_at": when(each.updated_at),
        "author_association": association(hub, repository, each.author),
        "body": each.body,
        "reactions": rollup(f"{url}/reactions", each.reactions),
        "performed_via_github_app": maybe_app(hub, each.author.app),
    }


def reaction(hub: Hub, each: Reaction) -> Json:
    return {
        "id": each.id,
        "node_id": each.node_id,
        "user": user(hub, each.user),
        "content": each.content,
        "created_at": when(each.created_at),
    }


def rollup(url: str, reactions: list[Reaction]) -> Json:
    counted = Counter(each.content for each in reactions)
    names = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    return {"url": url, "total_count": len(reactions), **{name: counted[name] for name in names}}  # type: ignore[index]


def event(hub: Hub, each: TimelineEvent) -> Json:
    """An entry of `/issues/N/events` and of the timeline."""
    repository = each.issue.repository
    url = f"{api_url(hub, repository)}/issues/events/{each.id}"
    shown: Json = {
        "id": each.id,
        "node_id": each.node_id,
        "url": url,
        "actor": user(hub, each.actor),
        "event": each.kind,
        "commit_id": each.commit_sha,
        "commit_url": commit_url(hub, each),
        "created_at": when(each.created_at),
        "performed_via_github_app": maybe_app(hub, each.actor.app),
    }
    return {**shown, **details(hub, each)}


def details(hub: Hub, each: TimelineEvent) -> Json:
    """What only this kind of entry tells."""
    match each.kind:
        case "labeled" | "unlabeled":
            assert each.label is not None
            return {"label": {"name": each.label.name, "color": each.label.color}}
        case "closed":
            return {"state_reason": each.state_reason}
        case "renamed":
            return {"rename": {"from": each.before, "to": each.after}}
        case "assigned" | "unassigned":
            return {"assignee": maybe_user(hub, each.user), "assigner": user(hub, each.actor)}
        case "review_requested" | "review_request_removed":
            return {
                "review_requester": user(hub, each.actor),
                "requested_reviewer": maybe_user(hub, each.user),
            }
        case "locked":
            return {"lock_reason": each.after}
        case "review_dismissed":
            assert each.review is not None
            return {
                "dismissed_review": {
                    "state": each.review.state.lower(),
                    "review_id": each.review.id,
                    "dismissal_message": each.after,
                }
            }
        case _:
            return {}


def commit_url(hub: Hub, each: TimelineEvent) -> str | None:
    return each.commit_sha and f"{api_url(hub, each.issue.repository)}/commits/{each.commit_sha}"


def cross_reference(hub: Hub, each: TimelineEvent) -> Json:
    assert each.source is not None
    source = {**issue(hub, each.source), "repository": repository(hub, each.source.repository)}
    return {
        "actor": user(hub, each.actor),
        "created_at": when(each.created_at),
        "updated_at": when(each.created_at),
        "source": {"type": "issue", "issue": source},
        "event": "cross-referenced",
    }


def timeline_comment(hub: Hub, each: Comment) -> Json:
    return {**comment(hub, each), "actor": user(hub, each.author), "event": "commented"}
