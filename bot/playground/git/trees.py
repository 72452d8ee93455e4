"""Trees made from paths: what `POST /git/trees` does with a base and a list of changes."""

from __future__ import annotations

from bot.playground.git.objects import Entry, kind_of
from bot.playground.git.store import Git

Leaf = tuple[str, str | None]  # mode, and the object; None takes the path away


class BadTree(Exception):
    """The entries make no tree; the text says why in GitHub's words."""


def changed_tree(git: Git, base: str | None, leaves: dict[str, Leaf]) -> str:
    """The tree that `leaves` (by path) make on top of `base`, or on nothing."""
    return _write(git, base, _nested(leaves)) or git.write_tree([])


Nested = dict[str, "Leaf | Nested"]


def _nested(leaves: dict[str, Leaf]) -> Nested:
    root: Nested = {}
    for path, leaf in leaves.items():
        *directories, name = path.split("/")
        if any(part in ("", ".", "..") or part.lower() == ".git" for part in (*directories, name)):
            raise BadTree("tree.path contains a malformed path component")
        level = root
        for directory in directories:
            below = level.setdefault(directory, {})
            if not isinstance(below, dict):
                raise BadTree("tree.path contains a file where a directory is needed")
            level = below
        level[name] = leaf
    return root


def _write(git: Git, base: str | None, changes: Nested) -> str | None:
    """Writes one level; None when nothing is left of it."""
    entries = {entry.name: entry for entry in git.tree(base)} if base else {}
    for name, change in changes.items():
        if isinstance(change, dict):
            under = entries.get(name)
            sha = _write(git, under.sha if under is not None and under.kind == "tree" else None, change)
            made = Entry("040000", "tree", sha, name) if sha else None
        else:
            mode, leaf = change
            made = Entry(mode, kind_of(mode), leaf, name) if leaf else None
            if leaf is None and name not in entries:
                raise BadTree("GitRPC::BadObjectState")
        if made is None:
            entries.pop(name, None)
        else:
            entries[name] = made
    return git.write_tree(list(entries.values())) if entries else None
