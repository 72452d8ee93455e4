"""What a query costs, by GitHub's rule: the requests its connections would take, divided by 100.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

REQUESTS_A_POINT = 100


@dataclass(frozen=True, slots=True)
class Cost:
    points: int
    nodes: int


def cost_of(document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Cost:
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    counting = _Counting(fragments, _with_defaults(operation, variables))
    counting.count(operation.selection_set, 1)
    return Cost(max(1, round(counting.requests / REQUESTS_A_POINT)), counting.nodes)


class _Counting:
    """Walks a document: a connection is asked once for each item that the connections above may give."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]) -> None:
        self._fragments = fragments
        self._variables = variables
        self.requests = 0
        self.nodes = 0

    def count(self, selections: SelectionSetNode | None, times: int) -> None:
        for selection in selections.selections if selections else ():
            if self._is_left_out(selection):
                continue
            match selection:
                case FragmentSpreadNode():
                    self.count(self._fragments[selection.name.value].selection_set, times)
                case InlineFragmentNode():
                    self.count(selection.selection_set, times)
                case FieldNode():
                    self._count_field(selection, times)
                case _:
                    pass

    def _count_field(self, field: FieldNode, times: int) -> None:
        limit = self._limit(field)
        if limit is not None:
            self.requests += times
            times *= limit
            self.nodes += times
        self.count(field.selection_set, times)

    def _limit(self, field: FieldNode) -> int | None:
        """How many items a connection is asked for; None for what is no connection."""
        for argument in field.arguments or ():
            if argument.name.value in ("first", "last"):
                value = self._value(argument.value)
                if isinstance(value, int):
                    return value
        return None

    def _is_left_out(self, selection: Any) -> bool:
        for directive in selection.directives or ():
            wanted = {"include": True, "skip": False}.get(directive.name.value)
            asked = directive.arguments[0].value if directive.arguments else None
            if wanted is not None and asked is not None and self._value(asked) is not wanted:
                return True
        return False

    def _value(self, node: ValueNode) -> Any:
        match node:
            case VariableNode():
                return self._variables.get(node.name.value)
            case IntValueNode():
                return int(node.value)
            case BooleanValueNode():
                return node.value
            case _:
                return None


def _with_defaults(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {
        each.variable.name.value: int(each.default_value.value)
        for each in operation.variable_definitions or ()
        if isinstance(each.default_value, IntValueNode)
    }
    return {**defaults, **given}
