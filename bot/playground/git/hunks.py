"""Lines of a patch: whether a comment can stand on one, and where the line is after the next push."""

from __future__ import annotations

import re
from typing import Literal

from bot.playground.git.store import Git

_HEAD = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def hunk_at(patch: str, line: int, side: str) -> str | None:
    """The hunk down to that line of that side (LEFT is before, RIGHT after), or None when it is not in it."""
    shown: list[str] = []
    old = new = 0
    for text in patch.split("\n"):
        head = _HEAD.match(text)
        if head is not None:
            shown, old, new = [text], int(head[1]) - 1, int(head[3]) - 1
            continue
        shown.append(text)
        old += text[:1] in (" ", "-")
        new += text[:1] in (" ", "+")
        at = new if side == "RIGHT" else old
        if at == line and text[:1] in (" ", "+" if side == "RIGHT" else "-"):
            return "\n".join(shown)
    return None


def line_at(patch: str, position: int) -> tuple[int, Literal["LEFT", "RIGHT"]] | None:
    """The line and side at that offset from the first hunk's head; heads of further hunks count too, and have none."""
    old = new = 0
    for at, text in enumerate(patch.split("\n")):
        head = _HEAD.match(text)
        if head is not None:
            old, new = int(head[1]) - 1, int(head[3]) - 1
        old += text[:1] in (" ", "-")
        new += text[:1] in (" ", "+")
        if at == position:
            return (old, "LEFT") if text[:1] == "-" else (new, "RIGHT") if text[:1] in (" ", "+") else None
    return None


def moved_line(git: Git, before: str, after: str, path: str, line: int) -> int | None:
    """Where a line of a file stands in a later commit; None when it was changed or the file is gone."""
    if git.entry_at(after, path) is None:
        return None
    text = git.ask("diff-tree", "-r", "--no-color", "--no-ext-diff", "-U0", "-p", before, after, "--", path)
    shift = 0
    for head in (match for match in map(_HEAD.match, text.split("\n")) if match):
        start, count = int(head[1]), int(head[2] or 1)
        added = int(head[4] or 1)
        if count and start <= line < start + count:
            return None
        if (start if count else start + 1) <= line:
            shift += added - count
    return line + shift
