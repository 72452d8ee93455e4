"""`/approve [vN]` starts the work on the plan that is shown."""

from __future__ import annotations

from bot.commands.answer import Answer, noted, refused, started
from bot.commands.arguments import revision
from bot.commands.command import ISSUE_ONLY, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import is_paused, refused_when_over, under_way
from bot.facts.facts import Facts
from bot.facts.remembered import Generation, Revision
from bot.facts.seen import Comment
from bot.facts.verdict import sentence
from bot.moves import Approve


def waits_for_approval(facts: Facts) -> bool:
    """A plan is shown, nobody has approved it, and nobody has wished for another."""
    shown = facts.revision is not None and facts.revision.shown_at is not None
    open_one = shown and facts.approval is None and not facts.unmet_wishes
    return under_way(facts) and not is_paused(facts) and open_one


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
    applies=waits_for_approval,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """Exactly the plan that is shown, by a comment that was written after it (rule 4)."""
    if over := refused_when_over(comment, facts):
        return over
    generation, revision = facts.generation, facts.revision
    if is_paused(facts):
        return refused("The feature is paused. Write `/resume`, then `/approve` again.")
    if facts.open_question and (revision is None or revision.shown_at is None or facts.unmet_wishes):
        return refused(
            f"Baton asks something first: {sentence(facts.open_question.text)} Answer it with `/proceed`."
        )
    if facts.unmet_wishes:
        return refused("Another plan is being drawn up. Wait for it, read it, then write `/approve` again.")
    if generation is None or revision is None or revision.shown_at is None or generation.plan_comment is None:
        return refused(
            "There is no plan to approve yet. Wait for the plan, read it, then write `/approve` again."
        )
    if said.args and said.args != f"v{revision.number}":
        return refused(
            f"`/approve {said.args}` does not name the plan that is shown: that is v{revision.number}. "
            f"Read it, then write `/approve v{revision.number}`."
        )
    if facts.approval:
        return noted(f"plan v{revision.number} is already approved")
    if not _comes_after(comment, revision, generation, said.args):
        return refused(
            f"This `/approve` was not written after plan v{revision.number} was shown. "
            f"Read the plan, then write `/approve v{revision.number}`."
        )
    return started(
        f"approved plan v{revision.number}",
        Approve(revision.number, revision.plan.hash, comment.author, facts.base_is_red),
    )


def _comes_after(comment: Comment, revision: Revision, generation: Generation, named: str) -> bool:
    """By ids for the first revision, by GitHub's clock for later ones; in the same second only with its name."""
    if revision.number == 1:
        return generation.plan_comment is not None and comment.id > generation.plan_comment
    if revision.shown_at is None or comment.created_at < revision.shown_at:
        return False
    return comment.created_at > revision.shown_at or named == f"v{revision.number}"
