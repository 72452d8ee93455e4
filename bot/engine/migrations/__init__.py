"""The history of the tables; `migrate` runs it at every start, once for all processes."""

from __future__ import annotations

from bot.engine.migrating import SchemaTooNew, migrate

__all__ = ["SchemaTooNew", "migrate"]
