"""Issues: closed, reopened, edited, transferred, deleted."""

from __future__ import annotations

from typing import get_args

from bot.playground.acts import issues as acts
from bot.playground.acts import labels as label_acts
from bot.playground.acts.mentions import mention
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.changing.allowed import issue_for, labels_of, scopes_for, users_of
from bot.playground.graphql.changing.changes import Changes, Input, Payload
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import Issue, Label, Reason, Repository

changes = Changes()


@changes.mutation
def close_issue(asking: Asking, input: Input) -> Payload:
    issue = issue_for(asking, input["issueId"], "CloseIssue")
    acts.close_issue(asking.hub, issue, asking.viewer, reason_of(input.get("stateReason")))
    return {"issue": issue}


@changes.mutation
def reopen_issue(asking: Asking, input: Input) -> Payload:
    issue = issue_for(asking, input["issueId"], "ReopenIssue")
    acts.reopen_issue(asking.hub, issue, asking.viewer)
    return {"issue": issue}


@changes.mutation
def update_issue(asking: Asking, input: Input) -> Payload:
    issue = issue_for(asking, input["id"], "UpdateIssue")
    labels, assignees = labels_and_assignees(asking, issue, input, "UpdateIssue")
    acts.edit_issue(asking.hub, issue, asking.viewer, input.get("title"), input.get("body"))
    mention(asking.hub, issue, asking.viewer, input.get("body"))
    set_labels_and_assignees(asking, issue, labels, assignees)
    if input.get("state") == "CLOSED":
        acts.close_issue(asking.hub, issue, asking.viewer)
    if input.get("state") == "OPEN":
        acts.reopen_issue(asking.hub, issue, asking.viewer)
    return {"actor": asking.viewer, "issue": issue}


@changes.mutation
def delete_issue(asking: Asking, input: Input) -> Payload:
    issue = asking.find(input["issueId"], Issue)
    asking.may_write(issue.repository, "DeleteIssue", "admin", "issues")
    acts.delete_issue(asking.hub, issue, asking.viewer)
    return {"repository": issue.repository}


@changes.mutation
def transfer_issue(asking: Asking, input: Input) -> Payload:
    """Into another repository of the same owner."""
    issue = asking.find(input["issueId"], Issue)
    to = asking.find(input["repositoryId"], Repository)
    for repository in (issue.repository, to):
        asking.may_write(repository, "TransferIssue", "write", "issues")
    if to is issue.repository or to.owner is not issue.repository.owner:
        raise Refused(422, "The issue can only be transferred to another repository of the same owner.")
    return {"issue": acts.transfer_issue(asking.hub, issue, asking.viewer, to)}


def reason_of(shown: str | None) -> Reason:
    wanted = (shown or "COMPLETED").lower()
    return next(each for each in get_args(Reason) if each == wanted)


def labels_and_assignees(
    asking: Asking, issue: Issue, input: Input, act: str
) -> tuple[list[Label] | None, list[User] | None]:
    """Those that are given; they need triage, though an author may edit the text."""
    labels, assignees = input.get("labelIds"), input.get("assigneeIds")
    if labels is not None or assignees is not None:
        asking.may_write(issue.repository, act, "triage", *scopes_for(issue))
    return (
        None if labels is None else labels_of(asking, issue.repository, labels),
        None if assignees is None else users_of(asking, assignees),
    )


def set_labels_and_assignees(
    asking: Asking, issue: Issue, labels: list[Label] | None, assignees: list[User] | None
) -> None:
    if labels is not None:
        label_acts.set_labels(asking.hub, issue, asking.viewer, labels)
    if assignees is not None:
        acts.set_assignees(asking.hub, issue, asking.viewer, assignees)
