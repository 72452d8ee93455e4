"""A question as people read it: the options by number, the recommended one, and how to answer."""

from __future__ import annotations

from bot.facts.remembered import Question
from bot.render.escaping import cut, harmless, one_line
from bot.render.markers import marker

MOST_TEXT = 20_000
ANOTHER = "Until that is done, another answer counts: `/proceed` and a number."


def question(feature: int, generation: str, asked: Question, is_open: bool) -> str:
    """Open, answered, or no longer asked because the story has moved on."""
    first = marker("question", feature, generation, key=asked.key)
    options = "\n".join(_option(place, each, asked) for place, each in enumerate(asked.options, start=1))
    listed = f"\n{options}\n" if options else ""
    return cut(f"{first}\n❓ {harmless(_short(asked.text))}\n{listed}\n{_foot(asked, is_open)}\n")


def _short(text: str) -> str:
    """What can be chosen, and how, must stand below it, however long it is."""
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…"


def _option(place: int, option: str, asked: Question) -> str:
    recommended = " (recommended)" if option == asked.recommended else ""
    return f"{place}. {one_line(option, 400)}{recommended}"


def _foot(asked: Question, is_open: bool) -> str:
    if asked.given:
        answer = f"**Answered by {asked.given.by.login}:** {one_line(asked.given.said, 600)}"
        return f"{answer}\n\n{ANOTHER}" if is_open else answer
    if not is_open:
        return "*No longer asked: what it asked about has changed.*"
    if not asked.options:
        return "Answer with `/proceed` and your words behind it."
    if asked.wants_an_option:
        return "Answer with `/proceed` and a number."
    alone = "`/proceed` alone takes the recommended one, " if asked.recommended else ""
    return f"Answer with `/proceed` and a number; {alone}your own words behind it are an answer too."
