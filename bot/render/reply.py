"""Short comments: replies to people, and notes on pull requests."""

from __future__ import annotations

from bot.render.escaping import cut
from bot.render.markers import marker


def reply(feature: int, generation: str, key: str, text: str) -> str:
    """An answer to a person. The text is a command's own sentence, shown unchanged."""
    return cut(f"{marker('reply', feature, generation, key=key)}\n{text}\n")


def notice(feature: int, generation: str, key: str, text: str) -> str:
    """A note on a pull request, or on the issue when nothing was asked."""
    return cut(f"{marker('notice', feature, generation, key=key)}\n{text}\n")
