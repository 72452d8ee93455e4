"""The store in production: Supabase's REST interface (PostgREST), with the service key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2 as httpx

from app.store import Row, Where

OPERATORS = {"eq": "eq", "lt": "lt", "gt": "gt", "in": "in", "is": "is"}


class SupabaseStore:
    """Conditions become PostgREST's query parameters; the changed rows come back with every write."""

    def __init__(self, url: str, service_key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/rest/v1/",
            headers={"apikey": service_key, "Authorization": f"Bearer {service_key}"},
            transport=transport,
            timeout=10,
        )

    def select(
        self,
        table: str,
        *where: Where,
        order_by: str = "created_at",
        descending: bool = False,
        limit: int | None = None,
    ) -> list[Row]:
        query = conditions(where)
        query.append(("order", f"{order_by}.{'desc' if descending else 'asc'}"))
        if limit is not None:
            query.append(("limit", str(limit)))
        return self._send("GET", table, query)

    def insert(self, table: str, row: Mapping[str, Any]) -> Row:
        return self._send("POST", table, [], dict(row))[0]

    def update(self, table: str, changes: Mapping[str, Any], *where: Where) -> list[Row]:
        return self._send("PATCH", table, conditions(where), dict(changes))

    def delete(self, table: str, *where: Where) -> list[Row]:
        return self._send("DELETE", table, conditions(where))

    def _send(
        self, method: str, table: str, query: list[tuple[str, str]], body: Row | None = None
    ) -> list[Row]:
        if method in ("PATCH", "DELETE") and not query:
            raise ValueError(f"A {method} on {table} without a condition would touch every row.")
        response = self._client.request(
            method, table, params=query, json=body, headers={"Prefer": "return=representation"}
        )
        response.raise_for_status()
        rows: list[Row] = response.json()
        return rows


def conditions(where: tuple[Where, ...]) -> list[tuple[str, str]]:
    """`Where("id", "eq", 1)` is `id=eq.1` to PostgREST."""
    return [
        (condition.column, f"{OPERATORS[condition.operator]}.{literal(condition.value)}")
        for condition in where
    ]


def literal(value: Any) -> str:
    """A value as PostgREST reads it; members of a list are quoted, since they may hold commas."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return "(" + ",".join('"' + str(member).replace('"', '\\"') + '"' for member in value) + ")"
    return str(value)
