"""`/retry [stage number]` lets the agent try again."""

from __future__ import annotations

from bot.commands.answer import Answer, noted, refused, started
from bot.commands.arguments import stage_number
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import is_paused, refused_when_over, under_way
from bot.facts.budget import beyond_budget
from bot.facts.facts import Facts
from bot.facts.remembered import TRY_AGAIN, Question
from bot.facts.seen import Account, Comment
from bot.facts.states import StageState
from bot.facts.verdict import sentence
from bot.facts.works import Work
from bot.moves import Reply, Revise, RunAgain
from bot.plan.stage_kind import StageKind


def can_be_tried_again(facts: Facts) -> bool:
    """“Try again” is offered, or there is a plan or a stage to work on again, and money for it."""
    if not under_way(facts) or is_paused(facts) or beyond_budget(facts):
        return False
    if (question := facts.open_question) and _stands_in_the_way(question):
        return TRY_AGAIN in question.options
    return _may_be_drafted_again(facts) if facts.approval is None else _worked_on(facts) is not None


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
    applies=can_be_tried_again,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """“Try again” where that is offered, else another run of what is current; what waits for GitHub is looked at."""
    if over := refused_when_over(comment, facts):
        return over
    if is_paused(facts):
        return refused("The feature is paused. Write `/resume`, then `/retry` again.")
    if wrong := _of_another_stage(said.args, facts):
        return refused(wrong)
    answer, spent = _tried_again(comment, facts), beyond_budget(facts)
    return refused(f"{spent.why} {spent.ask}") if spent and answer.decisions else answer


def _tried_again(comment: Comment, facts: Facts) -> Answer:
    if (question := facts.open_question) and _stands_in_the_way(question):
        return _answered(question, comment)
    if facts.approval is None:
        return _draft_again(comment.author, facts)
    current = _worked_on(facts)
    if current is None:
        return noted("looks again now", "Baton has looked again; `/status` tells what it waits for.")
    return started(f"the {current.name} is worked on again", RunAgain(current.key, comment.author))


def _stands_in_the_way(question: Question) -> bool:
    return question.given is None or TRY_AGAIN in question.options


def _worked_on(facts: Facts) -> Work | None:
    """What its agent may work on again: not what waits for GitHub or for the reviewer."""
    current = facts.current
    return current if current and not current.merged and current.kind is not StageKind.REVIEW else None


def _answered(question: Question, comment: Comment) -> Answer:
    if TRY_AGAIN in question.options and comment.id > question.comment_id:
        return started("answered: try again", Reply(question.key, comment.author, TRY_AGAIN, ""))
    return refused(f"Baton asks something first: {sentence(question.text)} Answer it with `/proceed`.")


def _draft_again(author: Account, facts: Facts) -> Answer:
    if not _may_be_drafted_again(facts):
        return refused("A plan is being drawn up already. Wait for it, and read it.")
    return started(
        "wants the plan drawn up again", Revise(author, "Draw the plan up again from the beginning.")
    )


def _may_be_drafted_again(facts: Facts) -> bool:
    return facts.revision is not None and not facts.unmet_wishes


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
