"""`/proceed [text]` answers the question that Baton stands at."""

from __future__ import annotations

from bot.commands.answer import Answer
from bot.commands.arguments import free_text
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import ANSWER_IT, comes_later, refused_when_over
from bot.facts.facts import Facts
from bot.facts.seen import Comment

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
    comes_later=True,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    return refused_when_over(facts) or comes_later(
        "proceed", f"If something is asked: {ANSWER_IT[0].lower()}{ANSWER_IT[1:]}"
    )
