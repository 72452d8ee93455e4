"""Reactions: one of each kind per person on an issue or a comment."""

from __future__ import annotations

from typing import get_args

from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import invalid
from bot.playground.state import Comment, Issue, Reaction, ReactionContent, ReviewComment

CONTENTS: tuple[ReactionContent, ...] = get_args(ReactionContent)


def react(
    hub: Hub, subject: Issue | Comment | ReviewComment, by: User, content: str
) -> tuple[Reaction, bool]:
    """The reaction, and whether it is new; the same person's same reaction is given back, not doubled."""
    known = next((each for each in CONTENTS if each == content), None)
    if known is None:
        raise invalid("Reaction", "content")
    for reaction in subject.reactions:
        if reaction.user is by and reaction.content == known:
            return reaction, False
    number, node = hub.ids.next("reaction")
    reaction = Reaction(number, node, by, known, hub.now())
    subject.reactions.append(reaction)
    hub.remember(reaction)
    hub.wake()
    return reaction, True


def unreact(hub: Hub, subject: Issue | Comment | ReviewComment, reaction: Reaction) -> None:
    subject.reactions.remove(reaction)
    hub.forget(reaction)
    hub.wake()
