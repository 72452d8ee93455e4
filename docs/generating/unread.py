"""Which settings no module reads yet, so that the page can say so."""

from __future__ import annotations

import ast
from functools import cache

from docs.generating.cells import ROOT

UNREAD = " In this version nothing reads it yet."


@cache
def _read_by_the_code() -> frozenset[str]:
    """Every name that some module asks an object for, and every text it looks up."""
    rooms = (ROOT / "bot").rglob("*.py")
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in rooms if "playground" not in file.parts)
    nodes = [node for tree in trees for node in ast.walk(tree)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    asked = {node.attr for node in nodes if isinstance(node, ast.Attribute) and id(node) not in called}
    # A field's own `alias="NAME"` is a keyword's value, and no look-up.
    named = {id(node.value) for node in nodes if isinstance(node, ast.keyword)}
    texts = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in named)
    return frozenset(asked | {node.value for node in texts if isinstance(node.value, str)})


def unread(*names: str) -> str:
    return UNREAD if _read_by_the_code().isdisjoint(names) else ""
