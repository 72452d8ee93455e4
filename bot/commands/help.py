"""`/help` tells which commands there are."""

from __future__ import annotations

from bot.commands import all_commands
from bot.commands.answer import Answer, done
from bot.commands.arguments import nothing
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import always
from bot.facts.facts import Facts
from bot.facts.seen import Comment

COMMAND = Command(
    name="help",
    usage="/help",
    does="Tells which commands apply now and who may use them.",
    who="everybody",
    surfaces=EVERYWHERE,
    examples=("/help",),
    changes=False,
    argument=nothing,
    applies=always,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """Made from the commands' own declarations, so that it cannot lag behind them; only what applies now and here."""
    here = [
        each
        for each in all_commands().values()
        if comment.surface.value in each.surfaces and each.applies(facts)
    ]
    lines = [f"- `{each.usage}`: {each.does}" for each in here]
    open_to_all = " and ".join(f"`/{each.name}`" for each in here if each.who == "everybody")
    who = f"{open_to_all} answer everybody" + (
        f"; all others listen to people with {facts.house.configuration.commands.permission} permission on this "
        "repository."
        if any(each.who == "writers" for each in here)
        else "."
    )
    return done("asked for help", reply="\n".join(["What you can write here now:", "", *lines, "", who]))
