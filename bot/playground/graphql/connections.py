"""Pages of lists: cursors that name an item, so that they hold when other items come and go."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.playground.graphql.failures import Failure

T = TypeVar("T")
Key = int | str
MOST = 100
MARK = "cursor:v2:"


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The part of a list that was asked for."""

    edges: tuple[Edge[T], ...]
    total: int
    around: int  # how many lie between `after` and `before`
    has_next: bool
    has_previous: bool
    everything: Sequence[T]

    @property
    def nodes(self) -> list[T]:
        return [edge.node for edge in self.edges]


def page(name: str, items: Sequence[T], key: Callable[[T], Key], arguments: dict[str, Any]) -> Page[T]:
    """The page of `items` that first/last/after/before mean; `name` is the field's, for the refusals.

    Items stand in the order of their keys, or keep their place for as long as they are listed.
    """
    first, last = arguments.get("first"), arguments.get("last")
    _check_bounds(name, first, last)
    keys = [key(item) for item in items]
    start, end = _between(keys, arguments.get("after"), arguments.get("before"))
    around = end - start
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    edges = tuple(Edge(cursor(keys[at]), items[at]) for at in range(start, end))
    return Page(edges, len(items), around, end < len(items), start > 0, items)


def cursor(key: Key) -> str:
    return base64.b64encode(f"{MARK}{key}".encode()).decode()


def _between(keys: Sequence[Key], after: str | None, before: str | None) -> tuple[int, int]:
    start = 0 if after is None else _place(keys, after) + 1
    end = len(keys) if before is None else _place(keys, before)
    if before is not None and _key(before) not in map(str, keys):
        end += 1
    return start, max(start, end)


def _place(keys: Sequence[Key], of: str) -> int:
    """The index of the cursor's item; of one that is gone, the index of the last item before it."""
    wanted = _key(of)
    for at, key in enumerate(keys):
        if str(key) == wanted:
            return at
    return sum(_is_earlier(key, wanted) for key in keys) - 1


def _is_earlier(key: Key, wanted: str) -> bool:
    if isinstance(key, int):
        return wanted.isdecimal() and key < int(wanted)
    return key < wanted


def _key(of: str) -> str:
    try:
        text = base64.b64decode(of, validate=True).decode()
    except ValueError:
        text = ""
    if not text.startswith(MARK):
        raise Failure("INVALID_CURSOR_ARGUMENTS", f"`{of}` does not appear to be a valid cursor.")
    return text.removeprefix(MARK)


def _check_bounds(name: str, first: int | None, last: int | None) -> None:
    if first is None and last is None:
        raise Failure(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
        )
    for word, value in (("first", first), ("last", last)):
        if value is not None and value > MOST:
            raise Failure(
                "EXCESSIVE_PAGINATION",
                f"Requesting {value} records on the `{name}` connection exceeds the `{word}` limit "
                f"of {MOST} records.",
            )
        if value is not None and value < 0:
            raise Failure("ARGUMENT_LIMIT", f"`{word}` on the `{name}` connection cannot be less than zero.")
