"""Merging pull requests by the three methods, and whether one can be merged."""

from __future__ import annotations

from typing import get_args

from bot.playground.acts import refs
from bot.playground.acts.checks import blocking, latest_runs, latest_statuses, standing, unmet_on
from bot.playground.acts.identities import github, identity
from bot.playground.acts.merged import mark_merged, say_merged
from bot.playground.acts.protection import violation
from bot.playground.acts.pulls import commits
from bot.playground.acts.rulesets import rules_of
from bot.playground.git.merging import merged_tree, rebased
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import Mergeable, MergeMethod, PullRequest

NOT_MERGEABLE = "Pull Request is not mergeable"


def merge_pull(
    hub: Hub,
    pull: PullRequest,
    by: User,
    method: str = "merge",
    title: str | None = None,
    message: str | None = None,
    sha: str | None = None,
) -> str:
    """Merges and returns the merge commit's SHA, or refuses with GitHub's 405 and 409."""
    known = next((each for each in get_args(MergeMethod) if each == method), None)
    if known is None:
        raise Refused(422, "Invalid merge method.")
    refuse_unready(pull, sha)
    merged = merge_commit(hub, pull, by, known, title, message)
    if merged is None:
        raise Refused(405, NOT_MERGEABLE)
    before = pull.repository.git.branch(pull.base_ref)
    mark_merged(hub, pull, by, merged, known)
    refs.move(hub, pull.repository, by, refs.HEADS + pull.base_ref, before, merged)
    say_merged(hub, pull, by)
    delete_branch(hub, pull, by)
    return merged


def delete_branch(hub: Hub, pull: PullRequest, by: User) -> None:
    """Deletes the merged branch where the repository is set so."""
    repository = pull.repository
    ref, sha = refs.HEADS + pull.head_ref, repository.git.branch(pull.head_ref)
    if repository.delete_branch_on_merge and sha and violation(hub, repository, by, ref, sha, None) is None:
        refs.delete_ref(hub, repository, by, ref)


def refuse_unready(pull: PullRequest, sha: str | None) -> None:
    if pull.merged or pull.issue.state == "closed":
        raise Refused(405, NOT_MERGEABLE)
    if pull.draft:
        raise Refused(405, "Pull Request is still a draft")
    if sha is not None and sha != pull.head_sha:
        raise Refused(409, "Head branch was modified. Review and try the merge again.")
    if rules_of(pull.repository, pull.base_ref, "merge_queue"):
        raise Refused(405, "Repository rule violations found\n\nChanges must be made through the merge queue")
    reason = blocking(pull)
    if reason is not None:
        raise Refused(405, reason)


def merge_commit(
    hub: Hub, pull: PullRequest, by: User, method: MergeMethod, title: str | None, message: str | None
) -> str | None:
    """Makes the commit (of a rebase the last one), or None when there is a conflict."""
    git = pull.repository.git
    base = git.branch(pull.base_ref)
    assert base is not None
    author, committer = identity(by, hub.now()), github(hub.now())
    if method == "rebase":
        return rebased(git, base, pull.head_sha, committer)
    tree = merged_tree(git, base, pull.head_sha)
    if tree is None:
        return None
    owner = pull.repository.owner.login
    if method == "merge":
        subject = title or f"Merge pull request #{pull.number} from {owner}/{pull.head_ref}"
        body = pull.issue.title if message is None else message
        return git.write_commit(
            tree, (base, pull.head_sha), author, committer, joined(subject, body), signed=True
        )
    subject = title or f"{pull.issue.title} (#{pull.number})"
    body = squashed_text(pull) if message is None else message
    squasher = identity(pull.issue.author, hub.now())
    return git.write_commit(tree, (base,), squasher, committer, joined(subject, body), signed=True)


def squashed_text(pull: PullRequest) -> str:
    messages = [pull.repository.git.commit(sha).message.strip() for sha in commits(pull)]
    if len(messages) == 1:
        return messages[0].partition("\n")[2].strip()
    return "\n\n".join(f"* {message}" for message in messages)


def joined(subject: str, body: str) -> str:
    return f"{subject}\n\n{body.strip()}\n" if body.strip() else f"{subject}\n"


# -- can it be merged?
def mergeability(hub: Hub, pull: PullRequest) -> Mergeable:
    """What is known now; UNKNOWN at the first asking after a change, which makes it known for the next."""
    known = pull.mergeable
    if known == "UNKNOWN" and pull.issue.state == "open":
        settle_mergeability(hub, pull)
    return known


def settle_mergeability(hub: Hub, pull: PullRequest) -> Mergeable:
    """Tries the merge; a clean one becomes `refs/pull/N/merge`, as on GitHub."""
    git = pull.repository.git
    tree = merged_tree(git, pull.base_sha, pull.head_sha)
    if tree is None:
        pull.mergeable = "CONFLICTING"
        return pull.mergeable
    someone = github(hub.now())
    text = f"Merge {pull.head_sha} into {pull.base_sha}"
    parents = (pull.base_sha, pull.head_sha)
    pull.test_merge_sha = git.write_commit(tree, parents, someone, someone, text, signed=True)
    ref = f"refs/pull/{pull.number}/merge"
    git.move({ref: (git.refs.get(ref), pull.test_merge_sha)})
    pull.mergeable = "MERGEABLE"
    return pull.mergeable


def merge_state(hub: Hub, pull: PullRequest) -> str:
    """REST's `mergeable_state`: unknown, dirty, draft, blocked, behind, unstable or clean."""
    if pull.issue.state == "closed" or pull.mergeable == "UNKNOWN":
        return "unknown"
    if pull.mergeable == "CONFLICTING":
        return "dirty"
    if pull.draft:
        return "draft"
    if blocking(pull) is not None:
        return "blocked" if unmet_on(pull.repository, pull.head_sha, pull.base_ref) else "behind"
    repository, sha = pull.repository, pull.head_sha
    states = [standing(each) for each in latest_runs(repository, sha)]
    states += [standing(each) for each in latest_statuses(repository, sha)]
    return "clean" if all(state == "success" for state in states) else "unstable"


def merge_base_in(hub: Hub, pull: PullRequest, by: User) -> None:
    """“Update branch”: a merge of the base into the pull request's branch."""
    git = pull.repository.git
    if git.is_ancestor(pull.base_sha, pull.head_sha):
        raise Refused(422, "There are no new commits on the base branch.")
    tree = merged_tree(git, pull.head_sha, pull.base_sha)
    if tree is None:
        raise Refused(422, "merge conflict between base and head")
    text = f"Merge branch '{pull.base_ref}' into {pull.head_ref}\n"
    parents = (pull.head_sha, pull.base_sha)
    sha = git.write_commit(tree, parents, identity(by, hub.now()), github(hub.now()), text, signed=True)
    refs.update_ref(hub, pull.repository, by, refs.HEADS + pull.head_ref, sha)
