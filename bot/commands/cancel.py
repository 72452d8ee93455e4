"""`/cancel [reason]` ends the feature and closes its open pull requests."""

from __future__ import annotations

from bot.commands.answer import Answer, done, refused
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import LABEL_AGAIN
from bot.facts.facts import Facts
from bot.facts.remembered import Ending
from bot.facts.seen import Comment
from bot.moves import End
from bot.commands.arguments import free_text
from bot.commands.command import EVERYWHERE, Command

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
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    if facts.generation is None or facts.generation.ending:
        return refused(LABEL_AGAIN)
    return done(f"cancelled {said.args}".rstrip(), End(Ending.CANCELLED), reply=_farewell(facts))


def _farewell(facts: Facts) -> str:
    """What was merged stays, and how to take it back."""
    merged = [(work, work.merged) for work in facts.works if work.merged]
    if not merged:
        return "The feature is cancelled. Nothing of it was merged; its open pull request, if any, is closed."
    lines = [
        f"- {work.title}: #{attempt.pull}; to take it back: `git revert -m 1 {(attempt.merge_sha or '')[:7]}`, "
        "without `-m 1` if it was squashed or rebased"
        for work, attempt in merged
        if attempt
    ]
    return "The feature is cancelled. What was merged stays:\n\n" + "\n".join(lines)
