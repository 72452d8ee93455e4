"""The story over a large space of fact sets: one answer each, and every move and every sentence is met."""

from __future__ import annotations

import os
import time
from collections import Counter
from itertools import islice

from bot.feature import next_move
from tests.chaos.figures import keep_chaos
from tests.space import all_moves, counted, fact_sets, sentences
from tests.totality import is_a_whole_answer

SETS = int(os.environ.get("FACT_SETS", "50000"))
LEAST = 50


def test_every_move_and_every_sentence_occurs_and_every_answer_is_whole() -> None:
    """Issue 5: at least 50,000 fact sets, each move and sentence at least 50 times."""
    seed = int(os.environ.get("SEED", "1"))
    print(f"seed {seed}")
    moves: Counter[str] = Counter()
    seconds = 0.0
    with counted() as made:
        for life in islice(fact_sets(seed), SETS):
            facts = life.facts
            began = time.process_time()
            answer = next_move(facts)
            seconds += time.process_time() - began
            is_a_whole_answer(answer, life)
            moves[type(answer).__name__] += 1
    seldom = {name: moves[name] for name in all_moves() if moves[name] < LEAST}
    unsaid = {text: made[line] for line, text in sentences().items() if made[line] < LEAST}
    keep_chaos(
        "story_space",
        {
            "fact_sets": SETS,
            "moves": len(all_moves()),
            "sentences": len(sentences()),
            "microseconds_a_call": round(seconds / SETS * 1e6, 1),
        },
    )
    assert (seldom, unsaid) == ({}, {})
