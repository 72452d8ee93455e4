"""`/skip <kind>: <reason>` leaves a stage out; the reason stands in the report."""

from __future__ import annotations

from bot.commands.answer import Answer, done, refused
from bot.commands.arguments import kind_and_reason
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import kept_while_paused, refused_when_over, under_way
from bot.facts.facts import Facts
from bot.facts.seen import Comment
from bot.moves import Strike
from bot.plan.stage_kind import StageKind


def something_may_be_skipped(facts: Facts) -> bool:
    """There is a stage that the rules allow to be left out."""
    return under_way(facts) and any(facts.against_skipping(each.kind) is None for each in facts.works)


COMMAND = Command(
    name="skip",
    usage="/skip <kind>: <reason>",
    does="Leaves the stage of that kind out, where the rules allow it; the reason stands in the report.",
    who="writers",
    surfaces=EVERYWHERE,
    examples=("/skip frontend: the API is internal only",),
    changes=True,
    argument=kind_and_reason,
    applies=something_may_be_skipped,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """Where the rules allow it; what they forbid is refused with the rule's sentence (R101, R103)."""
    if over := refused_when_over(comment, facts):
        return over
    kind, _, reason = (part.strip() for part in said.args.partition(":"))
    if facts.plan is None:
        return refused(
            "There is no plan yet, so nothing can be left out of it. Say it in the issue, or wait for the plan."
        )
    if against := facts.against_skipping(StageKind(kind)):
        return refused(f"{against} `/revise` asks for another plan.")
    strike = Strike(StageKind(kind), comment.author, reason, new_revision=facts.approval is None)
    return done(f"left out the {kind} stage", strike, reply=kept_while_paused(facts))
