"""Opening, editing, closing and locking issues (and what pull requests share with them)."""

from __future__ import annotations

from typing import Any

from bot.playground.acts.edits import record_edit
from bot.playground.acts.history import add_event, tell_issue, word
from bot.playground.acts.labels import add_labels
from bot.playground.acts.mentions import mention
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import invalid
from bot.playground.state import Issue, Label, PullRequest, Reason, Repository

LOCK_REASONS = ("off-topic", "too heated", "resolved", "spam")
BODY_LIMIT = 65_536
TITLE_LIMIT = 256


def open_issue(
    hub: Hub,
    repository: Repository,
    by: User,
    title: str,
    body: str | None,
    labels: list[Label] | None = None,
) -> Issue:
    check_texts(title, body)
    issue = new_issue(hub, repository, by, title, body)
    hub.remember(issue)
    hub.note(by, f"opened issue #{issue.number}: {title}")
    hub.tell("issues", "opened", repository, by, issue=issue)
    add_labels(hub, issue, by, labels or [])
    mention(hub, issue, by, body)
    return issue


def new_issue(hub: Hub, repository: Repository, by: User, title: str, body: str | None) -> Issue:
    """The record with the next number; a pull request's too."""
    number, node = hub.ids.next("issue")
    now = hub.now()
    issue = Issue(
        number, node, repository, 1 + len(repository.issues) + len(repository.left), title, body, by, now, now
    )
    repository.issues[issue.number] = issue
    return issue


def edit_issue(hub: Hub, issue: Issue, by: User, title: str | None = None, body: str | None = None) -> None:
    """Changes title and body where given and different; for a pull request too."""
    check_texts(title, body)
    changes: dict[str, Any] = {}
    if title is not None and title != issue.title:
        changes["title"] = {"from": issue.title}
        add_event(hub, issue, "renamed", by, before=issue.title, after=title)
        issue.title = title
    if body is not None and body != (issue.body or ""):
        changes["body"] = {"from": issue.body or ""}
        record_edit(hub, issue, by, issue.body or "", body)
        issue.body = body
    if changes:
        issue.updated_at = hub.now()
        hub.note(by, f"edited {' and '.join(changes)} of {word(issue)} #{issue.number}")
        tell_issue(hub, issue, "edited", by, changes=changes)


def check_texts(title: str | None, body: str | None) -> None:
    """Refuses title and body where one of those given is impossible."""
    if title is not None:
        check_title("Issue", title)
    check_body("Issue", body)


def close_issue(
    hub: Hub,
    issue: Issue,
    by: User,
    reason: Reason = "completed",
    closer: PullRequest | None = None,
    commit_sha: str | None = None,
) -> None:
    """Closes an issue; for a pull request use `acts.pulls.close_pull`. Does nothing when it is closed."""
    if issue.state == "closed":
        issue.state_reason = reason
        return
    mark_closed(hub, issue, by, reason)
    add_event(hub, issue, "closed", by, state_reason=reason, closer=closer, commit_sha=commit_sha)
    hub.note(by, f"closed issue #{issue.number} as {reason.replace('_', ' ')}")
    tell_issue(hub, issue, "closed", by)


def mark_closed(hub: Hub, issue: Issue, by: User, reason: Reason | None) -> None:
    now = hub.now()
    issue.state, issue.state_reason, issue.closed_at, issue.closed_by = ("closed", reason, now, by)
    issue.updated_at = now


def reopen_issue(hub: Hub, issue: Issue, by: User) -> None:
    if issue.state == "open":
        return
    mark_open(hub, issue, "reopened")
    add_event(hub, issue, "reopened", by)
    hub.note(by, f"reopened issue #{issue.number}")
    tell_issue(hub, issue, "reopened", by)


def mark_open(hub: Hub, issue: Issue, reason: Reason | None) -> None:
    issue.state, issue.state_reason, issue.closed_at, issue.closed_by = ("open", reason, None, None)
    issue.updated_at = hub.now()


def lock_issue(hub: Hub, issue: Issue, by: User, locked: bool = True, reason: str | None = None) -> None:
    """Locks the conversation, for one of GitHub's reasons or for none, or opens it again."""
    if reason is not None and reason not in LOCK_REASONS:
        raise invalid("Issue", "lock_reason")
    if issue.locked == locked:
        return
    issue.locked, issue.lock_reason = locked, reason
    add_event(hub, issue, "locked" if locked else "unlocked", by, after=reason)
    hub.note(by, f"{'locked' if locked else 'unlocked'} {word(issue)} #{issue.number}")
    tell_issue(hub, issue, "locked" if locked else "unlocked", by)


def delete_issue(hub: Hub, issue: Issue, by: User) -> None:
    """It is gone for good, and its number is given to no other."""
    hub.note(by, f"deleted issue #{issue.number}")
    hub.tell("issues", "deleted", issue.repository, by, issue=issue)
    _leave(hub, issue, None)


def transfer_issue(hub: Hub, issue: Issue, by: User, to: Repository) -> Issue:
    """The issue with its comments under a new number there, and with those of its labels that are known there."""
    moved = new_issue(hub, to, by, issue.title, issue.body)
    moved.author, moved.created_at, moved.comments = issue.author, issue.created_at, issue.comments
    moved.labels = [label for each in issue.labels if (label := to.label(each.name)) is not None]
    hub.remember(moved)
    for comment in moved.comments:
        comment.issue = moved
    hub.note(by, f"transferred issue #{issue.number} to {to.full_name}#{moved.number}")
    hub.tell("issues", "transferred", issue.repository, by, issue=issue, moved_to=moved)
    _leave(hub, issue, moved)
    add_event(hub, moved, "transferred", by)
    return moved


def _leave(hub: Hub, issue: Issue, moved_to: Issue | None) -> None:
    repository = issue.repository
    del repository.issues[issue.number]
    repository.left[issue.number] = moved_to
    hub.nodes.pop(issue.node_id, None)
    for comment in issue.comments if moved_to is None else ():
        hub.nodes.pop(comment.node_id, None)
        hub.comments.pop(comment.id, None)


def set_assignees(hub: Hub, issue: Issue, by: User, users: list[User]) -> None:
    before = list(issue.assignees)
    issue.assignees = list(users)
    for user in users:
        if user not in before:
            add_event(hub, issue, "assigned", by, user=user)
            tell_issue(hub, issue, "assigned", by, assignee=user)
    for user in before:
        if user not in users:
            add_event(hub, issue, "unassigned", by, user=user)
            tell_issue(hub, issue, "unassigned", by, assignee=user)


def check_title(resource: str, title: str) -> None:
    if not title.strip():
        raise invalid(resource, "title", "missing_field")
    if len(title) > TITLE_LIMIT:
        raise invalid(resource, "title", "custom", f"title is too long (maximum is {TITLE_LIMIT} characters)")


def check_body(resource: str, body: str | None) -> None:
    if body is not None and len(body) > BODY_LIMIT:
        raise invalid(resource, "body", "custom", f"body is too long (maximum is {BODY_LIMIT} characters)")
