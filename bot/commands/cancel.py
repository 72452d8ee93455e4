"""`/cancel [reason]` ends the feature and closes its open pull requests."""

from __future__ import annotations

from bot.commands.arguments import free_text
from bot.commands.command import EVERYWHERE, Command

COMMAND = Command(
    name="cancel",
    usage="/cancel [reason]",
    does="Ends the feature and closes its open pull requests; what is merged stays and is listed.",
    who="writers",
    surfaces=EVERYWHERE,
    examples=(
        "/cancel",
        "/cancel wrong repository",
    ),
    changes=True,
    argument=free_text,
)
