"""Ids as GitHub gives them: ascending numbers of each kind's own range, node ids that carry their type."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import count

# Each kind counts in a range of its own, so that an id used for the wrong kind finds nothing.
KINDS: dict[str, tuple[str, int]] = {
    "user": ("U", 1_001),
    "bot": ("BOT", 50_001),
    "organization": ("O", 80_001),
    "app": ("A", 4_001),
    "installation": ("INS", 300_001),
    "hook": ("HK", 400_001),
    "repository": ("R", 700_001),
    "label": ("LA", 5_000_001),
    "issue": ("I", 2_000_001),
    "pull": ("PR", 3_000_001),
    "comment": ("IC", 10_000_001),
    "review": ("PRR", 20_000_001),
    "review_comment": ("PRRC", 30_000_001),
    "thread": ("PRRT", 40_000_001),
    "reaction": ("REA", 50_000_001),
    "event": ("EV", 60_000_001),
    "edit": ("UCE", 70_000_001),
    "suite": ("CS", 80_000_001),
    "check_run": ("CR", 90_000_001),
    "status": ("SC", 100_000_001),
    "workflow": ("W", 110_000_001),
    "workflow_run": ("WFR", 120_000_001),
    "ruleset": ("RRS", 140_000_001),
    "delivery": ("DEL", 130_000_001),
}

EVENT_PREFIXES = {
    "labeled": "LE",
    "unlabeled": "UNLE",
    "closed": "CE",
    "reopened": "REE",
    "merged": "ME",
    "renamed": "RTE",
    "cross-referenced": "CRE",
}


class Ids:
    """Counts the ids of every kind."""

    def __init__(self) -> None:
        self._counts: dict[str, Iterator[int]] = {kind: count(first) for kind, (_, first) in KINDS.items()}

    def next(self, kind: str) -> tuple[int, str]:
        """The next number of that kind and its node id."""
        number = next(self._counts[kind])
        return number, node_id(KINDS[kind][0], number)

    def next_event(self, event: str) -> tuple[int, str]:
        """The next timeline event's number; its node id tells labeled from unlabeled as GitHub's does."""
        number = next(self._counts["event"])
        return number, node_id(EVENT_PREFIXES.get(event, "EV"), number)


def node_id(prefix: str, number: int) -> str:
    packed = base64.urlsafe_b64encode(number.to_bytes(5, "big")).decode().rstrip("=")
    return f"{prefix}_kwDO{packed}"


def object_node_id(prefix: str, repository_id: int, name: str) -> str:
    """The node id of a git object or ref: it tells repository and name, as GitHub's does."""
    packed = base64.urlsafe_b64encode(f"{repository_id}:{name}".encode()).decode().rstrip("=")
    return f"{prefix}_kwDO{packed}"


def named_by(identity: str) -> tuple[int, str] | None:
    """Repository id and name out of a git object's or ref's node id."""
    packed = identity.partition("_kwDO")[2]
    try:
        text = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        number, _, name = text.partition(":")
        return int(number), name
    except ValueError:
        return None
