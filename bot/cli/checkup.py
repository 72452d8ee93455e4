"""What `baton doctor` finds, one line each, told as it is found."""

from __future__ import annotations

from collections.abc import Callable

from bot.cli.printing import plain


class Checkup:
    """Says each finding at once, and remembers whether any was bad."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self.bad_ones = 0

    def good(self, subject: str, text: str) -> None:
        self._say(f"✓ {subject}: {plain(text)}")

    def bad(self, subject: str, text: str) -> None:
        """What is wrong, and what to do about it."""
        self.bad_ones += 1
        self._say(f"✗ {subject}: {plain(text)}")

    def doubtful(self, subject: str, text: str) -> None:
        """What works, and is not as it should be."""
        self._say(f"! {subject}: {plain(text)}")

    def unknown(self, subject: str, because: str) -> None:
        """What something before it did not let us look at."""
        self._say(f"! {subject}: not checked, because {plain(because)}")
