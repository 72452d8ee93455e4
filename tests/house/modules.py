"""The modules of this repository that are ours; the demo's product and what its agents write are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOREIGN = ("bot/playground/demo/repository", "bot/playground/demo/recording")


def modules(*rooms: str) -> Iterator[Path]:
    """Every Python file of these rooms, by its path from the root."""
    for room in rooms:
        for file in sorted((ROOT / room).rglob("*.py")):
            path = file.relative_to(ROOT)
            if not path.as_posix().startswith(FOREIGN):
                yield path
