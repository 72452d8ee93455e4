"""Which lines of a comment are its author's open text, and which are code, quotes, lists or hidden.

Commands are told by lines, not by rendered blocks: what somebody typed at the start of a line counts even
where CommonMark would fold it into a quote or a heading. So this reads blocks as CommonMark does, and stays
at lines. Every character is looked at a bounded number of times, whatever a comment holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from bot.commands.inline import Paragraph, read_paragraph


class Place(Enum):
    """Where a line stands."""

    OPEN = "open"  # the author's own words, where a command may stand
    TEXT = "text"  # shown as text, but listed, quoted, indented, struck out, or in a table
    CODE = "code"
    HIDDEN = "hidden"
    BLANK = "blank"


@dataclass(frozen=True)
class Line:
    """One line as a reader sees it: HTML comments are gone from `text`."""

    text: str
    place: Place


def read_lines(body: str) -> tuple[Line, ...]:
    """The comment line by line; CRLF, LF and a lone CR all end a line."""
    reader = _Reader(_LINE_END.split(body))
    reader.read()
    return tuple(reader.lines)


INVISIBLE = "\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u061c"

_LINE_END = re.compile(r"\r\n|\r|\n")
_INDENT = re.compile(rf"[ \t\u00a0{INVISIBLE}]*")
_MARKER = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t]|$)")
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*")
_BREAK = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
_FENCE = re.compile(r"(`{3,})[^`]*|(~{3,}).*")
_TAG = re.compile(
    r"<(/?)(pre|script|style|textarea|code|samp|kbd|blockquote|details|table|ul|ol|dl|del|s|strike)(?=[\s/>]|$)",
    re.IGNORECASE,
)
_RAW_START = re.compile(r"<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_CODE_TAGS = frozenset({"pre", "script", "style", "textarea", "code", "samp", "kbd"})
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)[^`]*\1(?!`)")
_DEEPEST_LIST = 100


@dataclass(frozen=True)
class _Fence:
    mark: str
    width: int

    def closed_by(self, content: str) -> bool:
        bare = content.rstrip(" \t")
        return len(bare) >= len(self.mark) and not bare.strip(self.mark[0])


@dataclass
class _Reader:
    """Reads block structure from the first line to the last."""

    source: list[str]
    lines: list[Line] = field(default_factory=list)
    items: list[int] = field(default_factory=list)  # content columns of the open list items
    lazy: list[int] = field(default_factory=list)  # those that a line goes on with, though it is not indented
    fence: _Fence | None = None
    in_comment: bool = False
    table: bool = False
    raw_tag: str = ""
    open_tags: dict[str, int] = field(default_factory=dict)
    last_close: dict[str, int] = field(default_factory=dict)
    paragraph: Paragraph = field(default_factory=Paragraph)

    def read(self) -> None:
        for number, text in enumerate(self.source):
            for tag in _TAG.finditer(text):
                if tag[1]:
                    self.last_close[tag[2].lower()] = number
        for number, text in enumerate(self.source):
            self._read_line(number, text)
        self._end_paragraph()

    # --- what a line is, in the order in which CommonMark asks -----------------------------------

    def _read_line(self, number: int, text: str) -> None:
        if self.in_comment:
            return self._in_comment(number, text)
        if self.raw_tag:
            return self._in_raw_tag(text)
        indent, content = _indentation(text)
        if not content.strip():
            return self._blank(text)
        if self.fence and indent < self.fence.width:
            self.fence = None  # its list item is over
        if self.fence:
            return self._in_fence(indent, content, text)
        around = self.items
        self.items = [column for column in around if column <= indent]
        self.lazy = around if self.paragraph and self.items != around else []
        if indent - self._column >= 4:
            return self._indented(number, text)
        self._block(number, indent, content, text)

    def _block(self, number: int, indent: int, content: str, text: str) -> None:
        if content[0] == ">":
            return self._alone(number, text, Place.TEXT)
        if self.paragraph and not self.lazy and _SETEXT.fullmatch(content):
            return self._alone(number, text, Place.TEXT)
        if _BREAK.fullmatch(content) or _HEADING.match(content):
            return self._alone(number, text, Place.TEXT)
        content, listed = self._list_markers(indent, content)
        if listed:
            self._end_paragraph()
        if listed and not content:
            return self._add(text, Place.TEXT)
        if listed and (content[0] == ">" or _HEADING.match(content)):
            return self._alone(number, text, Place.TEXT)
        fence = _FENCE.fullmatch(content)
        if fence:
            self._end_paragraph()
            self.fence = _Fence(fence[1] or fence[2], self._column)
            return self._add(text, Place.CODE)
        if content.startswith("<!--"):
            self._end_paragraph()
            return self._comment_block(number, content)
        if raw := _RAW_START.match(content):
            return self._raw_block(raw[1].lower(), text)
        self._text(number, content, text, listed, within=bool(self.lazy) and indent > 0)

    # --- one kind of line each --------------------------------------------------------------------

    def _blank(self, text: str) -> None:
        self._end_paragraph()
        self.table = False
        self._add(text, Place.CODE if self.fence else Place.BLANK)

    def _in_fence(self, indent: int, content: str, text: str) -> None:
        assert self.fence is not None
        if indent - self.fence.width < 4 and self.fence.closed_by(content):
            self.fence = None
        self._add(text, Place.CODE)

    def _indented(self, number: int, text: str) -> None:
        if self.paragraph:
            self.items = self.lazy or self.items
            return self._into_paragraph(number, text, Place.TEXT)
        self._add(text, Place.CODE)

    def _comment_block(self, number: int, content: str) -> None:
        rest = _past_comments(content)
        if rest is None:
            self.in_comment = True
            return self._add("", Place.HIDDEN)
        if not rest.strip():
            return self._add("", Place.HIDDEN)
        if rest[0] in ">|#" or _MARKER.match(rest):
            return self._alone(number, rest, Place.TEXT)
        self._text(number, rest, rest, listed=False)

    def _in_comment(self, number: int, text: str) -> None:
        end = text.find("-->")
        if end < 0:
            return self._add("", Place.HIDDEN)
        self.in_comment = False
        self._comment_block(number, text[end + 3 :])

    def _raw_block(self, tag: str, text: str) -> None:
        self._end_paragraph()
        self.raw_tag = tag
        self._in_raw_tag(text)

    def _in_raw_tag(self, text: str) -> None:
        if f"</{self.raw_tag}>" in text.lower():
            self.raw_tag = ""
        self._add(text, Place.CODE)

    def _text(self, number: int, content: str, text: str, listed: bool, within: bool = False) -> None:
        place = Place.TEXT if listed or self.items or within else Place.OPEN
        if self._table_row(number, content):
            place = Place.TEXT
        inside = [tag for tag, depth in self.open_tags.items() if depth]
        self._follow_tags(number, content)
        if inside:
            place = Place.CODE if _CODE_TAGS & set(inside) else Place.TEXT
        if not listed:
            self.items = self.lazy or self.items
        self._into_paragraph(number, text, place)

    def _alone(self, number: int, text: str, place: Place) -> None:
        self._end_paragraph()
        self._into_paragraph(number, text, place)
        self._end_paragraph()

    # --- lists, tables, tags -----------------------------------------------------------------------

    @property
    def _column(self) -> int:
        return self.items[-1] if self.items else 0

    def _list_markers(self, indent: int, content: str) -> tuple[str, bool]:
        listed = False
        while (found := _MARKER.match(content)) and len(self.items) < _DEEPEST_LIST:
            rest = content[found.end() :]
            interrupts = found[1] in (None, "1") and rest.strip()
            if self.paragraph and not listed and not self.items and not self.lazy and not interrupts:
                break
            blanks, inner = _indentation(rest)
            gap = blanks if inner and 1 <= blanks <= 4 else 1
            indent += found.end() + gap
            self.items.append(indent)
            listed, content = True, inner
            if not inner or blanks > 4:
                break
        return content, listed

    def _table_row(self, number: int, content: str) -> bool:
        if "|" not in content:
            return False
        if not self.table and number + 1 < len(self.source):
            below = self.source[number + 1].strip()
            self.table = _is_delimiter_row(below) and _cells(below) == _cells(content)
        return self.table

    def _follow_tags(self, number: int, content: str) -> None:
        """Notes which elements are open; one that is never closed is taken for a mention of it."""
        if "<" not in content:
            return
        for tag in _TAG.finditer(_CODE_SPAN.sub("", content)):
            name = tag[2].lower()
            depth = self.open_tags.get(name, 0)
            if tag[1]:
                self.open_tags[name] = max(0, depth - 1)
            elif depth or self.last_close.get(name, -1) >= number:
                self.open_tags[name] = depth + 1

    # --- lines and paragraphs ----------------------------------------------------------------------

    def _add(self, text: str, place: Place) -> None:
        if place is not Place.BLANK:
            self._end_paragraph()
        self.lines.append(Line(text, place))

    def _into_paragraph(self, number: int, text: str, place: Place) -> None:
        self.lines.append(Line(text, place))
        self.paragraph.add(number, text)

    def _end_paragraph(self) -> None:
        if not self.paragraph:
            return
        for number, shown in read_paragraph(self.paragraph):
            place = self.lines[number].place
            if not shown.text.strip():
                place = Place.HIDDEN
            elif shown.inside and place is Place.OPEN:
                place = Place.TEXT
            self.lines[number] = Line(shown.text, place)
        self.paragraph = Paragraph()


def _indentation(text: str) -> tuple[int, str]:
    """How many columns a line is indented, and what stands there; invisible characters take none."""
    found = _INDENT.match(text)
    assert found is not None
    column = 0
    for character in found[0]:
        if character == "\t":
            column += 4 - column % 4
        elif character in " \u00a0":
            column += 1
    return column, text[found.end() :]


def _past_comments(content: str) -> str | None:
    """What stands behind the HTML comments that a line begins with; None if the last one stays open."""
    position = _indent_end(content, 0)
    while content.startswith("<!--", position):
        end = content.find("-->", position + 2)
        if end < 0:
            return None
        position = _indent_end(content, end + 3)
    return content[position:]


def _indent_end(text: str, position: int) -> int:
    found = _INDENT.match(text, position)
    assert found is not None
    return found.end()


def _is_delimiter_row(text: str) -> bool:
    return "-" in text and "|" in text and not text.strip("|:- \t")


def _cells(row: str) -> int:
    bare = row.strip().replace("\\|", "")
    return bare.count("|") + 1 - bare.startswith("|") - (len(bare) > 1 and bare.endswith("|"))
