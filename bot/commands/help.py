"""`/help` tells which commands there are."""

from __future__ import annotations

from bot.commands import all_commands
from bot.commands.answer import Answer, done
from bot.commands.grammar import ParsedCommand
from bot.facts.facts import Facts
from bot.facts.seen import Comment
from bot.commands.arguments import nothing
from bot.commands.command import EVERYWHERE, Command

COMMAND = Command(
    name="help",
    usage="/help",
    does="Tells which commands there are and who may use them.",
    who="everybody",
    surfaces=EVERYWHERE,
    examples=("/help",),
    changes=False,
    argument=nothing,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """Made from the commands' own declarations, so that it cannot lag behind them."""
    lines = [
        f"- `{command.usage}`: {command.does}"
        for command in all_commands().values()
        if comment.surface.value in command.surfaces
    ]
    return done("asked for help", reply="What you can write here:\n\n" + "\n".join(lines))
