"""What every answer of the story must be, whatever the facts."""

from __future__ import annotations

import re

from bot.facts.verdict import Done, Wait
from bot.moves import Move, Next
from tests.world import Life


def is_a_whole_answer(answer: Next, life: Life) -> None:
    """One move, or the end, or a wait with a sentence and a time to look again."""
    if isinstance(answer, Wait):
        assert re.fullmatch(r"[^\n]*[^\s.?!][.?!]", answer.why), answer.why
        assert not answer.why.startswith(" ") and "  " not in answer.why
        assert answer.look_again_at > life.now
        assert not answer.state.is_over
    elif isinstance(answer, Done):
        assert answer.why.endswith(".") and answer.state.is_over
    else:
        assert isinstance(answer, Move)
        assert not answer.told or "\n" not in answer.told
