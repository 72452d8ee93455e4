"""`/proceed [text]` answers the question that Baton stands at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.commands.answer import Answer, refused, started
from bot.commands.arguments import free_text, without_decoration
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import kept_while_paused, refused_when_over, under_way
from bot.facts.facts import Facts
from bot.facts.remembered import Question
from bot.facts.seen import Comment
from bot.moves import Reply


def something_is_asked(facts: Facts) -> bool:
    """The story stands at a question."""
    return under_way(facts) and facts.open_question is not None


COMMAND = Command(
    name="proceed",
    usage="/proceed [text]",
    does=(
        "Answers the open question with a number, a letter, an option's words or free text; "
        "alone it takes the recommended option."
    ),
    who="writers",
    surfaces=EVERYWHERE,
    examples=(
        "/proceed",
        "/proceed 2",
        "/proceed use soft deletes, keep 30 days",
    ),
    changes=True,
    argument=free_text,
    applies=something_is_asked,
    takes_note=True,
)

_EMPHASIS = "`*_"
_CLOSE, _PAUSE = r"\)\s*", r"[.:;,]\s+"


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """The answer to the question that the story stands at, if it was written after it."""
    if over := refused_when_over(comment, facts):
        return over
    question = facts.open_question
    if question is None:
        return refused(
            "Nothing is asked, so there is nothing to answer. `/status` tells what Baton waits for."
        )
    if comment.id <= question.comment_id:
        return refused("This was written before the question was asked. Read it, then answer again.")
    first, below = _lines(said)
    choice, left = read_answer(first, question)
    if choice is None and not first:
        return refused(f"`/proceed` alone answers nothing here: {_ways(question)}.")
    if choice is None and _is_no_option(first, question):
        return refused(f"That is none of the options: {_ways(question)}.")
    own = "\n".join(part for part in (left, below) if part)
    reply = Reply(question.key, comment.author, choice, own)
    return started(f"answered: {choice or own}", reply, reply=kept_while_paused(facts))


def _lines(said: ParsedCommand) -> tuple[str, str]:
    """The line that the answer begins with, and what stands below it; an emoji alone says nothing."""
    note = said.note or ""
    if said.args:
        return said.args, note
    first, _, below = note.partition("\n")
    return (first.strip(), below.strip()) if without_decoration(note) else ("", "")


def read_answer(text: str, question: Question) -> tuple[str | None, str]:
    """The option that is meant, by number, words or letter, and what else was said; nothing is the recommended one."""
    if not text:
        return question.recommended, ""
    for name, option, ends in _names(question):
        said = re.match(rf"[{_EMPHASIS}]*{name}[{_EMPHASIS}]*", text, re.IGNORECASE)
        rest = text[said.end() :] if said else text
        if said and not without_decoration(rest):
            return option, ""
        if said and (mark := re.match(ends, rest)):
            return option, rest[mark.end() :]
    return None, text


def _names(question: Question) -> Iterator[tuple[str, str, str]]:
    """How each option may be called, as patterns, and what ends a name: `2) because…`; not `1.5 seconds`.

    Of words that begin alike the longer ones are meant. A comma behind a letter may be prose: `I, for one,…`.
    """
    listed = list(enumerate(question.options, start=1))
    for place, option in listed:
        yield str(place), option, f"{_CLOSE}|{_PAUSE}"
    for _, option in sorted(listed, key=lambda each: len(each[1]), reverse=True):
        if words := without_decoration(option).strip(_EMPHASIS).split():
            yield r"\s+".join(map(re.escape, words)), option, f"{_CLOSE}|{_PAUSE}"
    for place, option in listed:
        yield chr(ord("a") + place - 1), option, rf"{_CLOSE}|[.:]\s+"


def _is_no_option(text: str, question: Question) -> bool:
    """A number that no option has is a slip, not an answer, unless it is numbers that are asked for."""
    asks_numbers = any(re.search(r"\d", each) for each in question.options)
    number = re.fullmatch(rf"[{_EMPHASIS}]*\d+[{_EMPHASIS})]*", without_decoration(text)) is not None
    slip = bool(question.options) and not asks_numbers and number
    return slip or question.wants_an_option


def _ways(question: Question) -> str:
    if not question.options:
        return "write the answer behind it"
    return "choose " + " or ".join(
        f"`/proceed {n}` ({option})" for n, option in enumerate(question.options, 1)
    )
