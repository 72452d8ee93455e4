"""`/cancel [reason]` ends the feature and closes its open pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from bot.commands.answer import Answer, done, refused
from bot.commands.arguments import free_text
from bot.commands.command import EVERYWHERE, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import LABEL_AGAIN, is_alive
from bot.facts.facts import Facts
from bot.facts.remembered import Ending
from bot.facts.seen import Comment
from bot.facts.works import Work
from bot.moves import End

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
    applies=is_alive,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    if facts.generation is None or facts.generation.ending:
        return refused(LABEL_AGAIN)
    return done(f"cancelled {said.args}".rstrip(), End(Ending.CANCELLED), reply=_farewell(facts))


def _farewell(facts: Facts) -> str:
    """What was merged stays, and how to take it back."""
    merged = tuple(_merged(facts))
    if not merged:
        return "The feature is cancelled. Nothing of it was merged; its open pull request, if any, is closed."
    lines = [
        f"- {work.number}/{work.total} {work.title}, #{pull}: `git revert -m 1 {merge_sha[:7]}` takes it back"
        for work, pull, merge_sha in reversed(merged)
    ]
    head = (
        "The feature is cancelled, and its open pull request, if any, is closed. What was merged stays. "
        "To take it back, press “Revert” on the pull requests or use git, the last one first:"
    )
    return "\n".join([head, "", *lines, "", "Leave out `-m 1` where it was squashed or rebased."])


def _merged(facts: Facts) -> Iterator[tuple[Work, int, str]]:
    """Also what a person merged a moment ago and nobody has noticed yet."""
    for work in facts.in_order:
        for attempt in work.record.attempts:
            pull = facts.pull_of(attempt)
            merge_sha = attempt.merge_sha or (pull.merge_sha if pull else None)
            if attempt.pull and merge_sha:
                yield work, attempt.pull, merge_sha
