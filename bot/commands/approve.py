"""`/approve [vN]` starts the work on the plan that is shown."""

from __future__ import annotations

from bot.commands.arguments import revision
from bot.commands.command import ISSUE_ONLY, Command

COMMAND = Command(
    name="approve",
    usage="/approve [vN]",
    does="Approves the plan that is shown, or says which revision it means; the first stage starts.",
    who="writers",
    surfaces=ISSUE_ONLY,
    examples=(
        "/approve",
        "/approve v2",
    ),
    changes=True,
    argument=revision,
)
