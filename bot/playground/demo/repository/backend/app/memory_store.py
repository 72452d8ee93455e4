"""A store in memory, for tests and for working without Supabase. It keeps the tables' defaults and order."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from app.store import Row, Where

DEFAULTS: dict[str, Row] = {
    "profiles": {},
    "boards": {},
    "board_members": {"role": "member"},
    "cards": {"body": "", "status": "todo", "assignee_id": None},
}
TOUCHED = {"cards"}

MATCHES: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda actual, wanted: actual is not None and actual == wanted,
    "lt": lambda actual, wanted: actual is not None and actual < wanted,
    "gt": lambda actual, wanted: actual is not None and actual > wanted,
    "in": lambda actual, wanted: actual in wanted,
    "is": lambda actual, wanted: actual is wanted,
}


class MemoryStore:
    """Safe to use from several threads; rows are copied on the way in and out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, list[Row]] = {name: [] for name in DEFAULTS}
        self._last = datetime.now(UTC)

    def select(
        self,
        table: str,
        *where: Where,
        order_by: str = "created_at",
        descending: bool = False,
        limit: int | None = None,
    ) -> list[Row]:
        with self._lock:
            rows = sorted(self._matching(table, where), key=lambda row: row[order_by], reverse=descending)
            return [dict(row) for row in rows[:limit]]

    def insert(self, table: str, row: Mapping[str, Any]) -> Row:
        with self._lock:
            now = self._now()
            new = {**DEFAULTS[table], "id": self._new_id(table), "created_at": now, **row}
            if table in TOUCHED:
                new["updated_at"] = now
            self._tables[table].append(new)
            return dict(new)

    def update(self, table: str, changes: Mapping[str, Any], *where: Where) -> list[Row]:
        with self._lock:
            rows = self._matching(table, where)
            for row in rows:
                row.update(changes)
                if table in TOUCHED:
                    row["updated_at"] = self._now()
            return [dict(row) for row in rows]

    def delete(self, table: str, *where: Where) -> list[Row]:
        with self._lock:
            gone = self._matching(table, where)
            self._tables[table] = [row for row in self._tables[table] if row not in gone]
            return gone

    def _matching(self, table: str, where: tuple[Where, ...]) -> list[Row]:
        return [
            row
            for row in self._tables[table]
            if all(MATCHES[condition.operator](row[condition.column], condition.value) for condition in where)
        ]

    def _new_id(self, table: str) -> str:
        return str(uuid.uuid4())

    def _now(self) -> str:
        # Two rows never share a time, so that "newest first" has one answer.
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        return self._last.isoformat()
