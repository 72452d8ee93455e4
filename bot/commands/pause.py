"""`/pause [reason]` stops before the next effect and keeps everything."""

from __future__ import annotations

from bot.commands.answer import Answer, done, noted
from bot.commands.arguments import free_text
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import is_paused, refused_when_over, under_way
from bot.facts.facts import Facts
from bot.facts.seen import Comment
from bot.moves import Pause


def can_be_paused(facts: Facts) -> bool:
    """Once is enough."""
    return under_way(facts) and not is_paused(facts)


COMMAND = Command(
    name="pause",
    usage="/pause [reason]",
    does="Stops before the next effect and keeps everything as it is.",
    who="writers",
    surfaces=EVERYWHERE,
    examples=(
        "/pause",
        "/pause release freeze until Monday",
    ),
    changes=True,
    argument=free_text,
    applies=can_be_paused,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    if over := refused_when_over(comment, facts):
        return over
    if is_paused(facts):
        return noted("already paused", reply="The feature is already paused. `/resume` goes on.")
    return done("paused", Pause(said.args))
