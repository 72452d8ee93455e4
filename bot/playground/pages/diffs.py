"""Patches as rows of a table, with the conversations that stand on their lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from bot.playground.acts import pulls
from bot.playground.git.changes import Change
from bot.playground.people import User
from bot.playground.state import PullRequest, Review, ReviewComment, Thread

Kind = Literal["context", "added", "removed", "hunk"]
Side = Literal["LEFT", "RIGHT"]
_HEAD = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
LONGEST = 3_000  # rows of one file; more would stall a browser


@dataclass(slots=True)
class Row:
    """One line of a diff."""

    kind: Kind
    old: int | None
    new: int | None
    text: str
    threads: list[Thread] = field(default_factory=list)
    drafts: list[ReviewComment] = field(default_factory=list)  # of one's own review that is not submitted yet

    @property
    def side(self) -> Side:
        return "LEFT" if self.kind == "removed" else "RIGHT"

    @property
    def line(self) -> int | None:
        return self.old if self.side == "LEFT" else self.new


@dataclass(slots=True)
class File:
    """One changed file."""

    change: Change
    rows: list[Row]
    more: int  # rows that are not shown
    threads: list[Thread]  # about the file as a whole, or on lines that are no longer in the diff


def rows_of(patch: str | None) -> list[Row]:
    rows: list[Row] = []
    old = new = 0
    for text in (patch or "").split("\n") if patch else []:
        head = _HEAD.match(text)
        if head is not None:
            old, new = int(head[1]), int(head[2])
            rows.append(Row("hunk", None, None, text))
        elif text.startswith("+"):
            rows.append(Row("added", None, new, text[1:]))
            new += 1
        elif text.startswith("-"):
            rows.append(Row("removed", old, None, text[1:]))
            old += 1
        elif not text.startswith("\\"):
            rows.append(Row("context", old, new, text[1:]))
            old, new = old + 1, new + 1
    return rows


def tail_of(hunk: str, lines: int = 4) -> list[Row]:
    """The last lines above a comment, as the conversation shows them."""
    rows = rows_of(hunk)
    return rows[-lines:] if rows and rows[-1].kind != "hunk" else rows


def files_of(pull: PullRequest, me: User) -> list[File]:
    mine = pending_of(pull, me)
    return [file_of(pull, change, mine) for change in pulls.files(pull)]


def file_of(pull: PullRequest, change: Change, mine: Review | None) -> File:
    rows = rows_of(change.patch)
    # A line of the context belongs to both sides.
    here: dict[tuple[Side, int | None], Row] = {
        ("LEFT", row.old): row for row in rows if row.kind == "context"
    }
    here |= {(row.side, row.line): row for row in rows if row.line is not None}
    elsewhere: list[Thread] = []
    for thread in (each for each in pull.threads if each.path == change.path):
        row = here.get((thread.side, thread.line))
        (elsewhere if row is None else row.threads).append(thread)
    for draft in mine.drafts if mine is not None else []:
        place = draft.thread
        row = here.get((place.side, place.line)) if place.path == change.path else None
        if row is not None:
            row.drafts.append(draft)
    return File(change, rows[:LONGEST], max(0, len(rows) - LONGEST), elsewhere)


def pending_of(pull: PullRequest, me: User) -> Review | None:
    """One's own review that is begun and not submitted."""
    return next((each for each in pull.reviews if each.author is me and each.state == "PENDING"), None)
