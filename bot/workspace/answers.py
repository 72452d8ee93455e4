"""What git said of commits by their SHA, kept in memory: such an answer never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from bot.workspace.objects import Content, Entry, RawChange

MOST_ENTRIES = 200_000
MOST_TEXT = 32 * 1024 * 1024
MOST_ANSWERS = 20_000

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Kept(Generic[Key, Answer]):
    """Answers by question; together they weigh no more than `most`, and the longest unasked goes first."""

    def __init__(self, most: int, weigh: Callable[[Answer], int] = lambda answer: 1) -> None:
        self._most, self._weigh = most, weigh
        self._known: OrderedDict[Key, Answer] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def among(self, keys: set[Key]) -> dict[Key, Answer]:
        """Those of the answers that are known."""
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
            for key in found:
                self._known.move_to_end(key)
            return found

    def keep(self, key: Key, answer: Answer) -> None:
        with self._lock:
            if key in self._known:
                return
            self._known[key] = answer
            self._weight += 1 + self._weigh(answer)
            while self._weight > self._most:
                _, gone = self._known.popitem(last=False)
                self._weight -= 1 + self._weigh(gone)

    def asked(self, key: Key, ask: Callable[[], Answer]) -> Answer:
        """The answer, asked for once; two who ask at the same moment may both ask."""
        found = self.among({key})
        if key in found:
            return found[key]
        answer = ask()
        self.keep(key, answer)
        return answer


@dataclass(frozen=True)
class Answers:
    """Of all mirrors; each question begins with the directory of the one that was asked."""

    entries: Kept[tuple[Path, str], tuple[Entry, ...]] = field(
        default_factory=lambda: Kept(MOST_ENTRIES, len)
    )
    contents: Kept[tuple[Path, str], Content] = field(
        default_factory=lambda: Kept(MOST_TEXT, lambda content: 200 + len(content.text or ""))
    )
    changes: Kept[tuple[Path, str, str], tuple[RawChange, ...]] = field(
        default_factory=lambda: Kept(MOST_ENTRIES, len)
    )
    contained: Kept[tuple[Path, str, str], bool] = field(default_factory=lambda: Kept(MOST_ANSWERS))
    bases: Kept[tuple[Path, str, str], str] = field(default_factory=lambda: Kept(MOST_ANSWERS))
    trees: Kept[tuple[Path, str], str] = field(default_factory=lambda: Kept(MOST_ANSWERS))
