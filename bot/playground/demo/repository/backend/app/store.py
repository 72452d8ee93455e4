"""The rows behind the API, in the words of the Supabase tables (docs/database/README.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from fastapi import Depends, Request

Row = dict[str, Any]


@dataclass(frozen=True)
class Where:
    """One condition on a column; several are all required."""

    column: str
    operator: Literal["eq", "lt", "gt", "in", "is"]
    value: Any


class Store(Protocol):
    """What the services need of the database. Defaults of columns are the database's business."""

    def select(
        self,
        table: str,
        *where: Where,
        order_by: str = "created_at",
        descending: bool = False,
        limit: int | None = None,
    ) -> list[Row]: ...

    def insert(self, table: str, row: Mapping[str, Any]) -> Row: ...

    def update(self, table: str, changes: Mapping[str, Any], *where: Where) -> list[Row]: ...

    def delete(self, table: str, *where: Where) -> list[Row]: ...


def equals(column: str, value: Any) -> Where:
    """The commonest condition."""
    return Where(column, "eq", value)


def one_of(column: str, values: Sequence[Any]) -> Where:
    """The column has one of these values."""
    return Where(column, "in", list(values))


def is_null(column: str) -> Where:
    """The column is empty."""
    return Where(column, "is", None)


def get_store(request: Request) -> Store:
    """The store that the application was made with."""
    store: Store = request.app.state.store
    return store


CurrentStore = Annotated[Store, Depends(get_store)]
