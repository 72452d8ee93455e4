"""Which paths a list of patterns means: .gitignore's globs, always anchored at the repository's root."""

from __future__ import annotations

import re
from functools import lru_cache

from pathspec import PathSpec, Pattern

Globs = tuple[str, ...]


def matches(path: str, globs: Globs) -> bool:
    """Whether one of the patterns means this path; a path that could leave the repository is never meant."""
    return stays_inside(path) and _compiled(globs).match_file(path)


def stays_inside(path: str) -> bool:
    """A relative path with plain parts, as git lists it."""
    return bool(path) and not any(part in {"", ".", ".."} for part in path.split("/"))


def fault(glob: str) -> str | None:
    """What is wrong with a pattern, as a sentence; None for a good one."""
    if not glob.strip():
        return "an empty pattern means nothing; remove it."
    if glob != glob.strip() or "\n" in glob:
        return f"“{glob.strip()}” has blanks around it or a line break in it; remove them."
    if glob.startswith("!"):
        return f"“{glob}” takes paths away again; write “{glob[1:]}” under `never:` instead."
    if glob.startswith("#"):
        return f"“{glob}” would be read as a comment; a pattern cannot begin with “#”."
    if "\\" in glob:
        return f"“{glob}” has a backslash; write paths with “/” and no escapes."
    if not stays_inside(glob.strip("/")):
        return f"“{glob}” is no path inside the repository; write it from the root, without “..” and “//”."
    return None


@lru_cache(maxsize=512)
def _compiled(globs: Globs) -> PathSpec[Pattern]:
    return PathSpec.from_lines("gitignore", ["/" + glob.lstrip("/") for glob in globs])


def sample(glob: str) -> str:
    """One path that the pattern means, for asking whose it is."""
    parts = [_plain(part) for part in glob.strip("/").split("/")]
    return "/".join([*parts, "x"] if glob.endswith("/") else parts)


def meeting_points(one: str, other: str) -> tuple[str, ...]:
    """Paths that both patterns may mean, if there are any: where to look for two owners of one file."""
    return tuple(
        dict.fromkeys((sample(one), sample(other), _head(one) + _tail(other), _head(other) + _tail(one)))
    )


def _head(glob: str) -> str:
    """What stands before the last `**`."""
    head, deep, _ = glob.strip("/").rpartition("**")
    return sample(head) + "/" if deep and head else ""


def _tail(glob: str) -> str:
    """What stands behind the last `**`."""
    return sample(glob.strip("/").rpartition("**/")[2])


def _plain(part: str) -> str:
    return "x" if part == "**" else _CLASS.sub(r"\1", part).replace("*", "x").replace("?", "x")


_CLASS = re.compile(r"\[([^\]!])[^\]]*\]")
