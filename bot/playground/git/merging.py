"""Merging for real: what a merge, a squash or a rebase would make, and whether it conflicts."""

from __future__ import annotations

from bot.playground.git.objects import Person
from bot.playground.git.store import Git


def merged_tree(git: Git, ours: str, theirs: str) -> str | None:
    """The tree of a merge of two commits, or None when they conflict."""
    code, said = git.tried(
        "merge-tree", "--write-tree", "--allow-unrelated-histories", ours, theirs, ok=(0, 1)
    )
    return said.decode().split("\n", 1)[0].strip() if code == 0 else None


def picked_tree(git: Git, onto: str, commit_sha: str) -> str | None:
    """The tree of a commit's change applied on another commit, or None when it conflicts.

    Git 2.39's `merge-tree` takes no merge base of its own, so the three sides become commits with one parent.
    """
    commit = git.commit(commit_sha)
    someone = commit.committer
    parent_tree = git.commit(commit.parents[0]).tree if commit.parents else git.write_tree([])
    base = git.write_commit(parent_tree, (), someone, someone, "base of a pick")
    ours = git.write_commit(git.commit(onto).tree, (base,), someone, someone, "ours of a pick")
    theirs = git.write_commit(commit.tree, (base,), someone, someone, "theirs of a pick")
    return merged_tree(git, ours, theirs)


def rebased(git: Git, base: str, head: str, committer: Person) -> str | None:
    """The head of the commits of `head` replayed on `base`, or None when one conflicts."""
    onto = base
    for sha in reversed(git.log(head, base)):
        commit = git.commit(sha)
        if len(commit.parents) > 1:
            continue
        tree = picked_tree(git, onto, sha)
        if tree is None:
            return None
        onto = git.write_commit(tree, (onto,), commit.author, committer, commit.message)
    return onto
