"""`/retry [stage number]` lets the agent try again."""

from __future__ import annotations

from bot.commands.answer import Answer, noted, refused, started
from bot.commands.arguments import stage_number
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import refused_when_over
from bot.facts.facts import Facts
from bot.facts.remembered import TRY_AGAIN, Question
from bot.facts.seen import Account, Comment
from bot.facts.verdict import sentence
from bot.facts.works import Work
from bot.moves import Reply, Revise, RunAgain
from bot.plan.stage_kind import StageKind

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


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """“Try again” where that is offered, else another run of what is current; what waits for GitHub is looked at."""
    if over := refused_when_over(comment, facts):
        return over
    if facts.generation and facts.generation.paused is not None:
        return refused("The feature is paused. Write `/resume`, then `/retry` again.")
    question = facts.open_question
    if question and (question.given is None or TRY_AGAIN in question.options):
        return _answered(question, comment)
    if facts.approval is None:
        return _draft_again(comment.author, facts)
    current = facts.current
    if current is None or current.merged or current.kind is StageKind.REVIEW:
        return noted("looks again now", "Baton has looked again; `/status` tells what it waits for.")
    if wrong := _of_another_stage(said.args, current):
        return refused(wrong)
    return started(f"the {current.name} is worked on again", RunAgain(current.key, comment.author))


def _answered(question: Question, comment: Comment) -> Answer:
    if TRY_AGAIN in question.options and comment.id > question.comment_id:
        return started("answered: try again", Reply(question.key, comment.author, TRY_AGAIN, ""))
    return refused(f"Baton asks something first: {sentence(question.text)} Answer it with `/proceed`.")


def _draft_again(author: Account, facts: Facts) -> Answer:
    if facts.revision is None or facts.unmet_wishes:
        return refused("A plan is being drawn up already. Wait for it, and read it.")
    return started(
        "wants the plan drawn up again", Revise(author, "Draw the plan up again from the beginning.")
    )


def _of_another_stage(number: str, current: Work) -> str | None:
    """What is wrong with the number that was given, if one was."""
    if not number or int(number) == current.number:
        return None
    state = "is not begun yet" if int(number) > current.number else "is done"
    return f"Stage {number} {state}; the current one is {current.number} ({current.name}): `/retry` alone means that one."
