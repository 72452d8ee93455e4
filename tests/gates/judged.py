"""What a gate says, in the fewest words."""

from __future__ import annotations

from bot.facts.facts import Facts
from bot.facts.verdict import Block, Pass, Verdict, Wait
from bot.facts.works import Work
from bot.plan.stage_kind import StageKind


def of(facts: Facts, kind: StageKind) -> Work:
    return next(work for work in facts.works if work.kind is kind)


def said(verdict: Verdict) -> str:
    """The sentence that people read; “passes” where there is none."""
    match verdict:
        case Pass(note):
            return f"passes: {note}" if note else "passes"
        case Wait(why):
            return f"waits: {why}"
        case Block(why, ask):
            return f"blocks: {why} {ask}"
