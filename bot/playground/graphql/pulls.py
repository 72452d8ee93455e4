"""Pull requests, reviews and review threads."""

from __future__ import annotations

from typing import Any

from bot.playground.acts.merge_queue import entry_of
from bot.playground.acts.merges import merge_state, mergeability
from bot.playground.acts.pulls import commits, files
from bot.playground.acts.reviews import comments_in, visible
from bot.playground.git.changes import Change
from bot.playground.graphql.addresses import url_of
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.code import rollup, state_of
from bot.playground.graphql.connections import Page
from bot.playground.graphql.fields import Fields, always, attribute, listed, upper
from bot.playground.graphql.issues import SHARED
from bot.playground.graphql.objects import (
    Commit,
    PullCommit,
    Ref,
    ReviewRequest,
    Rollup,
    commit_at,
    ref_named,
)
from bot.playground.graphql.texts import MINIMIZABLE, TEXT
from bot.playground.ids import object_node_id
from bot.playground.state import PullRequest, Review, ReviewComment

CHANGE_TYPES = {"removed": "DELETED"}
OPINIONS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")


def mergeable(pull: PullRequest, asking: Asking) -> str:
    return mergeability(asking.hub, pull)


def merge_state_status(pull: PullRequest, asking: Asking) -> str:
    return merge_state(asking.hub, pull).upper()


def pull_commits(pull: PullRequest, asking: Asking) -> list[PullCommit]:
    return [PullCommit(pull, Commit(pull.repository, sha)) for sha in commits(pull)]


def head_rollup(pull: PullRequest, asking: Asking) -> Rollup | None:
    return rollup(Commit(pull.repository, pull.head_sha), asking)


def branch(name: str, pull: PullRequest) -> Ref | None:
    return ref_named(pull.repository, f"refs/heads/{name}")


def merge_commit(pull: PullRequest, asking: Asking) -> Commit | None:
    return commit_at(pull.repository, pull.merge_commit_sha)


def trial_merge(pull: PullRequest, asking: Asking) -> Commit | None:
    return None if pull.merged else commit_at(pull.repository, pull.test_merge_sha)


# -- reviews
def reviews(
    pull: PullRequest,
    asking: Asking,
    states: list[str] | None = None,
    author: str | None = None,
    **arguments: Any,
) -> Page[Review]:
    found = [
        each
        for each in visible(pull, asking.viewer)
        if (states is None or each.state in states)
        and (author is None or each.author.short_login.lower() == author.lower())
    ]
    return asking.page("reviews", found, lambda each: each.id, arguments)


def review_decision(pull: PullRequest, asking: Asking) -> str | None:
    """What the newest opinions of those who may push come to; none where nobody gave one."""
    latest: dict[int, str] = {}
    for review in pull.reviews:
        role = asking.hub.role(pull.repository, review.author)
        if review.state in OPINIONS and role in ("write", "maintain", "admin"):
            latest[review.author.id] = review.state
    for opinion in ("CHANGES_REQUESTED", "APPROVED"):
        if opinion in latest.values():
            return opinion
    return None


def comments_of(review: Review, asking: Asking) -> list[ReviewComment]:
    return comments_in(review)


def requests(pull: PullRequest, asking: Asking) -> list[ReviewRequest]:
    return [ReviewRequest(pull, each) for each in pull.requested_reviewers]


def thread_comments(
    thread: Any, asking: Asking, skip: int | None = None, **arguments: Any
) -> Page[ReviewComment]:
    return asking.page("comments", thread.comments[skip or 0 :], lambda each: each.id, arguments)


def change_type(change: Change, asking: Asking) -> str:
    return CHANGE_TYPES.get(change.status, change.status.upper())


