"""What people say to Baton in these tests, and how it answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.commands.grammar import parse
from bot.commands.hearing import hear, speaks_to_baton
from bot.facts.seen import Account, Surface
from bot.feature import standing
from bot.moves import Hear
from tests.world import ALICE, Life


def heard(life: Life, body: str, by: Account = ALICE, **comment: Any) -> Hear:
    """What comes of a comment; it must speak to Baton, and nothing answered may be a command itself."""
    said = life.says(by, body, **comment)
    newest = said.seen.issue.comments[-1]
    assert speaks_to_baton(newest, said.facts.house.login), f"nobody heard {body!r}"
    move = hear(newest, replace(said.facts, stands_at=standing(said.facts)))
    assert_says_no_command(move.reply)
    return move


def unheard(life: Life, body: str, by: Account = ALICE, **comment: Any) -> bool:
    said = life.says(by, body, **comment)
    return not speaks_to_baton(said.seen.issue.comments[-1], said.facts.house.login)


def refusal(life: Life, body: str, by: Account = ALICE, **comment: Any) -> str:
    """The words of a refusal: it decides nothing and is marked as refused."""
    move = heard(life, body, by, **comment)
    assert (move.decisions, move.reactions) == ((), ("CONFUSED",)), move
    assert move.reply is not None
    return move.reply


def assert_says_no_command(text: str | None, login: str = "baton-app") -> None:
    for surface in Surface:
        read = parse(text, surface=surface.value, event="created", author_type="User", login=login)
        assert not (read.commands or read.errors), f"{text!r} commands {read}"


ON_A_PULL_REQUEST: dict[str, Any] = {"surface": Surface.PULL_REQUEST, "number": 20}
