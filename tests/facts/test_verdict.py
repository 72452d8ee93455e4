"""Somebody's words as a sentence among our own."""

from __future__ import annotations

import pytest

from bot.facts.verdict import sentence


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("it ran out of turns", "it ran out of turns."),
        ("It ran out.", "It ran out."),
        ("Which one?", "Which one?"),
        ("It failed. (It says: no.)", "It failed. (It says: no.)"),
        ("It said “no!”", "It said “no!”"),
        (" two\n lines ", "two lines."),
        ("(see above)", "(see above)."),
        ("", ""),
    ],
)
def test_words_end_as_a_sentence_does(words: str, said: str) -> None:
    assert sentence(words) == said
