"""`/skip <kind>: <reason>` leaves a stage out; the reason stands in the report."""

from __future__ import annotations

from bot.commands.arguments import kind_and_reason
from bot.commands.command import EVERYWHERE, Command

COMMAND = Command(
    name="skip",
    usage="/skip <kind>: <reason>",
    does="Leaves the stage of that kind out, where the rules allow it; the reason stands in the report.",
    who="writers",
    surfaces=EVERYWHERE,
    examples=("/skip frontend: the API is internal only",),
    changes=True,
    argument=kind_and_reason,
)
