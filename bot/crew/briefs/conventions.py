"""The repository's conventions file, with what it imports."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from bot.crew.briefs.inputs import Document

CANDIDATES = ("CLAUDE.md", "AGENTS.md", ".claude/CLAUDE.md")
DEEPEST_IMPORT = 5
MOST_DOCUMENTS = 20
_IMPORT = re.compile(r"(?:^|(?<=\s))@([\w./-]*[\w-])(?=$|[\s.,;:)])", re.MULTILINE)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)

Reads = Callable[[str], Document | None]


def read_conventions(read: Reads) -> tuple[Document, ...]:
    """The first conventions file there is, then what it imports, each once and only from the repository.

    `read` gives the file at a path of the default branch, symlinks followed inside it, or None.
    """
    found: dict[str, Document] = {}
    first = next((document for path in CANDIDATES if (document := read(path)) is not None), None)
    if first is not None:
        _gather(first, read, found, depth=0)
    return tuple(found.values())


def _gather(document: Document, read: Reads, found: dict[str, Document], depth: int) -> None:
    if document.path in found or len(found) == MOST_DOCUMENTS:
        return
    found[document.path] = document
    if depth == DEEPEST_IMPORT:
        return
    for path in imports(document):
        imported = read(path)
        if imported is not None:
            _gather(imported, read, found, depth + 1)


def imports(document: Document) -> Iterator[str]:
    """The paths that a document imports by `@path`, outside code; those that leave the repository are dropped."""
    directory = posixpath.dirname(document.path)
    for target in _IMPORT.findall(_CODE.sub("", document.text)):
        path = posixpath.normpath(posixpath.join(directory, target))
        if not path.startswith(("/", "..")):
            yield path
