"""`/resume` goes on where `/pause` stopped."""

from __future__ import annotations

from bot.commands.arguments import nothing
from bot.commands.command import EVERYWHERE, Command

COMMAND = Command(
    name="resume",
    usage="/resume",
    does="Goes on where the feature was paused, after a fresh look at what has happened since.",
    who="writers",
    surfaces=EVERYWHERE,
    examples=("/resume",),
    changes=True,
    argument=nothing,
)
