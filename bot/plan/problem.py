"""What is wrong in a file that people wrote for Baton: where it is, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

ProblemLevel = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One whole sentence about one line; an error means that the file cannot be used as it is."""

    file: str
    line: int
    level: ProblemLevel
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.message}"


def is_error(problem: Problem) -> bool:
    return problem.level == "error"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence with the nearest known word, or with all of them."""
    words = [str(each) for each in known]
    folded = {each.lower(): each for each in words}
    near = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return f"Did you mean “{folded[near[0]]}”?" if near else f"It can be: {', '.join(words)}."
