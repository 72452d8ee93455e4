"""Comments: added, edited, deleted, minimised."""

from __future__ import annotations

from bot.playground.acts import comments as acts
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.changing.allowed import comment_for, issue_of, minimizable, subject_for
from bot.playground.graphql.changing.changes import Changes, Input, Payload
from bot.playground.graphql.connections import Edge, cursor
from bot.playground.graphql.failures import Failure
from bot.playground.graphql.timeline import key_of

changes = Changes()


@changes.mutation
def add_comment(asking: Asking, input: Input) -> Payload:
    subject = subject_for(asking, input["subjectId"], "AddComment", "read")
    issue = issue_of(subject)
    person = asking.caller.installation is None
    if issue.locked and person and not asking.caller.at_least(issue.repository, "write"):
        raise Failure("FORBIDDEN", "Unable to create comment because issue is locked.")
    comment = acts.create_comment(asking.hub, issue, asking.viewer, input["body"])
    return {
        "commentEdge": Edge(cursor(comment.id), comment),
        "subject": subject,
        "timelineEdge": Edge(cursor(key_of(comment)), comment),
    }


@changes.mutation
def update_issue_comment(asking: Asking, input: Input) -> Payload:
    comment = comment_for(asking, input["id"], "UpdateIssueComment")
    acts.edit_comment(asking.hub, comment, asking.viewer, input["body"])
    return {"issueComment": comment}


@changes.mutation
def delete_issue_comment(asking: Asking, input: Input) -> Payload:
    comment = comment_for(asking, input["id"], "DeleteIssueComment")
    acts.delete_comment(asking.hub, comment, asking.viewer)
    return {}


@changes.mutation
def minimize_comment(asking: Asking, input: Input) -> Payload:
    comment = minimizable(asking, input["subjectId"], "MinimizeComment")
    reason = input["classifier"].lower().replace("_", "-")
    acts.minimize(asking.hub, comment, asking.viewer, reason)
    return {"minimizedComment": comment}


@changes.mutation
def unminimize_comment(asking: Asking, input: Input) -> Payload:
    comment = minimizable(asking, input["subjectId"], "UnminimizeComment")
    acts.minimize(asking.hub, comment, asking.viewer, None)
    return {"unminimizedComment": comment}
