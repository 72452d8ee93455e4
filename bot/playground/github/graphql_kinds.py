"""What a GraphQL request is to the referee: a read or a write, and what it does."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


def kind_of(query: dict[str, Any]) -> tuple[str, str]:
    """Whether it reads or writes, and its name: of a mutation what it changes."""
    return _kind(str(query.get("query", "")), query.get("operationName"))


@lru_cache(maxsize=512)
def _kind(text: str, operation: str | None) -> tuple[str, str]:
    """Clients send the same few documents again and again."""
    from graphql import FieldNode, GraphQLError, OperationType, get_operation_ast, parse

    try:
        document = parse(text)
    except GraphQLError:
        return "read", "GraphQL that is none"
    chosen = get_operation_ast(document, operation)
    if chosen is None or chosen.operation is not OperationType.MUTATION:
        name = chosen.name.value if chosen is not None and chosen.name else ""
        return "read", f"GraphQL query {name}".strip()
    fields = {each.name.value for each in chosen.selection_set.selections if isinstance(each, FieldNode)}
    return "write", f"GraphQL mutation {' '.join(sorted(fields))}"


def creates(kind: str) -> bool:
    """Whether a mutation makes something new, as a POST that is answered by 201 does; edits and labels do not."""
    fields = kind.removeprefix("GraphQL mutation ").split()
    return any(field.startswith(("add", "create")) and field != "addLabelsToLabelable" for field in fields)
