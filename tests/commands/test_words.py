"""A slip of the pen is told from a word of its own."""

from __future__ import annotations

import string

import pytest

from bot.commands import all_commands
from bot.commands.words import WORDS_OF_THEIR_OWN, meant_by, one_edit_apart

NAMES = tuple(all_commands())


def one_edit_away(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    changed = {head + letter + tail[1:] for head, tail in cuts if tail for letter in string.ascii_lowercase}
    added = {head + letter + tail for head, tail in cuts for letter in string.ascii_lowercase}
    return (left_out | swapped | changed | added) - {word}


@pytest.mark.parametrize("name", NAMES)
def test_every_word_one_edit_away_is_taken_for_the_command_unless_it_is_a_word_of_its_own(name: str) -> None:
    for word in one_edit_away(name):
        assert one_edit_apart(word, name) and one_edit_apart(name, word)
        assert meant_by(word, NAMES) == (None if word in WORDS_OF_THEIR_OWN else name)


@pytest.mark.parametrize("name", NAMES)
def test_a_word_two_edits_away_is_never_taken_for_a_command(name: str) -> None:
    near = one_edit_away(name) | {name}
    for word in (name[::-1], name + "xx", name[2:], "x" + name + "x", name[0] + name):
        assert word in near or not one_edit_apart(word, name)


def test_no_word_of_its_own_is_a_command_and_each_is_there_for_a_reason() -> None:
    assert not WORDS_OF_THEIR_OWN & set(NAMES)
    assert [
        word for word in WORDS_OF_THEIR_OWN if not any(one_edit_apart(word, name) for name in NAMES)
    ] == []
