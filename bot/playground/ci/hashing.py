"""hashFiles(): one hash over the files of the checkout that patterns choose."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.playground.ci.patterns import chosen


def hash_files(workspace: Path, patterns: Sequence[str]) -> str:
    """Empty where no file is chosen, as on GitHub."""
    wanted = [pattern.removeprefix("./") for pattern in patterns]
    found = [name for name in sorted(_names(workspace)) if chosen(name, wanted)]
    if not found:
        return ""
    digest = hashlib.sha256()
    for name in found:
        digest.update(hashlib.sha256((workspace / name).read_bytes()).digest())
    return digest.hexdigest()


def _names(workspace: Path) -> Iterator[str]:
    for directory, subdirectories, files in os.walk(workspace):
        subdirectories[:] = [each for each in subdirectories if each not in (".git", "node_modules")]
        for file in files:
            path = Path(directory) / file
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(workspace))
