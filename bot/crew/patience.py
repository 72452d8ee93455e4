"""How long a run waits for a model that is overloaded, limited or out of reach."""

from __future__ import annotations

from dataclasses import dataclass

from bot.crew.endings import GaveUp
from bot.crew.records import Trouble

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 600.0


@dataclass
class Patience:
    """The waits in a row; the first answer forgets them."""

    seconds: float
    waited: float = 0.0
    in_a_row: int = 0

    def next_wait(self, trouble: Trouble) -> float | GaveUp:
        """How long to wait before the same call again, or the end of waiting.

        A Retry-After is obeyed; without one the waits double. An unreadable or cut answer may have been paid
        for, so those are tried few times.
        """
        doubling = min(FIRST_SECONDS * 2**self.in_a_row, LONGEST_SECONDS)
        wait = doubling if trouble.retry_after is None else max(trouble.retry_after, FIRST_SECONDS / 2)
        self.in_a_row += 1
        dear = trouble.kind in MAY_BE_PAID and self.in_a_row > TRIES_THAT_MAY_BE_PAID
        if dear or self.waited + wait > self.seconds:
            return GaveUp(trouble.kind, f"{trouble.sentence} {self._how_long(wait)} Retry later.")
        self.waited += wait
        return wait

    def answered(self) -> None:
        self.waited, self.in_a_row = 0.0, 0

    def _how_long(self, wait: float) -> str:
        tried = f"Baton tried {self.in_a_row} {'time' if self.in_a_row == 1 else 'times'}"
        return f"{tried} over {_span(self.waited)}, and the next try would be {_span(wait)} later."


MAY_BE_PAID = frozenset({"truncated", "unreadable", "broken_stream", "timeout"})
TRIES_THAT_MAY_BE_PAID = 5


def _span(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
