"""What a line of Markdown looks like by itself: its indentation, markers, fences, tags and table cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

INVISIBLE = "\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u061c"
LINE_END = re.compile(r"\r\n|\r|\n")
MARKER = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t]|$)")
HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
SETEXT = re.compile(r"(?:=+|-+)[ \t]*")
BREAK = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
TAG = re.compile(
    r"<(/?)(pre|script|style|textarea|code|samp|kbd|blockquote|details|table|ul|ol|dl|del|s|strike)(?=[\s/>]|$)",
    re.IGNORECASE,
)
RAW_START = re.compile(r"<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
CODE_TAGS = frozenset({"pre", "script", "style", "textarea", "code", "samp", "kbd"})
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)[^`]*\1(?!`)")

_INDENT = re.compile(rf"[ \t\u00a0{INVISIBLE}]*")
_FENCE = re.compile(r"(`{3,})[^`]*|(~{3,}).*")


@dataclass(frozen=True)
class Fence:
    """An open code fence; `column` is where the content of its list item begins."""

    mark: str
    column: int

    def closed_by(self, indent: int, content: str) -> bool:
        bare = content.rstrip(" \t")
        return indent - self.column < 4 and len(bare) >= len(self.mark) and not bare.strip(self.mark[0])


def fence_mark(content: str) -> str:
    """The backticks or tildes that open a fence here, or nothing."""
    found = _FENCE.fullmatch(content)
    return (found[1] or found[2]) if found else ""


def indentation(text: str) -> tuple[int, str]:
    """How many columns a line is indented, and what stands there; invisible characters take none."""
    end = _indent_end(text, 0)
    column = 0
    for character in text[:end]:
        if character == "\t":
            column += 4 - column % 4
        elif character in " \u00a0":
            column += 1
    return column, text[end:]


def past_comments(content: str) -> str | None:
    """What stands behind the HTML comments that a line begins with; None if the last one stays open."""
    position = _indent_end(content, 0)
    while content.startswith("<!--", position):
        end = content.find("-->", position + 2)
        if end < 0:
            return None
        position = _indent_end(content, end + 3)
    return content[position:]


def is_delimiter_row(text: str) -> bool:
    """The row of dashes below a table's head."""
    return "-" in text and "|" in text and not text.strip("|:- \t")


def cells(row: str) -> int:
    """How many cells a table's row has."""
    bare = row.strip().replace("\\|", "")
    return bare.count("|") + 1 - bare.startswith("|") - (len(bare) > 1 and bare.endswith("|"))


def _indent_end(text: str, position: int) -> int:
    found = _INDENT.match(text, position)
    assert found is not None
    return found.end()
