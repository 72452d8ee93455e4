"""What differs between two commits: files, counted lines, patches."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.playground.git.objects import EMPTY_TREE, NO_OBJECT
from bot.playground.git.store import Git

_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}
_FLAGS = ("--no-ext-diff", "--no-textconv", "--no-color", "-r", "-M", "--full-index")
PATCH_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Change:
    """One file of a diff, as the files of a pull request list it."""

    path: str
    previous_path: str | None
    status: str
    sha: str  # the blob afterwards; a removed file's before
    additions: int
    deletions: int
    patch: str | None  # None for binary files


def changes(git: Git, before: str | None, after: str) -> tuple[Change, ...]:
    """The files that differ, by path. Without `before` all files are new."""
    older = before or EMPTY_TREE
    raw = git.ask("diff-tree", *_FLAGS, "--raw", "--numstat", "-z", older, after)
    patches = _patches(git.ask("diff-tree", *_FLAGS, "-p", older, after))
    rows, counts = _split(raw)
    found = []
    for at, (status, old_sha, new_sha, old_path, path) in enumerate(rows):
        added, deleted = counts[at]
        patch = patches[at] if at < len(patches) else None
        found.append(
            Change(
                path,
                old_path if old_path != path else None,
                _STATUS.get(status, "modified"),
                old_sha if new_sha == NO_OBJECT else new_sha,
                added,
                deleted,
                patch if patch and len(patch) <= PATCH_LIMIT else None,
            )
        )
    return tuple(found)


def changed_paths(git: Git, before: str | None, after: str) -> frozenset[str]:
    """The paths that differ; both names of a renamed file."""
    if before is not None and before == after:
        return frozenset()
    said = git.ask("diff-tree", "-r", "--no-renames", "--name-only", "-z", before or EMPTY_TREE, after)
    return frozenset(path for path in said.split("\0") if path)


def brought_paths(git: Git, known: str | None, before: str | None, after: str) -> frozenset[str]:
    """The paths that a push brings and the branch `known` has not; merging that in brings none of its own."""
    start = git.merge_base(known, after) if known is not None else None
    brought = changed_paths(git, start, after)
    return brought if before is None else brought & changed_paths(git, before, after)


def diff_text(git: Git, before: str | None, after: str) -> str:
    """The diff as `git diff` writes it."""
    return git.ask("diff-tree", *_FLAGS, "-p", before or EMPTY_TREE, after)


def patch_text(git: Git, before: str | None, after: str) -> str:
    """The commits of that stretch as a mailbox of patches, which `git am` takes."""
    stretch = [f"{before}..{after}"] if before else ["--root", after]
    return git.ask("format-patch", "--stdout", "--no-signature", *stretch)


def text_in(form: str, git: Git, before: str | None, after: str) -> str:
    """What differs as `diff` or as `patch`."""
    return patch_text(git, before, after) if form == "patch" else diff_text(git, before, after)


Row = tuple[str, str, str, str, str]


def _split(raw: str) -> tuple[list[Row], list[tuple[int, int]]]:
    fields = raw.split("\0")
    rows: list[Row] = []
    counts: list[tuple[int, int]] = []
    at = 0
    while at < len(fields):
        field = fields[at]
        if field.startswith(":"):
            _, _, old_sha, new_sha, status = field.split(" ")
            moved = status[0] in "RC"
            rows.append((status[0], old_sha, new_sha, fields[at + 1], fields[at + 2 if moved else at + 1]))
            at += 3 if moved else 2
        elif field:
            added, deleted, path = field.split("\t", 2)
            counts.append((_count(added), _count(deleted)))
            at += 1 if path else 3
        else:
            at += 1
    return rows, counts


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _patches(text: str) -> list[str | None]:
    """The hunks of each file, in the order of the files."""
    patches: list[str | None] = []
    for part in re.split(r"(?m)^diff --git ", text)[1:]:
        hunks = re.search(r"(?m)^@@ ", part)
        patches.append(part[hunks.start() :].rstrip("\n") if hunks else None)
    return patches
