"""`/proceed [text]` answers the question that Baton stands at."""

from __future__ import annotations

import re

from bot.commands.answer import Answer, refused, started
from bot.commands.arguments import free_text
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import kept_while_paused, refused_when_over
from bot.facts.facts import Facts
from bot.facts.remembered import Question
from bot.facts.seen import Comment
from bot.moves import Reply

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
    takes_note=True,
)

# `2) because…`, `b. with a word`; not `1.5 seconds`.
_BY_PLACE = r"(?:([1-9])(?:\)\s*|[.:,]\s+)|([a-z])(?:\)\s*|[.:]\s+))(.+)"


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """The answer to the question that the story stands at, if it was written after it."""
    if over := refused_when_over(facts):
        return over
    question = facts.open_question
    if question is None:
        return refused(
            "Nothing is asked, so there is nothing to answer. `/status` tells what Baton waits for."
        )
    if comment.id <= question.comment_id:
        return refused("This was written before the question was asked. Read it, then answer again.")
    words = "\n".join(part for part in (said.args, said.note) if part)
    choice, left = read_answer(said.args, question)
    if choice is None and not words:
        return refused(f"`/proceed` alone answers nothing here: {_ways(question)}.")
    if choice is None and _is_no_option(said.args, question):
        return refused(f"That is none of the options: {_ways(question)}.")
    own = "\n".join(part for part in (left, said.note) if part)
    reply = Reply(question.key, comment.author, choice, own)
    return started(f"answered: {choice or own}", reply, reply=kept_while_paused(facts))


def read_answer(text: str, question: Question) -> tuple[str | None, str]:
    """The option that is meant, by number, letter or words, and what else was said; alone the recommended one."""
    flat = " ".join(text.split()).rstrip(".!")
    if not flat:
        return question.recommended, ""
    for place, option in enumerate(question.options):
        names = {str(place + 1), chr(ord("a") + place), " ".join(option.split()).rstrip(".!").casefold()}
        if flat.casefold() in names:
            return option, ""
    named = re.match(_BY_PLACE, text, re.DOTALL | re.IGNORECASE)
    place = _place(named) if named else 0
    if named and place <= len(question.options):
        return question.options[place - 1], named[3]
    return None, text


def _place(named: re.Match[str]) -> int:
    return int(named[1]) if named[1] else ord(named[2].lower()) - ord("a") + 1


def _is_no_option(text: str, question: Question) -> bool:
    """A number that no option has is a slip, not an answer, unless it is numbers that are asked for."""
    asks_numbers = any(re.search(r"\d", each) for each in question.options)
    slip = bool(question.options) and not asks_numbers and re.fullmatch(r"\s*\d+[.)]?\s*", text) is not None
    return slip or question.wants_an_option


def _ways(question: Question) -> str:
    if not question.options:
        return "write the answer behind it"
    return "choose " + " or ".join(
        f"`/proceed {n}` ({option})" for n, option in enumerate(question.options, 1)
    )
