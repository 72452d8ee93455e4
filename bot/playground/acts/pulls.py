"""Pull requests: opened, edited, closed, reopened, made ready, and how they follow their branches."""

from __future__ import annotations

from typing import Any

from bot.playground.acts.history import add_event
from bot.playground.acts.issues import (
    check_body,
    check_title,
    edit_issue,
    mark_closed,
    mark_open,
    new_issue,
)
from bot.playground.acts.mentions import mention
from bot.playground.acts.merged import merged_by_hand
from bot.playground.git.changes import Change, changed_paths, changes
from bot.playground.git.hunks import moved_line
from bot.playground.hub import CodeMoved, Hub
from bot.playground.people import User
from bot.playground.refusals import Refused, custom, invalid
from bot.playground.state import PullRequest, Repository


def open_pull(
    hub: Hub,
    repository: Repository,
    by: User,
    head: str,
    base: str,
    title: str,
    body: str | None = None,
    draft: bool = False,
) -> PullRequest:
    """Opens one from branch `head` (`branch` or `owner:branch`), or refuses with GitHub's 422s."""
    check_title("PullRequest", title)
    check_body("PullRequest", body)
    head_ref = head.removeprefix(f"{repository.owner.login}:")
    head_sha, base_sha = checked_ends(repository, head_ref, base)
    issue = new_issue(hub, repository, by, title, body)
    number, node = hub.ids.next("pull")
    pull = PullRequest(number, node, issue, base, head_ref, base_sha, head_sha, draft)
    issue.pull, issue.node_id = pull, node  # in REST its issue goes by the same node id
    hub.remember(pull)
    point_at_head(pull, None)
    hub.note(by, f"opened pull request #{issue.number}: {title} ({head_ref} → {base})")
    hub.tell("pull_request", "opened", repository, by, pull=pull)
    mention(hub, issue, by, body)
    tell_ci(hub, pull, "opened")
    return pull


def checked_ends(repository: Repository, head: str, base: str) -> tuple[str, str]:
    """The SHAs of both branches, or the 422 that GitHub gives for a pull request between them."""
    git = repository.git
    base_sha, head_sha = git.branch(base), git.branch(head)
    if base_sha is None:
        raise invalid("PullRequest", "base")
    if head_sha is None:
        raise invalid("PullRequest", "head")
    if any(open_between(pull, head, base) for pull in repository.pulls):
        who = f"{repository.owner.login}:{head}"
        raise custom("PullRequest", f"A pull request already exists for {who}.")
    if git.merge_base(base_sha, head_sha) is None:
        raise custom("PullRequest", f"The {head} branch has no history in common with {base}")
    if not git.log(head_sha, base_sha):
        raise custom("PullRequest", f"No commits between {base} and {head}")
    return head_sha, base_sha


def open_between(pull: PullRequest, head: str, base: str) -> bool:
    return pull.issue.state == "open" and pull.head_ref == head and pull.base_ref == base


def edit_pull(
    hub: Hub,
    pull: PullRequest,
    by: User,
    title: str | None = None,
    body: str | None = None,
    base: str | None = None,
) -> None:
    edit_issue(hub, pull.issue, by, title, body)
    if base is None or base == pull.base_ref:
        return
    if pull.issue.state == "closed":
        raise invalid("PullRequest", "base")
    _, base_sha = checked_ends(pull.repository, pull.head_ref, base)
    before: dict[str, Any] = {"base": {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}}
    add_event(hub, pull.issue, "base_ref_changed", by, before=pull.base_ref, after=base)
    pull.base_ref, pull.base_sha, pull.mergeable = base, base_sha, "UNKNOWN"
    hub.note(by, f"changed the base of pull request #{pull.number} to {base}")
    hub.tell("pull_request", "edited", pull.repository, by, pull=pull, changes=before)


def close_pull(hub: Hub, pull: PullRequest, by: User) -> None:
    if pull.issue.state == "closed":
        return
    mark_closed(hub, pull.issue, by, None)
    add_event(hub, pull.issue, "closed", by)
    hub.note(by, f"closed pull request #{pull.number} without merging")
    hub.tell("pull_request", "closed", pull.repository, by, pull=pull)


def reopen_pull(hub: Hub, pull: PullRequest, by: User) -> None:
    if pull.issue.state == "open":
        return
    if pull.merged:
        raise custom("PullRequest", "state cannot be changed. The pull request cannot be reopened.")
    head_sha = pull.repository.git.branch(pull.head_ref)
    base_sha = pull.repository.git.branch(pull.base_ref)
    gone = pull.head_ref if head_sha is None else pull.base_ref
    if head_sha is None or base_sha is None:
        raise custom("PullRequest", f"state cannot be changed. The {gone} branch has been deleted.")
    if not pull.repository.git.is_ancestor(pull.head_sha, head_sha):
        raise custom(
            "PullRequest",
            f"state cannot be changed. The {pull.head_ref} branch was force-pushed or recreated.",
        )
    if any(open_between(other, pull.head_ref, pull.base_ref) for other in pull.repository.pulls):
        raise custom(
            "PullRequest",
            f"state cannot be changed. There is already an open pull request from {pull.head_ref}.",
        )
    before, pull.head_sha, pull.base_sha = pull.head_sha, head_sha, base_sha
    pull.mergeable, pull.head_deleted = "UNKNOWN", False
    mark_open(hub, pull.issue, None)
    if before != head_sha:
        point_at_head(pull, before)
    add_event(hub, pull.issue, "reopened", by)
    hub.note(by, f"reopened pull request #{pull.number}")
    hub.tell("pull_request", "reopened", pull.repository, by, pull=pull)
    tell_ci(hub, pull, "reopened")


