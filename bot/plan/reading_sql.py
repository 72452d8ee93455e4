"""Which tables a migration makes or changes, read by PostgreSQL's own parser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class SqlUnreadable(Exception):
    """A text that PostgreSQL could not read either, with the line it stops at."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"PostgreSQL cannot read line {line}: {reason}.")
        self.line = line
        self.reason = reason


def tables_in(sql: str) -> tuple[str, ...]:
    """The tables that the statements create, alter or rename, in their order, each once.

    Names in another schema than `public` carry it. Temporary tables are gone before anybody could read
    about them, and text inside functions and DO blocks is not looked at. Raises SqlUnreadable.
    """
    return tuple(dict.fromkeys(_tables(sql)))


def _tables(sql: str) -> Iterator[str]:
    from pglast import ast, enums, parse_sql, parser

    try:
        statements = parse_sql(sql)
    except parser.ParseError as error:
        place = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], int) else 0
        raise SqlUnreadable(sql.count("\n", 0, place) + 1, str(error.args[0])) from None
    for raw in statements or ():
        yield from _of_statement(raw.stmt, ast, enums.ObjectType.OBJECT_TABLE)


def _of_statement(statement: Any, ast: Any, table: Any) -> Iterator[str]:
    match statement:
        case ast.CreateStmt():
            yield from _kept(statement.relation)
        case ast.CreateTableAsStmt() if statement.objtype == table:
            yield from _kept(statement.into.rel)
        case ast.SelectStmt() if statement.intoClause:
            yield from _kept(statement.intoClause.rel)
        case ast.AlterTableStmt() if statement.objtype == table:
            yield from _kept(statement.relation)
        case ast.AlterObjectSchemaStmt() if statement.objectType == table:
            yield _qualified(statement.newschema, statement.relation.relname)
        case ast.RenameStmt() if statement.renameType == table:
            yield _qualified(statement.relation.schemaname, statement.newname)
        case ast.RenameStmt() if statement.relation and statement.relationType == table:
            yield from _kept(statement.relation)


def _kept(relation: Any) -> Iterator[str]:
    if relation.relpersistence != "t":
        yield _qualified(relation.schemaname, relation.relname)


def _qualified(schema: str | None, table: str) -> str:
    return table if schema in (None, "public") else f"{schema}.{table}"
