"""What GraphQL can change: each mutation checks who may, acts as REST does, and shows what it changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from bot.playground.access import Scope
from bot.playground.acts import comments as comment_acts
from bot.playground.acts import issues as issue_acts
from bot.playground.acts import labels as label_acts
from bot.playground.acts import pulls as pull_acts
from bot.playground.acts import reactions as reaction_acts
from bot.playground.acts import reviews as review_acts
from bot.playground.acts.mentions import mention
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.connections import Edge, cursor
from bot.playground.graphql.failures import Failure, failure_of, no_node
from bot.playground.graphql.fields import Fields, Resolver
from bot.playground.graphql.objects import LabelIn, ReactionOn
from bot.playground.graphql.texts import NAMES, reaction_groups, reactions_to
from bot.playground.graphql.timeline import key_of
from bot.playground.people import Role, User
from bot.playground.refusals import Refused
from bot.playground.state import (
    Comment,
    Issue,
    Label,
    PullRequest,
    Reason,
    Repository,
    Review,
    ReviewComment,
    Thread,
)

Input = dict[str, Any]
Payload = dict[str, Any]
Subject = Issue | PullRequest
Mutation = Callable[[Asking, Input], Payload]

MUTATIONS: dict[str, Mutation] = {}


def mutation(function: Mutation) -> Mutation:
    """Registers a function under its name in GraphQL: `add_comment` is `addComment`."""
    first, *rest = function.__name__.split("_")
    MUTATIONS[first + "".join(word.capitalize() for word in rest)] = function
    return function


def resolver(function: Mutation) -> Resolver:
    """The mutation as a field: refusals of the acts become GraphQL's errors, the client's id comes back."""

    def resolve(_root: None, asking: Asking, input: Input) -> Payload:
        try:
            payload = function(asking, input)
        except Refused as refused:
            raise failure_of(refused) from refused
        return {"clientMutationId": input.get("clientMutationId"), **payload}

    return resolve


# -- whom it is about, and who may
def issue_of(subject: Subject) -> Issue:
    return subject.issue if isinstance(subject, PullRequest) else subject


def scopes_for(issue: Issue) -> tuple[Scope, ...]:
    return ("issues",) if issue.pull is None else ("issues", "pull_requests")


def subject_for(asking: Asking, identity: str, act: str, role: Role) -> Subject:
    """An issue or pull request that the caller may change like that."""
    found = asking.node(identity)
    if not isinstance(found, Issue | PullRequest):
        raise no_node(identity)
    issue = issue_of(found)
    asking.may_write(issue.repository, act, role, *scopes_for(issue))
    return found


def issue_for(asking: Asking, identity: str, act: str) -> Issue:
    """An issue that the caller may edit, close or reopen: its author, or from triage on."""
    issue = asking.find(identity, Issue)
    role: Role = "read" if issue.author is asking.viewer else "triage"
    asking.may_write(issue.repository, act, role, "issues")
    return issue


def pull_for(asking: Asking, identity: str, act: str, role: Role = "write") -> PullRequest:
    """A pull request that the caller may change: its author, or from that role on."""
    pull = asking.find(identity, PullRequest)
    wanted: Role = "read" if pull.issue.author is asking.viewer else role
    asking.may_write(pull.repository, act, wanted, "pull_requests")
    return pull


def comment_for(asking: Asking, identity: str, act: str) -> Comment:
    """A comment that the caller may change: an own one, or any from write on."""
    comment = asking.find(identity, Comment)
    role: Role = "read" if comment.author is asking.viewer else "write"
    asking.may_write(comment.issue.repository, act, role, *scopes_for(comment.issue))
    return comment


def thread_for(asking: Asking, identity: str, act: str, role: Role) -> Thread:
    thread = asking.find(identity, Thread)
    wanted: Role = "read" if thread.pull.issue.author is asking.viewer else role
    asking.may_write(thread.pull.repository, act, wanted, "pull_requests")
    return thread


def labels_of(asking: Asking, repository: Repository, identities: list[str]) -> list[Label]:
    found = [asking.find(each, LabelIn) for each in identities]
    for each, identity in zip(found, identities, strict=True):
        if each.repository is not repository:
            raise no_node(identity)
    return [each.label for each in found]


def users_of(asking: Asking, identities: list[str]) -> list[User]:
    return [asking.find(each, User) for each in identities]


# -- comments
@mutation
def add_comment(asking: Asking, input: Input) -> Payload:
    subject = subject_for(asking, input["subjectId"], "AddComment", "read")
    issue = issue_of(subject)
    person = asking.caller.installation is None
    if issue.locked and person and not asking.caller.at_least(issue.repository, "write"):
        raise Failure("FORBIDDEN", "Unable to create comment because issue is locked.")
    comment = comment_acts.create_comment(asking.hub, issue, asking.viewer, input["body"])
    mention(asking.hub, issue, asking.viewer, comment.body)
    return {
        "commentEdge": Edge(cursor(comment.id), comment),
        "subject": subject,
        "timelineEdge": Edge(cursor(key_of(comment)), comment),
    }


@mutation
def update_issue_comment(asking: Asking, input: Input) -> Payload:
    comment = comment_for(asking, input["id"], "UpdateIssueComment")
    comment_acts.edit_comment(asking.hub, comment, asking.viewer, input["body"])
    return {"issueComment": comment}


@mutation
def delete_issue_comment(asking: Asking, input: Input) -> Payload:
    comment = comment_for(asking, input["id"], "DeleteIssueComment")
    comment_acts.delete_comment(asking.hub, comment, asking.viewer)
    return {}


@mutation
def minimize_comment(asking: Asking, input: Input) -> Payload:
    comment = minimizable(asking, input["subjectId"], "MinimizeComment")
    reason = input["classifier"].lower().replace("_", "-")
    comment_acts.minimize(asking.hub, comment, asking.viewer, reason)
    return {"minimizedComment": comment}


@mutation
def unminimize_comment(asking: Asking, input: Input) -> Payload:
    comment = minimizable(asking, input["subjectId"], "UnminimizeComment")
    comment_acts.minimize(asking.hub, comment, asking.viewer, None)
    return {"unminimizedComment": comment}


def minimizable(asking: Asking, identity: str, act: str) -> Comment | Review | ReviewComment:
    found: object = asking.node(identity)
    if isinstance(found, Comment):
        asking.may_write(found.issue.repository, act, "triage", *scopes_for(found.issue))
    elif isinstance(found, Review | ReviewComment):
        pull = found.pull if isinstance(found, Review) else found.thread.pull
        asking.may_write(pull.repository, act, "triage", "pull_requests")
    else:
        raise no_node(identity)
    return found


# -- labels and reactions
@mutation
def add_labels_to_labelable(asking: Asking, input: Input) -> Payload:
    subject = subject_for(asking, input["labelableId"], "AddLabelsToLabelable", "triage")
    issue = issue_of(subject)
    labels = labels_of(asking, issue.repository, input["labelIds"])
    label_acts.add_labels(asking.hub, issue, asking.viewer, labels)
    return {"labelable": subject}


@mutation
def remove_labels_from_labelable(asking: Asking, input: Input) -> Payload:
    """Labels that are not on it are no error here, other than in REST."""
    subject = subject_for(asking, input["labelableId"], "RemoveLabelsFromLabelable", "triage")
    issue = issue_of(subject)
    for label in labels_of(asking, issue.repository, input["labelIds"]):
        if label in issue.labels:
            label_acts.remove_label(asking.hub, issue, asking.viewer, label)
    return {"labelable": subject}


@mutation
def add_reaction(asking: Asking, input: Input) -> Payload:
    subject, carrier = reactable(asking, input["subjectId"], "AddReaction")
    made, _ = reaction_acts.react(asking.hub, carrier, asking.viewer, NAMES[input["content"]])
    return {
        "reaction": ReactionOn(subject, made),
        "reactionGroups": reaction_groups(subject, asking),
        "subject": subject,
    }


@mutation
def remove_reaction(asking: Asking, input: Input) -> Payload:
    subject, carrier = reactable(asking, input["subjectId"], "RemoveReaction")
    content = NAMES[input["content"]]
    own = (each for each in reactions_to(carrier) if each.user is asking.viewer and each.content == content)
    found = next(own, None)
    if found is not None:
        reaction_acts.unreact(asking.hub, carrier, found)
    return {
        "reaction": None if found is None else ReactionOn(subject, found),
        "reactionGroups": reaction_groups(subject, asking),
        "subject": subject,
    }


def reactable(
    asking: Asking, identity: str, act: str
) -> tuple[Issue | PullRequest | Comment | ReviewComment, Issue | Comment | ReviewComment]:
    """What is reacted to, and what of it keeps the reactions."""
    found = asking.node(identity)
    match found:
        case Issue() | PullRequest():
            issue = issue_of(found)
            asking.may_write(issue.repository, act, "read", *scopes_for(issue))
            return found, issue
        case Comment():
            asking.may_write(found.issue.repository, act, "read", *scopes_for(found.issue))
            return found, found
        case ReviewComment():
            asking.may_write(found.thread.pull.repository, act, "read", "pull_requests")
            return found, found
        case _:
            raise no_node(identity)


# -- issues
@mutation
def close_issue(asking: Asking, input: Input) -> Payload:
    issue = issue_for(asking, input["issueId"], "CloseIssue")
    issue_acts.close_issue(asking.hub, issue, asking.viewer, reason_of(input.get("stateReason")))
    return {"issue": issue}


@mutation
def reopen_issue(asking: Asking, input: Input) -> Payload:
    issue = issue_for(asking, input["issueId"], "ReopenIssue")
    issue_acts.reopen_issue(asking.hub, issue, asking.viewer)
    return {"issue": issue}


@mutation
def update_issue(asking: Asking, input: Input) -> Payload:
    issue = issue_for(asking, input["id"], "UpdateIssue")
    issue_acts.edit_issue(asking.hub, issue, asking.viewer, input.get("title"), input.get("body"))
    mention(asking.hub, issue, asking.viewer, input.get("body"))
    set_labels_and_assignees(asking, issue, input, "UpdateIssue")
    if input.get("state") == "CLOSED":
        issue_acts.close_issue(asking.hub, issue, asking.viewer)
    if input.get("state") == "OPEN":
        issue_acts.reopen_issue(asking.hub, issue, asking.viewer)
    return {"actor": asking.viewer, "issue": issue}


def reason_of(shown: str | None) -> Reason:
    wanted = (shown or "COMPLETED").lower()
    return next(each for each in get_args(Reason) if each == wanted)


def set_labels_and_assignees(asking: Asking, issue: Issue, input: Input, act: str) -> None:
    """Labels and assignees need triage, though an author may edit the text."""
    given = {name: input[name] for name in ("labelIds", "assigneeIds") if input.get(name) is not None}
    if given:
        asking.may_write(issue.repository, act, "triage", *scopes_for(issue))
    if "labelIds" in given:
        labels = labels_of(asking, issue.repository, given["labelIds"])
        label_acts.set_labels(asking.hub, issue, asking.viewer, labels)
    if "assigneeIds" in given:
        issue_acts.set_assignees(asking.hub, issue, asking.viewer, users_of(asking, given["assigneeIds"]))


# -- pull requests
@mutation
def update_pull_request(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "UpdatePullRequest")
    pull_acts.edit_pull(
        asking.hub, pull, asking.viewer, input.get("title"), input.get("body"), input.get("baseRefName")
    )
    set_labels_and_assignees(asking, pull.issue, input, "UpdatePullRequest")
    if input.get("maintainerCanModify") is not None:
        pull.maintainer_can_modify = input["maintainerCanModify"]
    if input.get("state") == "CLOSED":
        pull_acts.close_pull(asking.hub, pull, asking.viewer)
    if input.get("state") == "OPEN":
        pull_acts.reopen_pull(asking.hub, pull, asking.viewer)
    return {"actor": asking.viewer, "pullRequest": pull}


@mutation
def close_pull_request(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "ClosePullRequest", "triage")
    pull_acts.close_pull(asking.hub, pull, asking.viewer)
    return {"pullRequest": pull}


@mutation
def reopen_pull_request(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "ReopenPullRequest", "triage")
    pull_acts.reopen_pull(asking.hub, pull, asking.viewer)
    return {"pullRequest": pull}


@mutation
def mark_pull_request_ready_for_review(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "MarkPullRequestReadyForReview")
    pull_acts.set_draft(asking.hub, pull, asking.viewer, False)
    return {"pullRequest": pull}


@mutation
def convert_pull_request_to_draft(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "ConvertPullRequestToDraft")
    pull_acts.set_draft(asking.hub, pull, asking.viewer, True)
    return {"pullRequest": pull}


@mutation
def request_reviews(asking: Asking, input: Input) -> Payload:
    """Without `union` the given reviewers replace those who were asked before."""
    pull = pull_for(asking, input["pullRequestId"], "RequestReviews")
    for team in input.get("teamIds") or ():
        raise no_node(team)
    reviewers = users_of(asking, input.get("userIds") or [])
    pull_acts.request_reviewers(asking.hub, pull, asking.viewer, reviewers)
    if not input.get("union"):
        others = [each for each in pull.requested_reviewers if each not in reviewers]
        pull_acts.remove_reviewers(asking.hub, pull, asking.viewer, others)
    edge = Edge(cursor(reviewers[-1].id), reviewers[-1]) if reviewers else None
    return {"actor": asking.viewer, "pullRequest": pull, "requestedReviewersEdge": edge}


# -- review threads
@mutation
def add_pull_request_review_thread_reply(asking: Asking, input: Input) -> Payload:
    identity = input["pullRequestReviewThreadId"]
    thread = thread_for(asking, identity, "AddPullRequestReviewThreadReply", "read")
    if input.get("pullRequestReviewId") is not None:
        raise Failure(
            "UNPROCESSABLE",
            "This GitHub adds replies at once, not to a pending review; leave out pullRequestReviewId.",
        )
    return {"comment": review_acts.reply(asking.hub, thread, asking.viewer, input["body"])}


@mutation
def resolve_review_thread(asking: Asking, input: Input) -> Payload:
    thread = thread_for(asking, input["threadId"], "ResolveReviewThread", "write")
    review_acts.resolve_thread(asking.hub, thread, asking.viewer)
    return {"thread": thread}


@mutation
def unresolve_review_thread(asking: Asking, input: Input) -> Payload:
    thread = thread_for(asking, input["threadId"], "UnresolveReviewThread", "write")
    review_acts.resolve_thread(asking.hub, thread, asking.viewer, False)
    return {"thread": thread}


FIELDS: dict[str, Fields] = {
    "Mutation": {name: resolver(function) for name, function in MUTATIONS.items()},
}
