"""`/resume` goes on where `/pause` stopped."""

from __future__ import annotations

from bot.commands.answer import Answer, refused, started
from bot.commands.arguments import nothing
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import is_paused, refused_when_over, under_way
from bot.facts.facts import Facts
from bot.facts.seen import Comment
from bot.moves import Resume


def can_be_resumed(facts: Facts) -> bool:
    """Only what was paused."""
    return under_way(facts) and is_paused(facts)


COMMAND = Command(
    name="resume",
    usage="/resume",
    does="Goes on where the feature was paused, after a fresh look at what has happened since.",
    who="writers",
    surfaces=EVERYWHERE,
    examples=("/resume",),
    changes=True,
    argument=nothing,
    applies=can_be_resumed,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    if over := refused_when_over(comment, facts):
        return over
    if not is_paused(facts):
        return refused(
            "The feature is not paused, so there is nothing to resume. `/status` tells what it waits for."
        )
    return started("resumed", Resume())
