"""The patterns of `branches:` and `paths:` filters, as GitHub reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache


def chosen(name: str, patterns: Sequence[str]) -> bool:
    """Whether the name passes: the last pattern that matches decides, `!` takes out again."""
    inside = False
    for pattern in patterns:
        if pattern.startswith("!"):
            inside = inside and not _compiled(pattern[1:]).fullmatch(name)
        elif _compiled(pattern).fullmatch(name):
            inside = True
    return inside


def any_chosen(names: Iterable[str], patterns: Sequence[str]) -> bool:
    """Whether at least one of the names passes."""
    return any(chosen(name, patterns) for name in names)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(_expression(pattern))
    except re.error:
        return re.compile(re.escape(pattern))


def _expression(pattern: str) -> str:
    pieces: list[str] = []
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            pieces.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            pieces.append(".*")
            at += 2
        elif sign == "*":
            pieces.append("[^/]*")
            at += 1
        elif sign in "?+" and pieces:
            pieces.append(sign)
            at += 1
        elif sign == "[" and (end := pattern.find("]", at + 1)) > 0:
            pieces.append("[" + pattern[at + 1 : end].replace("\\", "\\\\") + "]")
            at = end + 1
        else:
            at += sign == "\\" and at + 1 < len(pattern)
            pieces.append(re.escape(pattern[at]))
            at += 1
    return "".join(pieces)
