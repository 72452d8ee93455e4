"""`/status` tells where the feature stands and what it waits for."""

from __future__ import annotations

from bot.commands.answer import Answer, done
from bot.commands.arguments import nothing
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import always
from bot.facts.facts import Facts
from bot.facts.seen import Comment
from bot.facts.works import Work

MOST_WHY = 2_000

COMMAND = Command(
    name="status",
    usage="/status",
    does="Tells where the feature stands and what it waits for.",
    who="everybody",
    surfaces=EVERYWHERE,
    examples=("/status",),
    changes=False,
    argument=nothing,
    applies=always,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    return done("asked for the status", reply=_status(facts))


def _status(facts: Facts) -> str:
    if facts.generation is None:
        return "Nothing is under way for this issue."
    waiting = _short(facts.remembered.waiting_for) or "Baton is looking at this feature for the first time."
    stages = [f"- {work.number}/{work.total} {work.title}: {_state(work)}" for work in facts.works]
    return "\n".join([waiting, "", *stages]).strip()


def _short(why: str) -> str:
    """The stages below it stay in sight, whatever is quoted in it."""
    return why if len(why) <= MOST_WHY else f"{why[:MOST_WHY]}…"


def _state(work: Work) -> str:
    attempt = work.merged or work.attempt
    pull = f", #{attempt.pull}" if attempt and attempt.pull else ""
    return f"{work.state.value.replace('_', ' ')}{pull}"
