"""Patterns of paths as ripgrep and Claude Code read them: `*`, `**`, `?`, `[a-z]`, `{a,b}`."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.crew.tools.desk import MalformedCall, inside


@lru_cache(maxsize=64)
def path_pattern(glob: str) -> re.Pattern[str]:
    """A regular expression for the whole path. A glob without a slash matches the name in any directory."""
    anchored = glob.removeprefix("./").removeprefix("/")
    pattern = "".join(_translate(anchored))
    try:
        return re.compile(pattern if "/" in anchored else f"(?:.*/)?{pattern}")
    except re.error:
        raise MalformedCall(f"`{glob}` is no pattern that can be read; use *, **, ? and {{a,b}}.") from None


def under(paths: tuple[str, ...], directory: str | None) -> tuple[str, ...]:
    """The paths in a directory, or the one file that is named; all of them for the root."""
    if directory is None or directory.strip() in ("", ".", "./", "/"):
        return paths
    root = inside(directory)
    return tuple(path for path in paths if path == root or path.startswith(f"{root}/"))


def _translate(glob: str) -> list[str]:
    pieces: list[str] = []
    depth = place = 0
    while place < len(glob):
        char = glob[place]
        if glob.startswith("**/", place):
            pieces.append("(?:.*/)?")
            place += 3
            continue
        if glob.startswith("**", place):
            pieces.append(".*")
            place += 2
            continue
        if char == "[" and (end := glob.find("]", place + 2)) > 0:
            pieces.append("[" + glob[place + 1 : end].replace("!", "^", 1).replace("\\", r"\\") + "]")
            place = end + 1
            continue
        depth += (char == "{") - (char == "}" and depth > 0)
        pieces.append(_single(char, depth))
        place += 1
    return pieces


def _single(char: str, depth: int) -> str:
    if char == "{":
        return "(?:"
    if char == "}":
        return ")"
    if char == "," and depth:
        return "|"
    return {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char))
