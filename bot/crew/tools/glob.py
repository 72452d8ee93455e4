"""Glob: the files whose paths match a pattern."""

from __future__ import annotations

from pydantic import Field

from bot.crew.tools.desk import Desk
from bot.crew.tools.globbing import path_pattern, under
from bot.crew.tools.tool import Answer, Inputs, Tool

MOST_PATHS = 300


class GlobInputs(Inputs):
    pattern: str = Field(min_length=1, description="Like `backend/**/*.py` or `*.{ts,tsx}`")
    path: str | None = Field(None, description="The directory to look in; the repository's root if left out")


def run(call: GlobInputs, desk: Desk) -> Answer:
    pattern = path_pattern(call.pattern)
    paths = under(desk.paths(), call.path)
    root = "" if call.path is None else call.path.strip().removeprefix("./").rstrip("/") + "/"
    found = [path for path in paths if pattern.fullmatch(path) or pattern.fullmatch(path.removeprefix(root))]
    if not found:
        return Answer(f"No file matches `{call.pattern}`{f' in {call.path}' if call.path else ''}.")
    more = f"\n[{len(found) - MOST_PATHS} more; use a narrower pattern.]" if len(found) > MOST_PATHS else ""
    return Answer("\n".join(found[:MOST_PATHS]) + more)


GLOB = Tool(
    "Glob",
    "List the files whose paths match a pattern, sorted by path. A pattern without a slash matches names in any "
    "directory; `**` crosses directories.",
    GlobInputs,
    run,
)
