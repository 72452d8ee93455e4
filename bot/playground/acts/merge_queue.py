"""The merge queue: a pull request is merged for trial, its checks run on that, and then the base moves there."""

from __future__ import annotations

from bot.playground.acts import refs
from bot.playground.acts.checks import latest_runs, latest_statuses, required_of, standing, unmet_on
from bot.playground.acts.history import add_event
from bot.playground.acts.merged import mark_merged, say_merged
from bot.playground.acts.merges import NOT_MERGEABLE, merge_commit
from bot.playground.hub import Hub, Signal
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import PullRequest, QueueEntry, Repository

PREFIX = "gh-readonly-queue/"


def entry_of(pull: PullRequest) -> QueueEntry | None:
    return next((each for each in pull.repository.queue if each.pull is pull), None)


def enqueue(hub: Hub, pull: PullRequest, by: User) -> QueueEntry:
    """Puts it into the queue of its base; one at a time is tried, in the order in which they came."""
    if pull.issue.state == "closed" or pull.draft:
        raise Refused(422, "Pull request is closed or a draft and cannot be added to the merge queue")
    if entry_of(pull) is not None:
        raise Refused(422, "Pull request is already in the queue")
    entry = QueueEntry(pull, by, "", "", "")
    pull.repository.queue.append(entry)
    add_event(hub, pull.issue, "added_to_merge_queue", by)
    hub.note(by, f"added pull request #{pull.number} to the merge queue")
    advance(hub, pull.repository)
    return entry


def dequeue(hub: Hub, pull: PullRequest, by: User, reason: str = "dequeued") -> None:
    """Takes it out, whatever became of its trial."""
    entry = entry_of(pull)
    if entry is None:
        raise Refused(422, "Pull request is not in the queue")
    pull.repository.queue.remove(entry)
    if reason != "merged":
        add_event(hub, pull.issue, "removed_from_merge_queue", by)
    destroy(hub, entry, by, reason)
    advance(hub, pull.repository)


def advance(hub: Hub, repository: Repository) -> None:
    """Begins the trial of the first one that has none."""
    if not repository.queue or repository.queue[0].head_sha:
        return
    entry = repository.queue[0]
    pull = entry.pull
    base = repository.git.branch(pull.base_ref)
    merged = merge_commit(hub, pull, entry.by, "merge", None, None) if base else None
    if base is None or merged is None:
        dequeue(hub, pull, entry.by, "invalidated")
        raise Refused(405, NOT_MERGEABLE)
    entry.base_sha, entry.head_sha = base, merged
    entry.head_ref = f"{PREFIX}{pull.base_ref}/pr-{pull.number}-{base}"
    refs.move(hub, repository, entry.by, refs.HEADS + entry.head_ref, None, merged)
    hub.tell("merge_group", "checks_requested", repository, entry.by, entry=entry)
    settle(hub, repository)


def settle(hub: Hub, repository: Repository) -> None:
    """Merges the first when its checks are green; takes it out when one is red or the base moved."""
    if not repository.queue or not repository.queue[0].head_sha:
        return
    entry = repository.queue[0]
    pull = entry.pull
    if pull.issue.state == "closed" or repository.git.branch(pull.base_ref) != entry.base_sha:
        dequeue(hub, pull, entry.by, "invalidated")
    elif unmet_on(repository, entry.head_sha, pull.base_ref) is None:
        repository.queue.remove(entry)
        mark_merged(hub, pull, entry.by, entry.head_sha, "merge")
        refs.move(hub, repository, entry.by, refs.HEADS + pull.base_ref, entry.base_sha, entry.head_sha)
        say_merged(hub, pull, entry.by)
        destroy(hub, entry, entry.by, "merged")
        advance(hub, repository)
    elif failed(repository, entry):
        dequeue(hub, pull, entry.by, "dequeued")


def failed(repository: Repository, entry: QueueEntry) -> bool:
    required = required_of(repository, entry.pull.base_ref)
    red = [each.name for each in latest_runs(repository, entry.head_sha) if standing(each) == "failing"]
    red += [
        each.context for each in latest_statuses(repository, entry.head_sha) if standing(each) == "failing"
    ]
    return any(name in required for name in red)


def destroy(hub: Hub, entry: QueueEntry, by: User, reason: str) -> None:
    if not entry.head_sha:
        return
    repository = entry.pull.repository
    hub.tell("merge_group", "destroyed", repository, by, entry=entry, reason=reason)
    refs.move(hub, repository, by, refs.HEADS + entry.head_ref, entry.head_sha, None)


def hear(hub: Hub, signal: Signal) -> None:
    """A check or status that ended may be what the queue waited for."""
    over = (signal.event, signal.action) in (("check_run", "completed"), ("status", None))
    if over and signal.repository is not None:
        settle(hub, signal.repository)
