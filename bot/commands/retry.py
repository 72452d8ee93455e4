"""`/retry [stage number]` lets the agent try again."""

from __future__ import annotations

from bot.commands.answer import Answer, noted, refused, started
from bot.commands.arguments import stage_number
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import refused_when_over
from bot.facts.budget import beyond_budget
from bot.facts.facts import Facts
from bot.facts.remembered import TRY_AGAIN, Question
from bot.facts.seen import Account, Comment
from bot.facts.states import StageState
from bot.facts.verdict import sentence
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
    if wrong := _of_another_stage(said.args, facts):
        return refused(wrong)
    answer, spent = _tried_again(comment, facts), beyond_budget(facts)
    return refused(f"{spent.why} {spent.ask}") if spent and answer.decisions else answer


def _tried_again(comment: Comment, facts: Facts) -> Answer:
    question = facts.open_question
    if question and (question.given is None or TRY_AGAIN in question.options):
        return _answered(question, comment)
    if facts.approval is None:
        return _draft_again(comment.author, facts)
    current = facts.current
    if current is None or current.merged or current.kind is StageKind.REVIEW:
        return noted("looks again now", "Baton has looked again; `/status` tells what it waits for.")
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


def _of_another_stage(number: str, facts: Facts) -> str | None:
    """What is wrong with the number that was given, if one was: how that stage stands itself, and which is current."""
    current = facts.current
    if not number or (facts.approval and current and int(number) == current.number):
        return None
    if facts.approval is None:
        return f"No plan is approved, so stage {number} is not worked on: `/retry` alone has the plan drawn up again."
    work = next((each for each in facts.works if each.number == int(number)), None)
    state = f"Stage {number} {_STATES[work.state]}" if work else f"There is no stage {number} in the plan"
    if current is None:
        return f"{state}."
    return f"{state}; the current one is {current.number} ({current.name}): `/retry` alone means that one."


_STATES = {
    StageState.PLANNED: "is not begun yet",
    StageState.WORKING: "is begun and waits",
    StageState.IN_REVIEW: "is in review and waits",
    StageState.MERGED: "is merged",
    StageState.DONE: "is done",
    StageState.SKIPPED: "is skipped",
}
