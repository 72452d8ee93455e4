"""`/status` tells where the feature stands and what it waits for."""

from __future__ import annotations

from bot.commands.arguments import nothing
from bot.commands.command import EVERYWHERE, Command

COMMAND = Command(
    name="status",
    usage="/status",
    does="Tells where the feature stands and what it waits for.",
    who="everybody",
    surfaces=EVERYWHERE,
    examples=("/status",),
    changes=False,
    argument=nothing,
)
