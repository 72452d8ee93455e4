"""Foreign text made harmless: it mentions nobody, closes nothing, hides nothing and commands nothing."""

from __future__ import annotations

import re

MOST_CHARACTERS = 58_000
JOINER = "\u200b"

_MENTION = re.compile(r"@(?=[A-Za-z0-9_-])")
_CLOSING = re.compile(
    r"\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(:?\s+)(?=(?:[\w.-]+/[\w.-]+)?#\d|GH-\d|https?://)",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"^([ \t]*)/(?=[A-Za-z])", re.MULTILINE)


def harmless(text: str) -> str:
    """Text of a model or a person, for use inside one of Baton's own messages (hazards I13, L13)."""
    without_html = text.replace("<!--", "&lt;!--").replace("-->", "--&gt;")
    calm = _CLOSING.sub(
        lambda found: f"{found[1]}{JOINER}{found[2]}", _MENTION.sub(f"@{JOINER}", without_html)
    )
    return _COMMAND.sub(rf"\1{JOINER}/", calm)


def one_line(text: str, most: int = 200) -> str:
    """The same on one line and cut, for lists, titles and table cells."""
    flat = " ".join(harmless(text).replace("|", "\\|").split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def code(text: str) -> str:
    """A path or a name as inline code, whatever backticks it holds."""
    flat = " ".join(text.split()).replace("`", "ˋ")
    return f"`{flat}`"


def cut(body: str, pointer: str = "") -> str:
    """At most 58,000 characters; what is left out is said, and an open fence is closed (hazard I12)."""
    if len(body) <= MOST_CHARACTERS:
        return body
    kept = body[:MOST_CHARACTERS].rsplit("\n", 1)[0]
    fence = "\n```" if kept.count("\n```") % 2 else ""
    where = f" The whole is at {pointer}" if pointer else ""
    return f"{kept}{fence}\n\n… cut here: GitHub takes no longer comments.{where}"
