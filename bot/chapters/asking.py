"""How the story waits for people, asks them, and takes their answer."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from bot.facts.facts import Facts
from bot.facts.remembered import TRY_AGAIN
from bot.facts.states import FeatureState
from bot.facts.verdict import Block, Pass, Verdict, Wait
from bot.facts.works import Work
from bot.moves import Ask, Next, Skip


def settle_by_word(block: Block, facts: Facts) -> Iterator[Next]:
    """Silent when a person has said to go on; else the question, or the wait for what they are mending."""
    if block.key is None:
        return
    yield from ask(block.key, f"{block.why} {block.ask}", facts, block.options)
    if facts.chose(block.key, block.options[0]):
        return
    yield still_standing(block.key, f"{block.why} {block.ask}", facts)


def still_standing(key: str, why: str, facts: Facts) -> Wait:
    """The answer leaves it to people to change something; until they have, another answer counts."""
    return Wait(why, FeatureState.WAITING_FOR_ANSWER, facts.later(60), asks=key)


SKIP_IT = "Skip the stage"


def ask_to_try_again(
    key: str, why: str, facts: Facts, work: Work | None = None, more: tuple[str, ...] = ()
) -> Iterator[Next]:
    """Silent when a person wants another try; a work may be left out instead, where the rules allow it."""
    may_skip = work is not None and facts.may_skip(work)
    options = (TRY_AGAIN, *((SKIP_IT,) if may_skip else ()), *more)
    yield from ask(key, f"{why} How shall it go on?", facts, options, TRY_AGAIN)
    if work is not None and facts.chose(key, SKIP_IT):
        yield Skip(work.key, facts.said(key))


def ask(
    key: str, text: str, facts: Facts, options: tuple[str, ...] = (), recommended: str | None = None
) -> Iterator[Next]:
    """Silent once a person has answered. One comment a question, one question at a time."""
    if facts.given(key):
        return
    if key not in facts.remembered.questions:
        yield Ask(key, text, options, recommended if recommended in options else None)
    why = f"{text} Answer with `/proceed`."
    yield Wait(why, FeatureState.WAITING_FOR_ANSWER, facts.later(300), asks=key)


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def gate(verdict: Verdict, state: FeatureState, facts: Facts) -> Iterator[Wait]:
    """Silent when the verdict is a pass; else the wait that people read, with what to do where it is theirs."""
    match verdict:
        case Wait():
            yield verdict
        case Block(why, ask):
            stuck = state if state is FeatureState.BLOCKED else FeatureState.WAITING_FOR_ANSWER
            yield Wait(f"{why} {ask}", stuck, facts.later(60))
        case Pass():
            return


def note_of(verdict: Verdict) -> str | None:
    """What a pass departs in from the usual way; it is listed with the stage."""
    return verdict.note if isinstance(verdict, Pass) else None
