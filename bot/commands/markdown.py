"""Which lines of a comment are its author's open text, and which are code, quotes, lists or hidden.

Commands are told by lines, not by rendered blocks: what somebody typed at the start of a line counts even
where CommonMark would fold it into a quote or a heading. So this reads blocks as CommonMark does, and stays
at lines. Every character is looked at a bounded number of times, whatever a comment holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from bot.commands.inline import Paragraph, read_paragraph
from bot.commands.shapes import (
    BREAK,
    CODE_SPAN,
    CODE_TAGS,
    HEADING,
    LINE_END,
    MARKER,
    RAW_START,
    SETEXT,
    TAG,
    Fence,
    cells,
    fence_mark,
    indentation,
    is_delimiter_row,
    past_comments,
)

_DEEPEST_LIST = 100


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
    reader = _Reader(LINE_END.split(body))
    reader.read()
    return tuple(reader.lines)


@dataclass
class _Reader:
    """Reads block structure from the first line to the last."""

    source: list[str]
    lines: list[Line] = field(default_factory=list)
    items: list[int] = field(default_factory=list)  # content columns of the open list items
    lazy: list[int] = field(default_factory=list)  # those that a line goes on with, though it is not indented
    after_quote: bool = False
    empty_item: bool = False
    fence: Fence | None = None
    in_comment: bool = False
    table: bool = False
    raw_tag: str = ""
    open_tags: dict[str, int] = field(default_factory=dict)
    last_close: dict[str, int] = field(default_factory=dict)
    paragraph: Paragraph = field(default_factory=Paragraph)

    def read(self) -> None:
        for number, text in enumerate(self.source):
            for tag in TAG.finditer(text):
                if tag[1]:
                    self.last_close[tag[2].lower()] = number
        for number, text in enumerate(self.source):
            self._read_line(number, text)
        self._end_paragraph()

    # --- what a line is, in the order in which CommonMark asks -----------------------------------

    def _read_line(self, number: int, text: str) -> None:
        indent, content = indentation(text)
        if self.in_comment:
            self._in_comment(number, text)
        elif self.raw_tag:
            self._in_raw_tag(text)
        elif not content.strip():
            self._blank(text)
        elif self.fence and indent >= self.fence.column:
            self._in_fence(self.fence, indent, content, text)
        else:
            self.fence = None  # where one was open, its list item is over
            self._in_lists(number, indent, content, text)

    def _in_lists(self, number: int, indent: int, content: str, text: str) -> None:
        around = self.items
        self.items = [column for column in around if column <= indent]
        self.lazy = around if self.paragraph and self.items != around else []
        if indent - self._column >= 4:
            self._indented(number, text)
        elif content[0] == ">":
            self._alone(number, text)
            self.after_quote = True
        elif BREAK.fullmatch(content) or HEADING.match(content) or self._underlines(content):
            self._alone(number, text)
        else:
            self._block(number, indent, content, text)

    def _block(self, number: int, indent: int, content: str, text: str) -> None:
        content, listed = self._list_markers(indent, content)
        if listed:
            self._end_paragraph()
        if listed and not content:
            self._add(text, Place.TEXT)
            self.empty_item = True
        elif listed and (content[0] == ">" or HEADING.match(content)):
            self._alone(number, text)
        elif mark := fence_mark(content):
            self._add(text, Place.CODE)
            self.fence = Fence(mark, self._column)
        elif content.startswith("<!--"):
            self._comment_block(number, content)
        elif raw := RAW_START.match(content):
            self.raw_tag = raw[1].lower()
            self._in_raw_tag(text)
        else:
            self._text(number, content, text, listed, within=bool(self.lazy) and indent > 0)

    # --- one kind of line each --------------------------------------------------------------------

    def _blank(self, text: str) -> None:
        self._end_paragraph()
        self.table = False
        if self.empty_item:
            self.items.pop()  # a list item begins with at most one blank line
        self._add(text, Place.CODE if self.fence else Place.BLANK)

    def _in_fence(self, fence: Fence, indent: int, content: str, text: str) -> None:
        if fence.closed_by(indent, content):
            self.fence = None
        self._add(text, Place.CODE)

    def _indented(self, number: int, text: str) -> None:
        if self.paragraph:
            self.items = self.lazy or self.items
            self._into_paragraph(number, text, Place.TEXT)
        else:
            self._add(text, Place.CODE)

    def _in_comment(self, number: int, text: str) -> None:
        end = text.find("-->")
        if end < 0:
            self._add("", Place.HIDDEN)
        else:
            self.in_comment = False
            self._comment_block(number, text[end + 3 :])

    def _comment_block(self, number: int, content: str) -> None:
        self._end_paragraph()
        rest = past_comments(content)
        self.in_comment = rest is None
        if not rest or not rest.strip():
            self._add("", Place.HIDDEN)
        elif rest[0] in ">|#" or MARKER.match(rest):
            self._alone(number, rest)
        else:
            self._text(number, rest, rest, listed=False)

    def _in_raw_tag(self, text: str) -> None:
        if f"</{self.raw_tag}>" in text.lower():
            self.raw_tag = ""
        self._add(text, Place.CODE)

    def _text(self, number: int, content: str, text: str, listed: bool, within: bool = False) -> None:
        place = Place.TEXT if listed or self.items or within else Place.OPEN
        if self._table_row(number, content):
            place = Place.TEXT
        inside = {tag for tag, depth in self.open_tags.items() if depth}
        self._follow_tags(number, content)
        if inside:
            place = Place.CODE if CODE_TAGS & inside else Place.TEXT
        if listed:
            self.after_quote = False
        else:
            self.items = self.lazy or self.items
        self._into_paragraph(number, text, place)

    def _alone(self, number: int, text: str) -> None:
        self._end_paragraph()
        self._into_paragraph(number, text, Place.TEXT)
        self._end_paragraph()
        self.after_quote = False

    # --- lists, tables, tags -----------------------------------------------------------------------

    @property
    def _column(self) -> int:
        return self.items[-1] if self.items else 0

    def _underlines(self, content: str) -> bool:
        """Whether the line makes a heading of the paragraph above it."""
        lazily = self.lazy or self.after_quote
        return bool(self.paragraph and not lazily and SETEXT.fullmatch(content))

    def _list_markers(self, indent: int, content: str) -> tuple[str, bool]:
        """What stands behind the list markers that a line begins with, and whether there are any."""
        listed = False
        while (found := MARKER.match(content)) and len(self.items) < _DEEPEST_LIST:
            blanks, inner = indentation(content[found.end() :])
            in_prose = self.paragraph and not listed and not (self.items or self.lazy or self.after_quote)
            if in_prose and not (found[1] in (None, "1") and inner):
                break  # a paragraph is only interrupted by a list that begins at one and is not empty
            indent += found.end() + (blanks if inner and 1 <= blanks <= 4 else 1)
            self.items.append(indent)
            listed, content = True, inner
            if blanks > 4:
                break
        return content, listed

    def _table_row(self, number: int, content: str) -> bool:
        if "|" not in content:
            return False
        if not self.table and number + 1 < len(self.source):
            below = self.source[number + 1].strip()
            self.table = is_delimiter_row(below) and cells(below) == cells(content)
        return self.table

    def _follow_tags(self, number: int, content: str) -> None:
        """Notes which elements are open; one that is never closed is taken for a mention of it."""
        if "<" not in content:
            return
        for tag in TAG.finditer(CODE_SPAN.sub("", content)):
            name = tag[2].lower()
            depth = self.open_tags.get(name, 0)
            if tag[1]:
                self.open_tags[name] = max(0, depth - 1)
            elif depth or self.last_close.get(name, -1) >= number:
                self.open_tags[name] = depth + 1

    # --- lines and paragraphs ----------------------------------------------------------------------

    def _add(self, text: str, place: Place) -> None:
        self._end_paragraph()
        self.after_quote = self.empty_item = False
        self.lines.append(Line(text, place))

    def _into_paragraph(self, number: int, text: str, place: Place) -> None:
        self.lines.append(Line(text, place))
        self.paragraph.add(number, text)
        self.empty_item = False

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
