"""`/revise <text>` asks for another plan."""

from __future__ import annotations

from bot.commands.answer import Answer
from bot.commands.arguments import free_text
from bot.commands.command import ISSUE_ONLY, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import comes_later, refused_when_over
from bot.facts.facts import Facts
from bot.facts.seen import Comment

COMMAND = Command(
    name="revise",
    usage="/revise <text>",
    does="Voids the approval and has the plan drawn up again with what the text asks; what is merged stays.",
    who="writers",
    surfaces=ISSUE_ONLY,
    examples=("/revise split the API stage into read and write",),
    changes=True,
    argument=free_text,
    takes_note=True,
    needs_text=True,
    comes_later=True,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    return refused_when_over(facts) or comes_later(
        "revise", "Edit the issue, then remove the label and add it again: a new plan is drafted from it."
    )
