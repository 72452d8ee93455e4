"""What a command comes to: what it decides, what is answered, and how it is acknowledged."""

from __future__ import annotations

from dataclasses import dataclass

from bot.moves import Decision

EYES, ROCKET, THUMBS_UP, CONFUSED = "EYES", "ROCKET", "THUMBS_UP", "CONFUSED"


@dataclass(frozen=True)
class Answer:
    """The verdict is for the timeline; the reply, where there is one, is for the person.

    Reactions are GraphQL's names (contract: `eyes` read, `rocket` started something, `+1` done, `confused`
    refused).
    """

    verdict: str
    reactions: tuple[str, ...]
    decisions: tuple[Decision, ...] = ()
    reply: str | None = None


def started(verdict: str, *decisions: Decision, reply: str | None = None) -> Answer:
    return Answer(verdict, (EYES, ROCKET), decisions, reply)


def done(verdict: str, *decisions: Decision, reply: str | None = None) -> Answer:
    return Answer(verdict, (EYES, THUMBS_UP), decisions, reply)


def noted(verdict: str, reply: str | None = None) -> Answer:
    """Nothing to do, and nothing wrong either."""
    return Answer(verdict, (EYES,), (), reply)


def refused(why: str) -> Answer:
    """R070: a refusal says why, and what to do instead."""
    return Answer(f"refused: {why}", (CONFUSED,), (), why)
