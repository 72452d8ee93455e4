"""How other people's text is printed: on a terminal it must stay text."""

from __future__ import annotations

import textwrap


def plain(text: str) -> str:
    """One line without anything that a terminal would obey."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def wrapped(text: str, indent: str, first: str | None = None) -> str:
    """A paragraph within 100 columns."""
    return textwrap.fill(
        plain(text), 100, initial_indent=indent if first is None else first, subsequent_indent=indent
    )


def counted(number: int, thing: str) -> str:
    """“1 error”, “2 errors”, “3 repositories”."""
    if number == 1:
        return f"1 {thing}"
    return f"{number} {thing[:-1]}ies" if thing.endswith("y") else f"{number} {thing}s"
