"""Edit: replace one text in a file by another, only where it is clear which one is meant."""

from __future__ import annotations

from pydantic import Field

from bot.crew.tools.cutting import lines_of
from bot.crew.tools.desk import Desk, ToolError, inside
from bot.crew.tools.tool import Answer, Inputs, Tool


class EditInputs(Inputs):
    file_path: str = Field(description="The file, relative to the repository's root")
    old_string: str = Field(description="The text to replace, exactly as it stands in the file")
    new_string: str = Field(description="The text to put in its place")
    replace_all: bool = Field(False, description="Replace every occurrence, instead of the only one")


def run(call: EditInputs, desk: Desk) -> Answer:
    desk.check_owner(inside(call.file_path))
    if call.old_string == call.new_string:
        raise ToolError("old_string and new_string are the same, so nothing would change.")
    if not call.old_string:
        raise ToolError("old_string is empty; to create a file or replace all of it use Write.")
    text = desk.read(call.file_path)
    old, new = (_line_ends_as_in(text, call.old_string), _line_ends_as_in(text, call.new_string))
    found = text.count(old)
    if found == 0:
        raise ToolError(_not_found(call, text))
    if found > 1 and not call.replace_all:
        raise ToolError(
            f"old_string stands {found} times in {call.file_path} (lines {_places(text, old)}); "
            "take more of the text around it so that it is the only one, or set replace_all."
        )
    desk.write(call.file_path, text.replace(old, new))
    return Answer(f"Edited {call.file_path}: {found} {'place' if found == 1 else 'places'} replaced.")


def _line_ends_as_in(text: str, given: str) -> str:
    """Models write bare newlines; in a file with CRLF they mean those."""
    return given.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in text else given


def _places(text: str, old: str) -> str:
    lines: list[str] = []
    at = text.find(old)
    while at >= 0:
        lines.append(str(text.count("\n", 0, at) + 1))
        at = text.find(old, at + len(old))
    return ", ".join(lines[:10]) + (", …" if len(lines) > 10 else "")


def _not_found(call: EditInputs, text: str) -> str:
    sentence = f"old_string does not stand in {call.file_path}; nothing was changed."
    first = next((line.strip() for line in call.old_string.splitlines() if line.strip()), "")
    near = [str(n) for n, line in enumerate(lines_of(text), 1) if first and first in line]
    if near:
        return f"{sentence} Its first line is like line {', '.join(near[:5])}; the blanks or what follows differ."
    return f"{sentence} Read the file again and copy the text exactly, without the line numbers."


EDIT = Tool(
    "Edit",
    "Replace a text in a file. old_string must stand in the file exactly as given, blanks included, and only "
    "once, unless replace_all is set. Read the file first.",
    EditInputs,
    run,
)
