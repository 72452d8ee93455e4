"""`/help` tells which commands there are."""

from __future__ import annotations

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
