"""How a field is answered: a function of the thing, the request and the arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from bot.playground.graphql.asking import Asking
from bot.playground.graphql.connections import Key, Page

Resolver = Callable[..., Any]  # (thing, asking, **arguments)
Fields = dict[str, Resolver]


def attribute(path: str) -> Resolver:
    """The thing's own attribute, or one further along a path."""
    read = attrgetter(path)
    return lambda thing, asking: read(thing)


def upper(path: str) -> Resolver:
    """An attribute of lower-case words as the enum value that GraphQL has for it."""
    read = attrgetter(path)

    def resolve(thing: Any, asking: Asking) -> str | None:
        value = read(thing)
        return None if value is None else str(value).upper().replace("-", "_")

    return resolve


def always(value: Any) -> Resolver:
    return lambda thing, asking: value


def text_of(path: str) -> Resolver:
    """An attribute as a string, for the scalars of big numbers."""
    read = attrgetter(path)
    return lambda thing, asking: str(read(thing))


def listed(name: str, items: Callable[[Any, Asking], Sequence[Any]], key: Callable[[Any], Key]) -> Resolver:
    """A connection whose arguments only page."""

    def resolve(thing: Any, asking: Asking, **arguments: Any) -> Page[Any]:
        return asking.page(name, items(thing, asking), key, arguments)

    return resolve


def ordered(
    items: Sequence[Any], order: dict[str, str] | None, by: dict[str, Callable[[Any], Any]]
) -> list[Any]:
    """The items in the order of an `orderBy` argument; without one as they are."""
    if order is None or order["field"] not in by:
        return list(items)
    return sorted(items, key=by[order["field"]], reverse=order["direction"] == "DESC")
