"""`/retry [stage number]` lets the agent try again."""

from __future__ import annotations

from bot.commands.answer import Answer
from bot.commands.arguments import stage_number
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import comes_later, refused_when_over
from bot.facts.facts import Facts
from bot.facts.seen import Comment

COMMAND = Command(
    name="retry",
    usage="/retry [stage number]",
    does="Starts the current stage's run again, on top of its branch as it is.",
    who="writers",
    surfaces=EVERYWHERE,
    examples=(
        "/retry",
        "/retry 3",
    ),
    changes=True,
    argument=stage_number,
    comes_later=True,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    return refused_when_over(facts) or comes_later(
        "retry",
        "Re-run a check on GitHub, or remove the label and add it again to start over; what is merged stays.",
    )
