"""The hidden first line by which Baton finds its own comments and pull requests again (contract, "On GitHub")."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

VERSION = 1
_MARKER = re.compile(r"\A<!-- baton:(\{.*?\}) -->")


def marker(kind: str, feature: int, generation: str, **more: str | int) -> str:
    """The marker's line. It counts only in a text whose author is Baton."""
    data = {"v": VERSION, "kind": kind, "feature": feature, "generation": generation, **more}
    # Within an HTML comment “--” would end it early.
    text = re.sub("-(?=-)", r"\\u002d", json.dumps(data, separators=(",", ":")))
    return f"<!-- baton:{text} -->"


def read_marker(body: str | None) -> Mapping[str, str | int] | None:
    """What the marker says, or None where the text does not begin with one."""
    found = _MARKER.match(body or "")
    if found is None:
        return None
    try:
        data = json.loads(found.group(1))
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
