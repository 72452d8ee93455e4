"""Read: the lines of a file, numbered."""

from __future__ import annotations

from pydantic import Field

from bot.crew.tools.cutting import MOST_CHARACTERS, lines_of, short
from bot.crew.tools.desk import Desk, ToolError
from bot.crew.tools.tool import Answer, Inputs, Tool

MOST_LINES = 2_000


class ReadInputs(Inputs):
    file_path: str = Field(description="The file, relative to the repository's root")
    offset: int | None = Field(None, ge=0, description="The first line to read, from 1")
    limit: int | None = Field(
        None, ge=1, description=f"How many lines to read; at most {MOST_LINES} are given"
    )


def run(call: ReadInputs, desk: Desk) -> Answer:
    lines = lines_of(desk.read(call.file_path))
    if not lines:
        return Answer(f"{call.file_path} is empty.")
    first = call.offset or 1
    if first > len(lines):
        raise ToolError(f"{call.file_path} has only {len(lines)} lines, so there is no line {first}.")
    wanted = lines[first - 1 :][: min(call.limit or MOST_LINES, MOST_LINES)]
    shown = list(_numbered(wanted, first))
    last = first + len(shown) - 1
    note = _note(first, last, len(lines))
    return Answer("\n".join([*shown, *note]))


def _numbered(lines: list[str], first: int) -> list[str]:
    shown: list[str] = []
    room = MOST_CHARACTERS
    for number, line in enumerate(lines, first):
        numbered = f"{number:>6}\t{short(line)}"
        room -= len(numbered) + 1
        if room < 0 and shown:
            break
        shown.append(numbered)
    return shown


def _note(first: int, last: int, total: int) -> list[str]:
    if first == 1 and last == total:
        return []
    more = f" Go on with offset={last + 1}." if last < total else ""
    return [f"[Lines {first} to {last} of {total}.{more}]"]


READ = Tool(
    "Read",
    "Read a file. Every line comes with its number and a tab in front, which are not part of the file. "
    "Long files come in parts: use offset and limit.",
    ReadInputs,
    run,
)
