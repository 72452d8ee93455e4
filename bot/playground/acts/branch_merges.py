"""Merging one branch or commit into a branch, without a pull request."""

from __future__ import annotations

from bot.playground.acts import refs
from bot.playground.acts.identities import github, identity
from bot.playground.acts.protection import refuse_protected
from bot.playground.git.merging import merged_tree
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import Repository


def merge_branch(
    hub: Hub, repository: Repository, by: User, base: str, head: str, message: str | None
) -> str | None:
    """The merge commit's SHA; None where the base has everything already."""
    git = repository.git
    base_sha, head_sha = git.branch(base), git.resolve(head)
    if base_sha is None:
        raise Refused(404, "Base does not exist")
    if head_sha is None:
        raise Refused(404, "Head does not exist")
    if git.is_ancestor(head_sha, base_sha):
        return None
    tree = merged_tree(git, base_sha, head_sha)
    if tree is None:
        raise Refused(409, "Merge conflict")
    text = f"{message or f'Merge {head} into {base}'}\n"
    at = hub.now()
    sha = git.write_commit(tree, (base_sha, head_sha), identity(by, at), github(at), text, signed=True)
    refuse_protected(hub, repository, by, refs.HEADS + base, base_sha, sha, 409)
    refs.move(hub, repository, by, refs.HEADS + base, base_sha, sha)
    return sha
