"""What of a paragraph is hidden, code or struck out, across its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Paragraph:
    """Lines that CommonMark reads as one, with their numbers in the comment."""

    numbers: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, number: int, text: str) -> None:
        self.numbers.append(number)
        self.texts.append(text)

    def __bool__(self) -> bool:
        return bool(self.numbers)


@dataclass(frozen=True)
class Shown:
    """A line without its HTML comments; `inside` where it begins within code or struck-out text."""

    text: str
    inside: bool


Span = tuple[int, int]

_TOKEN = re.compile(r"\\.|`+|<!--|~~", re.DOTALL)


def read_paragraph(paragraph: Paragraph) -> Iterator[tuple[int, Shown]]:
    """Each line's number and what is shown of it."""
    text = "\n".join(paragraph.texts)
    hidden, formatted = _spans(text)
    start = 0
    for number, line in zip(paragraph.numbers, paragraph.texts, strict=True):
        end = start + len(line)
        yield number, Shown(_without(text, start, end, hidden), _covers(formatted, start))
        start = end + 1


def _spans(text: str) -> tuple[list[Span], list[Span]]:
    """HTML comments; and code spans and struck-out text. Each list is in order and without overlaps."""
    hidden: list[Span] = []
    code: list[Span] = []
    strikes: list[int] = []
    closing = _closing_backticks(text)
    last_close = text.rfind("-->")
    position = 0
    while token := _TOKEN.search(text, position):
        start, position = token.span()
        if token[0] == "~~":
            strikes.append(start)
        elif token[0] == "<!--" and start + 2 <= last_close:
            position = text.index("-->", start + 2) + 3
            hidden.append((start, position))
        elif token[0][0] == "`" and start in closing:
            position = closing[start]
            code.append((start, position))
    pairs = list(zip(strikes[::2], strikes[1::2], strict=False))
    return hidden, _merged(code + pairs)


def _closing_backticks(text: str) -> dict[int, int]:
    """For each run of backticks, where the next run of the same length ends."""
    following: dict[int, int] = {}
    found: dict[int, int] = {}
    for run in reversed(list(re.finditer("`+", text))):
        length = len(run[0])
        if length in following:
            found[run.start()] = following[length]
        following[length] = run.end()
    return found


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _covers(spans: list[Span], position: int) -> bool:
    index = bisect_right(spans, (position, -1)) - 1
    return index >= 0 and spans[index][0] < position < spans[index][1]


def _without(text: str, start: int, end: int, hidden: list[Span]) -> str:
    """The line's text outside the hidden spans."""
    index = max(0, bisect_right(hidden, (start, -1)) - 1)
    kept: list[str] = []
    while index < len(hidden) and hidden[index][0] < end:
        kept.append(text[start : max(start, hidden[index][0])])
        start = max(start, min(end, hidden[index][1]))
        index += 1
    kept.append(text[start:end])
    return "".join(kept)
