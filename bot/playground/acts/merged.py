"""What a merge means for the pull request, whoever made it and however."""

from __future__ import annotations

from bot.playground.acts.history import add_event
from bot.playground.acts.issues import close_issue, mark_closed
from bot.playground.acts.mentions import closed_by
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import MergeMethod, PullRequest


def mark_merged(hub: Hub, pull: PullRequest, by: User, sha: str, method: MergeMethod | None) -> None:
    mark_closed(hub, pull.issue, by, None)
    pull.merged_at, pull.merged_by, pull.merge_commit_sha = pull.issue.closed_at, by, sha
    pull.merge_method = method
    add_event(hub, pull.issue, "merged", by, commit_sha=sha)
    add_event(hub, pull.issue, "closed", by, commit_sha=sha)


def say_merged(hub: Hub, pull: PullRequest, by: User) -> None:
    """Tells of a merge, and closes what its text says it closes."""
    repository = pull.repository
    hub.note(by, f"merged pull request #{pull.number} into {pull.base_ref}: {pull.issue.title}")
    hub.tell("pull_request", "closed", repository, by, pull=pull)
    if pull.base_ref == repository.default_branch:
        for number in closed_by(pull.issue.body):
            issue = repository.issues.get(number)
            if issue is not None and issue.pull is None:
                close_issue(hub, issue, by, closer=pull)


def merged_by_hand(hub: Hub, pull: PullRequest, by: User, new_base: str) -> None:
    """Somebody pushed the pull request's commits into its base: GitHub calls that merged."""
    mark_merged(hub, pull, by, new_base, None)
    say_merged(hub, pull, by)
