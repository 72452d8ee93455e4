"""Times as GitHub writes them: UTC, whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def when(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def maybe(at: datetime | None) -> str | None:
    return None if at is None else when(at)


def parsed(text: str) -> datetime:
    """A time of a request, in UTC unless it says otherwise; raises ValueError where it is none."""
    given = datetime.fromisoformat(text)
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
