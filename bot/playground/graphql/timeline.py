"""The history of issues and pull requests: events, comments, reviews and commits in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.playground.acts.mentions import closed_by
from bot.playground.acts.pulls import commits
from bot.playground.acts.reviews import visible
from bot.playground.graphql.addresses import ADDRESSES
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.connections import Page
from bot.playground.graphql.fields import Fields, always, attribute, upper
from bot.playground.graphql.objects import Commit, LabelIn, PullCommit, Ref, commit_at, ref_named
from bot.playground.state import Comment, Issue, PullRequest, Repository, Review, TimelineEvent

# REST's word for an event, and GraphQL's type of it.
EVENTS = {
    "assigned": "AssignedEvent",
    "base_ref_changed": "BaseRefChangedEvent",
    "closed": "ClosedEvent",
    "comment_deleted": "CommentDeletedEvent",
    "convert_to_draft": "ConvertToDraftEvent",
    "cross-referenced": "CrossReferencedEvent",
    "head_ref_deleted": "HeadRefDeletedEvent",
    "head_ref_force_pushed": "HeadRefForcePushedEvent",
    "head_ref_restored": "HeadRefRestoredEvent",
    "labeled": "LabeledEvent",
    "locked": "LockedEvent",
    "merged": "MergedEvent",
    "ready_for_review": "ReadyForReviewEvent",
    "referenced": "ReferencedEvent",
    "renamed": "RenamedTitleEvent",
    "reopened": "ReopenedEvent",
    "review_dismissed": "ReviewDismissedEvent",
    "review_request_removed": "ReviewRequestRemovedEvent",
    "review_requested": "ReviewRequestedEvent",
    "transferred": "TransferredEvent",
    "unassigned": "UnassignedEvent",
    "unlabeled": "UnlabeledEvent",
    "unlocked": "UnlockedEvent",
}
Item = TimelineEvent | Comment | Review | PullCommit


def type_of(item: Item) -> str:
    match item:
        case TimelineEvent():
            return EVENTS[item.kind]
        case Comment():
            return "IssueComment"
        case Review():
            return "PullRequestReview"
        case PullCommit():
            return "PullRequestCommit"


def item_type(item: Item) -> str:
    """As the enum of `itemTypes` names it: LABELED_EVENT, ISSUE_COMMENT."""
    name = type_of(item)
    return "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in name).removeprefix("_")


def happened_at(item: Item) -> datetime:
    match item:
        case TimelineEvent() | Comment():
            return item.created_at
        case Review():
            return item.submitted_at or item.created_at
        case PullCommit():
            return item.commit.data.committer.at


def items_of(thing: Issue | PullRequest, asking: Asking) -> list[Item]:
    """Everything that happened; what is equally old keeps the order it was written in."""
    issue = thing.issue if isinstance(thing, PullRequest) else thing
    found: list[Item] = [each for each in issue.timeline if each.kind in EVENTS]
    found += issue.comments
    if isinstance(thing, PullRequest):
        found += visible(thing, asking.viewer)
        found += [PullCommit(thing, Commit(thing.repository, sha)) for sha in commits(thing)]
    return sorted(found, key=lambda item: (happened_at(item).timestamp(), number_of(item)))


def number_of(item: Item) -> int:
    return 0 if isinstance(item, PullCommit) else item.id


def key_of(item: Item) -> str:
    """Sorts as the items do, so that a cursor holds its place when its item is deleted."""
    own = item.commit.oid if isinstance(item, PullCommit) else f"{item.id:012}"
    return f"{int(happened_at(item).timestamp() * 1_000_000):020}:{own}"


def timeline_items(
    thing: Issue | PullRequest,
    asking: Asking,
    itemTypes: Sequence[str] | None = None,
    since: datetime | None = None,
    skip: int | None = None,
    **arguments: Any,
) -> Page[Item]:
    found = items_of(thing, asking)
    if itemTypes is not None:
        found = [each for each in found if item_type(each) in itemTypes]
    if since is not None:
        found = [each for each in found if happened_at(each) >= since]
    return asking.page("timelineItems", found[skip or 0 :], key_of, arguments)


# -- what single events tell
def subject(event: TimelineEvent, asking: Asking) -> Issue | PullRequest:
    return event.issue.pull or event.issue


def label(event: TimelineEvent, asking: Asking) -> LabelIn:
    assert event.label is not None
    return LabelIn(event.issue.repository, event.label)


def closer(event: TimelineEvent, asking: Asking) -> PullRequest | Commit | None:
    """What closed an issue by being merged; a person's closing has none, a pull request's neither."""
    if event.closer is not None or event.issue.pull is not None:
        return event.closer
    return commit_at(event.issue.repository, event.commit_sha)


def source(event: TimelineEvent, asking: Asking) -> Issue | PullRequest | None:
    return None if event.source is None else event.source.pull or event.source


def repository(event: TimelineEvent) -> Repository:
    return event.issue.repository


def head_ref(event: TimelineEvent, asking: Asking) -> Ref | None:
    pull = event.issue.pull
    return ref_named(repository(event), pull.head_ref) if pull else None


def will_close(event: TimelineEvent, asking: Asking) -> bool:
    """Whether the pull request that mentions an issue closes it by its merge."""
    source = event.source
    if source is None or source.pull is None or source.pull.base_ref != source.repository.default_branch:
        return False
    return event.issue.number in closed_by(source.repository, source.body)


EVENT: Fields = {
    "actor": attribute("actor"),
    "createdAt": attribute("created_at"),
    "databaseId": attribute("id"),
    "id": attribute("node_id"),
}
OF_PULL: Fields = {**EVENT, "pullRequest": attribute("issue.pull")}
REVIEWER: Fields = {**OF_PULL, "requestedReviewer": attribute("user")}
ASSIGNING: Fields = {**EVENT, "assignable": subject, "assignee": attribute("user")}
LABELING: Fields = {**EVENT, "label": label, "labelable": subject}
LOCKING: Fields = {**EVENT, "lockable": subject}

FIELDS: dict[str, Fields] = {
    "AssignedEvent": ASSIGNING,
    "BaseRefChangedEvent": {
        **OF_PULL,
        "currentRefName": attribute("after"),
        "previousRefName": attribute("before"),
    },
    "ClosedEvent": {
        **EVENT,
        **ADDRESSES,
        "closable": subject,
        "closer": closer,
        "stateReason": upper("state_reason"),
    },
    "CommentDeletedEvent": {**EVENT, "deletedCommentAuthor": attribute("user")},
    "ConvertToDraftEvent": {**OF_PULL, **ADDRESSES},
    "CrossReferencedEvent": {
        **EVENT,
        **ADDRESSES,
        "isCrossRepository": always(False),
        "referencedAt": attribute("created_at"),
        "source": source,
        "target": subject,
        "willCloseTarget": will_close,
    },
    "HeadRefDeletedEvent": {**OF_PULL, "headRef": head_ref, "headRefName": attribute("issue.pull.head_ref")},
    "HeadRefForcePushedEvent": {
        **OF_PULL,
        "afterCommit": lambda event, asking: commit_at(repository(event), event.after),
        "beforeCommit": lambda event, asking: commit_at(repository(event), event.before),
        "ref": head_ref,
    },
    "HeadRefRestoredEvent": OF_PULL,
    "LabeledEvent": LABELING,
    "LockedEvent": LOCKING,
    "MergedEvent": {
        **OF_PULL,
        **ADDRESSES,
        "commit": lambda event, asking: commit_at(repository(event), event.commit_sha),
        "mergeRef": lambda event, asking: ref_named(repository(event), event.issue.pull.base_ref),
        "mergeRefName": attribute("issue.pull.base_ref"),
    },
    "ReadyForReviewEvent": {**OF_PULL, **ADDRESSES},
    "ReferencedEvent": {
        **EVENT,
        "commit": lambda event, asking: commit_at(repository(event), event.commit_sha),
        "commitRepository": attribute("issue.repository"),
        "isCrossRepository": always(False),
        "isDirectReference": always(True),
        "subject": subject,
    },
    "RenamedTitleEvent": {
        **EVENT,
        "currentTitle": attribute("after"),
        "previousTitle": attribute("before"),
        "subject": subject,
    },
    "ReopenedEvent": {**EVENT, "closable": subject, "stateReason": upper("state_reason")},
    "ReviewDismissedEvent": {
        **OF_PULL,
        **ADDRESSES,
        "dismissalMessage": attribute("after"),
        "review": attribute("review"),
    },
    "ReviewRequestRemovedEvent": REVIEWER,
    "ReviewRequestedEvent": REVIEWER,
    "TransferredEvent": {**EVENT, "fromRepository": always(None), "issue": attribute("issue")},
    "UnassignedEvent": ASSIGNING,
    "UnlabeledEvent": LABELING,
    "UnlockedEvent": LOCKING,
    "IssueTimelineItemsConnection": {
        "filteredCount": attribute("around"),
        "pageCount": lambda page, asking: len(page.edges),
        "updatedAt": lambda page, asking: max(map(happened_at, page.everything), default=asking.hub.now()),
    },
    "PullRequestTimelineItemsConnection": {
        "filteredCount": attribute("around"),
        "pageCount": lambda page, asking: len(page.edges),
        "updatedAt": lambda page, asking: max(map(happened_at, page.everything), default=asking.hub.now()),
    },
}
