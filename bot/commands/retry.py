"""`/retry [stage number]` lets the agent try again."""

from __future__ import annotations

from bot.commands.arguments import stage_number
from bot.commands.command import EVERYWHERE, Command

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
)
