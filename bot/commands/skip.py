"""`/skip <kind>: <reason>` leaves a stage out; the reason stands in the report."""

from __future__ import annotations

from bot.commands.answer import Answer
from bot.commands.arguments import kind_and_reason
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import comes_later, refused_when_over
from bot.facts.facts import Facts
from bot.facts.seen import Comment

COMMAND = Command(
    name="skip",
    usage="/skip <kind>: <reason>",
    does="Leaves the stage of that kind out, where the rules allow it; the reason stands in the report.",
    who="writers",
    surfaces=EVERYWHERE,
    examples=("/skip frontend: the API is internal only",),
    changes=True,
    argument=kind_and_reason,
    comes_later=True,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    return refused_when_over(facts) or comes_later(
        "skip", "Say in the issue what is not wanted, then remove the label and add it again for a new plan."
    )
