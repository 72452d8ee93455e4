"""Pull requests and their review threads."""

from __future__ import annotations

from bot.playground.acts import pulls as acts
from bot.playground.acts import reviews as review_acts
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.changing.allowed import pull_for, thread_for, users_of
from bot.playground.graphql.changing.changes import Changes, Input, Payload
from bot.playground.graphql.changing.issues import labels_and_assignees, set_labels_and_assignees
from bot.playground.graphql.connections import Edge, cursor
from bot.playground.graphql.failures import Failure, no_node

changes = Changes()


@changes.mutation
def update_pull_request(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "UpdatePullRequest")
    labels, assignees = labels_and_assignees(asking, pull.issue, input, "UpdatePullRequest")
    if input.get("state") == "OPEN":
        acts.check_reopening(pull)
    acts.edit_pull(
        asking.hub, pull, asking.viewer, input.get("title"), input.get("body"), input.get("baseRefName")
    )
    set_labels_and_assignees(asking, pull.issue, labels, assignees)
    if input.get("maintainerCanModify") is not None:
        pull.maintainer_can_modify = input["maintainerCanModify"]
    if input.get("state") == "CLOSED":
        acts.close_pull(asking.hub, pull, asking.viewer)
    if input.get("state") == "OPEN":
        acts.reopen_pull(asking.hub, pull, asking.viewer)
    return {"actor": asking.viewer, "pullRequest": pull}


@changes.mutation
def close_pull_request(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "ClosePullRequest", "triage")
    acts.close_pull(asking.hub, pull, asking.viewer)
    return {"pullRequest": pull}


@changes.mutation
def reopen_pull_request(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "ReopenPullRequest", "triage")
    acts.reopen_pull(asking.hub, pull, asking.viewer)
    return {"pullRequest": pull}


@changes.mutation
def mark_pull_request_ready_for_review(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "MarkPullRequestReadyForReview")
    acts.set_draft(asking.hub, pull, asking.viewer, False)
    return {"pullRequest": pull}


@changes.mutation
def convert_pull_request_to_draft(asking: Asking, input: Input) -> Payload:
    pull = pull_for(asking, input["pullRequestId"], "ConvertPullRequestToDraft")
    acts.set_draft(asking.hub, pull, asking.viewer, True)
    return {"pullRequest": pull}


@changes.mutation
def request_reviews(asking: Asking, input: Input) -> Payload:
    """Without `union` the given reviewers replace those who were asked before."""
    pull = pull_for(asking, input["pullRequestId"], "RequestReviews")
    for team in input.get("teamIds") or ():
        raise no_node(team)
    reviewers = users_of(asking, input.get("userIds") or [])
    acts.request_reviewers(asking.hub, pull, asking.viewer, reviewers)
    if not input.get("union"):
        others = [each for each in pull.requested_reviewers if each not in reviewers]
        acts.remove_reviewers(asking.hub, pull, asking.viewer, others)
    edge = Edge(cursor(reviewers[-1].id), reviewers[-1]) if reviewers else None
    return {"actor": asking.viewer, "pullRequest": pull, "requestedReviewersEdge": edge}


@changes.mutation
def add_pull_request_review_thread_reply(asking: Asking, input: Input) -> Payload:
    identity = input["pullRequestReviewThreadId"]
    thread = thread_for(asking, identity, "AddPullRequestReviewThreadReply", "read")
    if input.get("pullRequestReviewId") is not None:
        raise Failure(
            "UNPROCESSABLE",
            "This GitHub adds replies at once, not to a pending review; leave out pullRequestReviewId.",
        )
    return {"comment": review_acts.reply(asking.hub, thread, asking.viewer, input["body"])}


@changes.mutation
def resolve_review_thread(asking: Asking, input: Input) -> Payload:
    thread = thread_for(asking, input["threadId"], "ResolveReviewThread", "write")
    review_acts.resolve_thread(asking.hub, thread, asking.viewer)
    return {"thread": thread}


@changes.mutation
def unresolve_review_thread(asking: Asking, input: Input) -> Payload:
    thread = thread_for(asking, input["threadId"], "UnresolveReviewThread", "write")
    review_acts.resolve_thread(asking.hub, thread, asking.viewer, False)
    return {"thread": thread}
