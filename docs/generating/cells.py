"""What the generated pages share: where the code is, what stands at their top, how a table's cell is written."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = "<!-- Made from the code by docs/generate.py (`make docs`); changes made here are lost. -->"


def cell(text: str) -> str:
    """Text that does not end its cell."""
    return text.replace("|", "\\|").replace("\n", " ")
