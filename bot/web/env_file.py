"""The `.env` file that `baton serve` reads, changed in place and readable by nobody else."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

_NAMED = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")


class EnvFile:
    """One file, prepared before there is something to write, so that a full or closed disk is known early.

    Use it in a `with`; what was not written leaves nothing behind.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError where the directory cannot be written."""
        self._path = path
        # mkstemp: mode 0600 from the first moment.
        self._descriptor, draft = tempfile.mkstemp(prefix=".env-", dir=path.absolute().parent)
        self._draft = Path(draft)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._draft.unlink(missing_ok=True)

    def write(self, values: Mapping[str, str]) -> None:
        """Set these variables; every other line of the file stays as it is."""
        with os.fdopen(self._descriptor, "w", encoding="utf-8") as file:
            file.write(changed(self._before(), values))
            file.flush()
            os.fsync(file.fileno())
        self._draft.replace(self._path)

    def _before(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""


def changed(text: str, values: Mapping[str, str]) -> str:
    """The file's text with these variables at its end and nowhere else."""
    kept: list[str] = []
    quote = ""  # of a value over several lines
    dropping = False
    for line in text.splitlines():
        if not quote:
            found = _NAMED.match(line)
            dropping = found is not None and found[1] in values
            quote = _left_open(line[found.end() :]) if found else ""
        elif quote in line:
            quote = ""
        if not dropping:
            kept.append(line)
    added = [f'{name}="{_escaped(value)}"' for name, value in values.items()]
    return "\n".join([*kept, *added, ""])


def _left_open(value: str) -> str:
    """The quote that begins a value and does not end on its line."""
    value = value.strip()
    return value[0] if value[:1] in ("'", '"') and value[0] not in value[1:] else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").rstrip("\n").replace("\n", "\\n")
