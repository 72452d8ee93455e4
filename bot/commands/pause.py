"""`/pause [reason]` stops before the next effect and keeps everything."""

from __future__ import annotations

from bot.commands.arguments import free_text
from bot.commands.command import EVERYWHERE, Command

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
)
