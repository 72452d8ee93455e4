"""Foreign text made harmless: it mentions nobody, closes nothing, hides nothing and commands nothing."""

from __future__ import annotations

import re

MOST_CHARACTERS = 58_000
JOINER = "\u200b"

_MENTION = re.compile(r"@(?=[A-Za-z0-9_-])")
_CLOSING = re.compile(
    r"\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(:?\s*)(?=\W{0,3}(?:(?:[\w.-]+/[\w.-]+)?#\d|GH-\d|https?://))",
    re.IGNORECASE,
)
# A slash that begins a line, whatever list marker, quote or emoji stands before it; not one in a code span.
_COMMAND = re.compile(r"^((?:[^\w\n`/]|\d+[.)])*/)(?=[A-Za-z])", re.MULTILINE)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#|\w+;)")  # GitHub reads mentions after these were resolved
# Control characters, those that turn the direction of writing, and tag characters: none of them is seen.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)", re.DOTALL)
_ROOM = 200


def harmless(text: str) -> str:
    """Text of a model or a person, for use inside one of Baton's own messages (hazards I13, L13)."""
    seen = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    calm = _ENTITY.sub(f"&{JOINER}", _TAG.sub(f"<{JOINER}", seen))
    calm = _MENTION.sub(f"@{JOINER}", calm)
    calm = _CLOSING.sub(lambda found: f"{found[1]}{JOINER}{found[2]}", calm)
    calm = _COMMAND.sub(rf"\1{JOINER}", calm)
    fence = open_fence(calm)
    return f"{calm}\n{fence}" if fence else calm


def one_line(text: str, most: int = 200) -> str:
    """The same on one line and cut, for lists and titles; a code span never runs on into Baton's own words."""
    flat = harmless(" ".join(_UNSEEN.sub("", text).split())).partition("\n")[0]
    return _without_loose_backticks(_cut_line(flat, most))


def cell(text: str, most: int = 200) -> str:
    """The same for a cell of a table."""
    return one_line(text, most).replace("|", "\\|")


def code(text: str) -> str:
    """A path or a name as inline code, whatever backticks it holds."""
    flat = " ".join(_UNSEEN.sub("", text).split()).replace("`", "ˋ")
    return f"`{flat}`"


def cut(body: str, pointer: str = "") -> str:
    """At most 58,000 characters; what is left out is said, and what is open is closed (hazard I12)."""
    if len(body) <= MOST_CHARACTERS:
        return body
    where = f" The whole is at {pointer}" if pointer else ""
    end = f"\n\n… cut here: GitHub takes no longer comments.{where}"
    room = MOST_CHARACTERS - len(end) - _ROOM
    whole_lines = body.rfind("\n", room - 2_000, room)
    kept = body[: whole_lines if whole_lines > 0 else room]
    fence = open_fence(kept)
    folded = kept.count("<details>") - kept.count("</details>")
    return f"{kept}{chr(10) + fence if fence else ''}{chr(10) + '</details>' if folded > 0 else ''}{end}"


def open_fence(text: str) -> str:
    """What closes the code fence that the text leaves open; nothing where none is open."""
    mark = ""
    for found in _FENCE.finditer(text):
        line = text[found.start() :].partition("\n")[0].strip()
        if not mark:
            mark = found[1] if found[1][0] == "~" or "`" not in line.lstrip("`") else ""
        elif found[1].startswith(mark) and not line.strip(mark[0]):
            mark = ""
    return mark


def _cut_line(flat: str, most: int) -> str:
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def _without_loose_backticks(flat: str) -> str:
    """Backticks that do not pair would make code of whatever follows."""
    pieces, at = [], 0
    for span in _CODE_SPAN.finditer(flat):
        pieces += [flat[at : span.start()].replace("`", "ˋ"), span[0]]
        at = span.end()
    return "".join([*pieces, flat[at:].replace("`", "ˋ")])
