"""What a merge means for the pull request, whoever made it and however."""

from __future__ import annotations

from collections.abc import Sequence

from bot.playground.acts.history import add_event
from bot.playground.acts.issues import close_issue, mark_closed
from bot.playground.acts.mentions import closed_by
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import MergeMethod, PullRequest, Repository


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
        close_named(hub, repository, by, pull.issue.body, closer=pull)


def close_by_commits(hub: Hub, repository: Repository, by: User, old: str | None, new: str) -> None:
    """Closes what new commits of the default branch say they close; what their pull request says is left to it."""
    merged = next((each for each in repository.pulls if each.merge_commit_sha == new), None)
    claimed = closed_by(repository, merged.issue.body) if merged is not None else []
    for sha in reversed(repository.git.log(new, old)):
        message = repository.git.commit(sha).message
        close_named(hub, repository, by, message, commit_sha=sha, but=claimed)


def close_named(
    hub: Hub,
    repository: Repository,
    by: User,
    text: str | None,
    closer: PullRequest | None = None,
    commit_sha: str | None = None,
    but: Sequence[int] = (),
) -> None:
    """Closes the open issues behind the closing keywords of a text."""
    for number in closed_by(repository, text):
        issue = repository.issues.get(number)
        if issue is not None and issue.pull is None and issue.state == "open" and number not in but:
            close_issue(hub, issue, by, closer=closer, commit_sha=commit_sha)


def merged_by_hand(hub: Hub, pull: PullRequest, by: User, new_base: str) -> None:
    """Somebody pushed the pull request's commits into its base: GitHub calls that merged."""
    mark_merged(hub, pull, by, new_base, None)
    say_merged(hub, pull, by)
