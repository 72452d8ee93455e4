"""Long output, cut so that its head and its tail stay."""

from __future__ import annotations

from bot.crew.hygiene import revealed

MOST_CHARACTERS = 30_000
LONGEST_LINE = 2_000


def cut(text: str, most: int = MOST_CHARACTERS) -> str:
    """The text, or its head and tail with a line between them that says what is missing."""
    if len(text) <= most:
        return text
    half = most // 2
    head, tail = text[:half], text[-half:]
    head, tail = (head[: head.rfind("\n") + 1] or head, tail[tail.find("\n") + 1 :] or tail)
    missing = len(text) - len(head) - len(tail)
    return f"{head}\n[… {missing:,} characters left out here …]\n{tail}"


def lines_of(text: str) -> list[str]:
    """The lines as git and editors count them; form feeds and the like end none."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def short(line: str) -> str:
    """One line of a file, cut at its end, with nothing hidden in it."""
    shown = line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}[… line cut]"
    return revealed(shown)
