"""Short comments: replies to people, and notes on pull requests."""

from __future__ import annotations

from bot.render.escaping import cut, harmless
from bot.render.markers import marker


def reply(feature: int, generation: str, key: str, text: str) -> str:
    """An answer to a person: a command's own sentence, in which words of others may stand."""
    return cut(f"{marker('reply', feature, generation, key=key)}\n{harmless(text)}\n")


def notice(feature: int, generation: str, key: str, text: str) -> str:
    """A note on a pull request, or on the issue when nothing was asked."""
    return cut(f"{marker('notice', feature, generation, key=key)}\n{harmless(text)}\n")
