"""Branches move by the API, by a push, by a merge: all on one path, so that what hangs on them follows."""

from __future__ import annotations

from bot.playground.acts import protection, pulls
from bot.playground.acts.checks import request_suites
from bot.playground.acts.merged import close_by_commits
from bot.playground.acts.protection import refuse_protected
from bot.playground.acts.repositories import set_default_branch
from bot.playground.git import GitFailed
from bot.playground.git.changes import changed_paths
from bot.playground.git.objects import NO_OBJECT
from bot.playground.hub import CodeMoved, Hub
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import Repository

HEADS = protection.HEADS
PULLS = "refs/pull/"  # GitHub's own; nobody else moves them


def create_ref(hub: Hub, repository: Repository, by: User, ref: str, sha: str) -> None:
    """Creates `refs/heads/…` or `refs/tags/…`; 422 `Reference already exists`."""
    if not ref.startswith("refs/") or ref.count("/") < 2 or not repository.git.allows_name(ref):
        raise Refused(422, "Reference name must start with 'refs/' and contain at least two slashes.")
    check_object(repository, ref, sha)
    if ref in repository.git.refs:
        raise Refused(422, "Reference already exists")
    move(hub, repository, by, ref, None, sha)


def update_ref(hub: Hub, repository: Repository, by: User, ref: str, sha: str, force: bool = False) -> None:
    """Moves it; 422 `Update is not a fast forward` unless forced."""
    current = repository.git.refs.get(ref)
    if current is None:
        raise Refused(422, "Reference does not exist")
    check_object(repository, ref, sha)
    if not force and ref.startswith(HEADS) and not repository.git.is_ancestor(current, sha):
        raise Refused(422, "Update is not a fast forward")
    refuse_protected(hub, repository, by, ref, current, sha)
    if current != sha:
        move(hub, repository, by, ref, current, sha)


def delete_ref(hub: Hub, repository: Repository, by: User, ref: str) -> None:
    current = repository.git.refs.get(ref)
    if current is None:
        raise Refused(422, "Reference does not exist")
    if ref == HEADS + repository.default_branch:
        raise Refused(422, "Cannot delete the default branch")
    refuse_protected(hub, repository, by, ref, current, None)
    move(hub, repository, by, ref, current, None)


def rename_branch(hub: Hub, repository: Repository, by: User, old: str, new: str) -> None:
    """Open pull requests into the branch follow it, those from it are closed, and so does what protects it."""
    sha = repository.git.branch(old)
    if sha is None:
        raise Refused(404, "Branch not found")
    create_ref(hub, repository, by, HEADS + new, sha)
    if old in repository.required_checks:
        repository.required_checks[new] = repository.required_checks.pop(old)
    for pull in repository.pulls:
        if pull.issue.state == "open" and pull.base_ref == old:
            pulls.edit_pull(hub, pull, by, base=new)
    if old == repository.default_branch:
        set_default_branch(hub, repository, by, new)
    move(hub, repository, by, HEADS + old, sha, None)


def move(hub: Hub, repository: Repository, by: User, ref: str, old: str | None, new: str | None) -> None:
    """Moves one ref in git, then everything that hangs on it."""
    if ref.startswith(PULLS):
        raise Refused(422, "Reference update failed: it is a hidden ref")
    try:
        repository.git.move({ref: (old, new)})
    except GitFailed as failed:
        raise Refused(422, f"Reference update failed: {failed}") from failed
    follow(hub, repository, by, ref, old, new)


def refs_moved(
    hub: Hub, repository: Repository, by: User, before: dict[str, str], after: dict[str, str]
) -> None:
    """What follows from refs that a push has moved already."""
    repository.git.refs = dict(after)
    for ref in sorted(before.keys() | after.keys()):
        if before.get(ref) != after.get(ref) and not ref.startswith(PULLS):
            follow(hub, repository, by, ref, before.get(ref), after.get(ref))


def follow(hub: Hub, repository: Repository, by: User, ref: str, old: str | None, new: str | None) -> None:
    """The push webhook, the pull requests that stand on the branch, and CI."""
    git = repository.git
    repository.pushed_at = hub.now()
    if old is None:
        hub.born[f"ref:{repository.id}:{ref}"] = hub.now()
    forced = bool(old and new and ref.startswith(HEADS) and not git.is_ancestor(old, new))
    hub.note(by, said(ref, old, new, forced))
    hub.tell(
        "push", None, repository, by, ref=ref, before=old or NO_OBJECT, after=new or NO_OBJECT, forced=forced
    )
    if not ref.startswith(HEADS):
        return
    branch = ref.removeprefix(HEADS)
    if new is not None:
        request_suites(hub, repository, by, new, branch)
        hub.tell_code_moved(
            CodeMoved("push", repository, new, branch, None, None, pushed_paths(repository, branch, old, new))
        )
    pulls.head_moved(hub, repository, by, branch, old, new, forced)
    pulls.base_moved(hub, repository, by, branch, new)
    if new is not None and branch == repository.default_branch:
        close_by_commits(hub, repository, by, old, new)


def pushed_paths(repository: Repository, branch: str, old: str | None, new: str) -> frozenset[str]:
    """What a push changed; of a new branch, what it has beyond the default branch."""
    git = repository.git
    default = git.branch(repository.default_branch)
    before = old
    if before is None and default is not None and branch != repository.default_branch:
        before = git.merge_base(default, new)
    return changed_paths(git, before, new)


def said(ref: str, old: str | None, new: str | None, forced: bool) -> str:
    name = ref.removeprefix(HEADS).removeprefix("refs/")
    if new is None:
        return f"deleted the branch {name}"
    if old is None:
        return f"created the branch {name} at {new[:7]}"
    return f"{'force-pushed' if forced else 'pushed'} {new[:7]} to {name}"


def check_object(repository: Repository, ref: str, sha: str) -> None:
    kind = repository.git.kind(sha)
    if kind is None or (ref.startswith(HEADS) and kind != "commit"):
        raise Refused(422, "Object does not exist")
