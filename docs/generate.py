"""Writes the documents that are made from the code: `python docs/generate.py`, or `make docs`.

With `--check` nothing is written; exit 1 where one of them is not as the code would have it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from docs.generating.commands import commands_page
from docs.generating.configuration import configuration_page
from docs.generating.lifecycle import lifecycle_page
from docs.generating.traceability import traceability_page

DOCS = Path(__file__).parent
PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "configuration.md": configuration_page,
    "lifecycle.md": lifecycle_page,
    "traceability.md": traceability_page,
}


def stale(directory: Path = DOCS) -> tuple[str, ...]:
    """The documents that are not as the code would have them."""
    return tuple(name for name, page in PAGES.items() if not _is_fresh(directory / name, page()))


def _is_fresh(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(arguments: Sequence[str], directory: Path = DOCS) -> int:
    """Writes them, or with `--check` tells which are stale."""
    if "--check" in arguments:
        found = stale(directory)
        for name in found:
            print(f"docs/{name} is not as the code would have it. Run `make docs`.", file=sys.stderr)
        return 1 if found else 0
    for name, page in PAGES.items():
        (directory / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name} written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