FIELDS: dict[str, Fields] = {
    "PullRequest": {
        **SHARED,
        "additions": lambda pull, asking: sum(each.additions for each in files(pull)),
        "baseRef": lambda pull, asking: branch(pull.base_ref, pull),
        "baseRefName": attribute("base_ref"),
        "baseRefOid": attribute("base_sha"),
        "baseRepository": attribute("repository"),
        "changedFiles": lambda pull, asking: len(files(pull)),
        "commits": listed("commits", pull_commits, lambda each: str(each.commit.oid)),
        "deletions": lambda pull, asking: sum(each.deletions for each in files(pull)),
        "files": listed("files", lambda pull, asking: files(pull), lambda each: str(each.path)),
        "headRef": lambda pull, asking: branch(pull.head_ref, pull),
        "headRefName": attribute("head_ref"),
        "headRefOid": attribute("head_sha"),
        "headRepository": attribute("repository"),
        "isCrossRepository": always(False),
        "isDraft": attribute("draft"),
        "isInMergeQueue": lambda pull, asking: entry_of(pull) is not None,
        "maintainerCanModify": attribute("maintainer_can_modify"),
        "mergeCommit": merge_commit,
        "mergeStateStatus": merge_state_status,
        "mergeable": mergeable,
        "merged": attribute("merged"),
        "mergedAt": attribute("merged_at"),
        "mergedBy": attribute("merged_by"),
        "permalink": url_of,
        "potentialMergeCommit": trial_merge,
        "reviewDecision": review_decision,
        "reviewRequests": listed("reviewRequests", requests, lambda each: str(each.reviewer.id)),
        "reviewThreads": listed(
            "reviewThreads", lambda pull, asking: pull.threads, lambda each: int(each.id)
        ),
        "reviews": reviews,
        "state": lambda pull, asking: state_of(pull),
        "statusCheckRollup": head_rollup,
    },
    "PullRequestChangedFile": {
        "additions": attribute("additions"),
        "changeType": change_type,
        "deletions": attribute("deletions"),
        "path": attribute("path"),
    },
    "PullRequestCommit": {
        **{name: SHARED[name] for name in ("resourcePath", "url")},
        "commit": attribute("commit"),
        "id": lambda each, asking: object_node_id("PURC", each.pull.id, each.commit.oid),
        "pullRequest": attribute("pull"),
    },
    "PullRequestReview": {
        **TEXT,
        **MINIMIZABLE,
        "comments": listed("comments", comments_of, lambda each: int(each.id)),
        "commit": lambda review, asking: commit_at(review.pull.repository, review.commit_sha),
        "pullRequest": attribute("pull"),
        "state": attribute("state"),
        "submittedAt": attribute("submitted_at"),
    },
    "PullRequestReviewComment": {
        **TEXT,
        **MINIMIZABLE,
        "commit": lambda each, asking: commit_at(each.thread.pull.repository, each.commit_sha),
        "diffHunk": attribute("diff_hunk"),
        "line": attribute("thread.line"),
        "originalCommit": lambda each, asking: commit_at(
            each.thread.pull.repository, each.original_commit_sha
        ),
        "originalLine": attribute("thread.original_line"),
        "outdated": attribute("thread.outdated"),
        "path": attribute("thread.path"),
        "pullRequest": attribute("thread.pull"),
        "pullRequestReview": attribute("review"),
        "replyTo": attribute("in_reply_to"),
        "startLine": attribute("thread.start_line"),
        "state": lambda each, asking: "PENDING" if each.review.state == "PENDING" else "SUBMITTED",
        "subjectType": upper("thread.subject_type"),
    },
    "PullRequestReviewThread": {
        "comments": thread_comments,
        "diffSide": attribute("side"),
        "id": attribute("node_id"),
        "isCollapsed": lambda thread, asking: thread.resolved_by is not None or thread.outdated,
        "isOutdated": attribute("outdated"),
        "isResolved": lambda thread, asking: thread.resolved_by is not None,
        "line": attribute("line"),
        "originalLine": attribute("original_line"),
        "path": attribute("path"),
        "pullRequest": attribute("pull"),
        "repository": attribute("pull.repository"),
        "resolvedBy": attribute("resolved_by"),
        "startLine": attribute("start_line"),
        "subjectType": upper("subject_type"),
    },
    "ReviewRequest": {
        "asCodeOwner": always(False),
        "id": lambda each, asking: object_node_id("RR", each.pull.id, str(each.reviewer.id)),
        "pullRequest": attribute("pull"),
        "requestedReviewer": attribute("reviewer"),
    },
}
