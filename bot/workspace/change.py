"""A change with the surroundings that judging it needs, read from a mirror or from a checkout."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from bot.facts.diff import Change
from bot.workspace.checkout import Checkout
from bot.workspace.mirror import Mirror

DOCUMENTS = "docs"

_SUFFIXES = (".md", ".yaml", ".yml", ".json")


def change_between(mirror: Mirror, base: str, head: str, also: Iterable[str] = ()) -> Change:
    """What differs between two commits; its documents are those below docs/ and around the paths of `also`."""
    documents = _documents(mirror.paths(head), tuple(also))
    diff = mirror.diff(base, head)
    return Change(diff, mirror.paths(base), mirror.read_many(head, documents))


def change_in(checkout: Checkout, also: Iterable[str] = ()) -> Change:
    """What an agent has changed so far, for judging it before it is committed."""
    wanted = _documents(checkout.paths(), tuple(also))
    texts = {path: text for path in wanted if (text := checkout.text(path)) is not None}
    return Change(checkout.changes(), checkout.base_paths, texts)


def _documents(paths: Iterable[str], also: tuple[str, ...]) -> list[str]:
    """Documents are split into files beside them, so the whole directory of each is read."""
    directories = (f"{DOCUMENTS}/", *(f"{posixpath.dirname(path)}/" for path in also if "/" in path))
    return sorted(
        path for path in paths if path in also or (path.startswith(directories) and path.endswith(_SUFFIXES))
    )
