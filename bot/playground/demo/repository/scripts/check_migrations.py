"""Check that the migrations are PostgreSQL, in order, and leave no table without row level security."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pglast
from pglast import ast

MIGRATIONS = Path(__file__).resolve().parents[1] / "supabase" / "migrations"
NAME = re.compile(r"\d{14}_[a-z0-9_]+\.sql")


def problems(folder: Path) -> list[str]:
    """Everything that is wrong, one sentence each."""
    found: list[str] = []
    created: dict[str, str] = {}
    secured: set[str] = set()
    for path in sorted(folder.iterdir()):
        if not NAME.fullmatch(path.name):
            found.append(f"{path.name}: call it <14 digits>_<what_it_does>.sql")
            continue
        try:
            statements = [raw.stmt for raw in pglast.parse_sql(path.read_text(encoding="utf-8"))]
        except pglast.parser.ParseError as error:
            found.append(f"{path.name}: {error}")
            continue
        for statement in statements:
            if isinstance(statement, ast.CreateStmt):
                created[statement.relation.relname] = path.name
            if isinstance(statement, ast.AlterTableStmt):
                if any(command.subtype.name == "AT_EnableRowSecurity" for command in statement.cmds):
                    secured.add(statement.relation.relname)
    found += [f"{created[table]}: {table} has no row level security" for table in created.keys() - secured]
    return found


if __name__ == "__main__":
    wrong = problems(MIGRATIONS)
    print("\n".join(wrong) or f"{len(list(MIGRATIONS.iterdir()))} migrations are sound.")
    sys.exit(1 if wrong else 0)