def set_draft(hub: Hub, pull: PullRequest, by: User, draft: bool) -> None:
    if pull.draft == draft:
        return
    pull.draft = draft
    add_event(hub, pull.issue, "convert_to_draft" if draft else "ready_for_review", by)
    hub.note(
        by,
        f"{'made' if draft else 'took'} pull request #{pull.number} {'a draft' if draft else 'out of draft'}",
    )
    action = "converted_to_draft" if draft else "ready_for_review"
    hub.tell("pull_request", action, pull.repository, by, pull=pull)


def request_reviewers(hub: Hub, pull: PullRequest, by: User, reviewers: list[User]) -> None:
    for reviewer in reviewers:
        if reviewer is pull.issue.author:
            raise Refused(422, "Review cannot be requested from pull request author.")
        if reviewer.kind != "User" or reviewer.id not in pull.repository.roles:
            raise Refused(
                422,
                "Reviews may only be requested from collaborators. One or more of the users or teams you "
                f"specified is not a collaborator of the {pull.repository.full_name} repository.",
            )
    for reviewer in reviewers:
        if reviewer not in pull.requested_reviewers:
            pull.requested_reviewers.append(reviewer)
            add_event(hub, pull.issue, "review_requested", by, user=reviewer)
            hub.note(by, f"asked {reviewer.login} to review pull request #{pull.number}")
            hub.tell(
                "pull_request",
                "review_requested",
                pull.repository,
                by,
                pull=pull,
                requested_reviewer=reviewer,
            )


def remove_reviewers(hub: Hub, pull: PullRequest, by: User, reviewers: list[User]) -> None:
    for reviewer in reviewers:
        if reviewer in pull.requested_reviewers:
            pull.requested_reviewers.remove(reviewer)
            add_event(hub, pull.issue, "review_request_removed", by, user=reviewer)
            hub.tell(
                "pull_request", "review_request_removed", pull.repository, by,
                pull=pull, requested_reviewer=reviewer,
            )  # fmt: skip


# -- following the branches
def head_moved(
    hub: Hub, repository: Repository, by: User, branch: str, old: str | None, new: str | None, forced: bool
) -> None:
    """The branch of pull requests moved: open ones follow it, or close when it is gone."""
    for pull in [pull for pull in repository.pulls if pull.head_ref == branch]:
        if new is None:
            if not pull.head_deleted:
                pull.head_deleted = True
                add_event(hub, pull.issue, "head_ref_deleted", by)
            close_pull(hub, pull, by)
        elif pull.issue.state == "open":
            follow_head(hub, pull, by, new, forced)
            if not commits(pull):
                close_pull(hub, pull, by)


def follow_head(hub: Hub, pull: PullRequest, by: User, new: str, forced: bool) -> None:
    before, pull.head_sha, pull.mergeable = pull.head_sha, new, "UNKNOWN"
    pull.issue.updated_at = hub.now()
    if forced:
        add_event(hub, pull.issue, "head_ref_force_pushed", by, before=before, after=new)
    point_at_head(pull, before)
    move_threads(pull, before, new)
    hub.tell("pull_request", "synchronize", pull.repository, by, pull=pull, before=before, after=new)
    tell_ci(hub, pull, "synchronize")


def base_moved(hub: Hub, repository: Repository, by: User, branch: str, new: str | None) -> None:
    """The base of pull requests moved: what is in it now was merged by hand; a gone base closes them."""
    for pull in [each for each in repository.pulls if each.base_ref == branch and each.issue.state == "open"]:
        if new is None:
            close_pull(hub, pull, by)
            continue
        if repository.git.is_ancestor(pull.head_sha, new):
            merged_by_hand(hub, pull, by, new)
            continue
        pull.base_sha, pull.mergeable = new, "UNKNOWN"
        hub.wake()


def point_at_head(pull: PullRequest, before: str | None) -> None:
    """`refs/pull/N/head`, which stays when the branch is deleted."""
    git = pull.repository.git
    ref = f"refs/pull/{pull.number}/head"
    git.move({ref: (git.refs.get(ref), pull.head_sha)})


def move_threads(pull: PullRequest, before: str, after: str) -> None:
    """Comments keep their line over a push, or are outdated where the line was changed."""
    git = pull.repository.git
    begun = [comment.thread for review in pull.reviews for comment in review.drafts]
    for thread in [*pull.threads, *begun]:
        if thread.line is None or thread.side == "LEFT":
            continue
        thread.line = moved_line(git, before, after, thread.path, thread.line)
        thread.outdated = thread.line is None
        for comment in thread.comments:
            comment.commit_sha = after if not thread.outdated else comment.commit_sha


# -- what is in it
def files(pull: PullRequest) -> tuple[Change, ...]:
    git = pull.repository.git
    return changes(git, fork_point(pull), pull.head_sha)


def commits(pull: PullRequest) -> tuple[str, ...]:
    """SHAs, oldest first."""
    return tuple(reversed(pull.repository.git.log(pull.head_sha, pull.base_sha)))


def fork_point(pull: PullRequest) -> str | None:
    return pull.repository.git.merge_base(pull.base_sha, pull.head_sha)


def tell_ci(hub: Hub, pull: PullRequest, action: str) -> None:
    changed = changed_paths(pull.repository.git, fork_point(pull), pull.head_sha)
    hub.tell_code_moved(
        CodeMoved(
            "pull_request",
            pull.repository,
            pull.head_sha,
            pull.head_ref,
            pull.base_ref,
            pull.number,
            changed,
            action,
        )
    )
