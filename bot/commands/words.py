"""Which word was meant: a command, a slip of the pen, or somebody else's word that Baton leaves alone."""

from __future__ import annotations

from collections.abc import Iterable

# Words one edit away from a command that mean something themselves: commands of other bots and of GitLab's
# quick actions, programs and paths that people write with a slash, and plain English words. Inflections of a
# command (`approved`, `pauses`) are no words of their own here: they are the likeliest slips.
WORDS_OF_THEIR_OWN = frozenset(
    """
    approver
    devise revile revive previse reviser
    cause parse passe pauser
    presume resumer
    cancer chancel
    retro
    kip ship sip skep ski skid skim skin skit slip snip
    states statue stats stratus
    heap held hell helm hemp hep kelp whelp yelp welp
    """.lower().split()
)


def meant_by(word: str, names: Iterable[str]) -> str | None:
    """The command that the word is one edit away from, unless it is a word of its own."""
    if word in WORDS_OF_THEIR_OWN:
        return None
    return next((name for name in names if one_edit_apart(word, name)), None)


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one character added, left out, changed, or two neighbours swapped make the one the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, character in enumerate(short) if character != long[i]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at + 1 : at + 2] + short[at : at + 1]
    return short[at + 1 :] == long[at + 1 :] or (
        swapped == long[at : at + 2] and short[at + 2 :] == long[at + 2 :]
    )
