"""Comments on issues and pull requests: said, edited, deleted, minimised."""

from __future__ import annotations

from bot.playground.acts.edits import record_edit
from bot.playground.acts.history import add_event
from bot.playground.acts.issues import check_body
from bot.playground.acts.mentions import mention
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import invalid
from bot.playground.state import Comment, Issue, Review, ReviewComment

REASONS = ("abuse", "duplicate", "off-topic", "outdated", "resolved", "spam")


def create_comment(hub: Hub, issue: Issue, by: User, body: str) -> Comment:
    check_comment(body)
    number, node = hub.ids.next("comment")
    now = hub.now()
    comment = Comment(number, node, issue, by, body, now, now)
    issue.comments.append(comment)
    issue.updated_at = now
    hub.remember(comment)
    hub.note(by, f"commented on #{issue.number}: {gist(body)}")
    hub.tell("issue_comment", "created", issue.repository, by, issue=issue, comment=comment)
    mention(hub, issue, by, body)
    return comment


def edit_comment(hub: Hub, comment: Comment, by: User, body: str) -> None:
    check_comment(body)
    if body == comment.body:
        return
    changes = {"body": {"from": comment.body}}
    record_edit(hub, comment, by, comment.body, body)
    comment.body, comment.updated_at = body, hub.now()
    hub.note(by, f"edited a comment on #{comment.issue.number}: {gist(body)}")
    hub.tell(
        "issue_comment", "edited", comment.issue.repository, by,
        issue=comment.issue, comment=comment, changes=changes,
    )  # fmt: skip


def delete_comment(hub: Hub, comment: Comment, by: User) -> None:
    comment.issue.comments.remove(comment)
    hub.forget(comment)
    add_event(hub, comment.issue, "comment_deleted", by, user=comment.author)
    hub.note(by, f"deleted a comment on #{comment.issue.number}")
    hub.tell("issue_comment", "deleted", comment.issue.repository, by, issue=comment.issue, comment=comment)


def minimize(hub: Hub, comment: Comment | Review | ReviewComment, by: User, reason: str | None) -> None:
    """Minimises for a reason ("outdated", "resolved", "duplicate", …), or shows again with None."""
    comment.minimized_reason = reason
    verb = f"minimised as {reason}" if reason else "showed again"
    hub.note(by, f"{verb} a comment")


def check_comment(body: str) -> None:
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field")
    check_body("IssueComment", body)


def gist(body: str, limit: int = 100) -> str:
    """The first line that people see, cut."""
    shown = (line.strip() for line in body.splitlines() if not line.strip().startswith("<!--"))
    first = next((line for line in shown if line), "")
    return first if len(first) <= limit else first[: limit - 1] + "…"
