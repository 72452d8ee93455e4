"""Prunes GitHub's GraphQL schema to the kept types and fields, and what these mention."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    Node,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)
from graphql.language.visitor import REMOVE, VisitorAction

from bot.playground.official.graphql_selection import FIELDS, fields_kept

ROOTS = ("Query", "Mutation")
BUILT_IN = frozenset({"Boolean", "Float", "ID", "Int", "String"})


class NotKept(Exception):
    """A kept field whose type is not kept, or a name that GitHub's schema does not have."""


def pruned_sdl(whole: str) -> str:
    """The kept part of the schema, sorted by name and without descriptions."""
    types = {
        each.name.value: each
        for each in visit(parse(whole), Bare()).definitions
        if isinstance(each, TypeDefinitionNode)
    }
    unknown = [name for name in FIELDS if name not in types]
    if unknown:
        raise NotKept(f"GitHub's schema has no {', '.join(unknown)}; correct graphql_selection.py")
    pruning = Pruning(types)
    return "\n\n".join(print_ast(definition) for definition in pruning.definitions()) + "\n"


class Bare(Visitor):
    """Takes off descriptions and directives.

    GitHub's deprecations contradict its interfaces (`PullRequest.databaseId` is deprecated and
    `Reactable.databaseId` is not), which graphql-core refuses as an invalid schema.
    """

    def enter_directive(self, *_: Any) -> VisitorAction:
        return REMOVE

    def leave(self, node: Node, *_: Any) -> Node | None:
        """A copy without description: the visitor can remove items of lists only."""
        if getattr(node, "description", None) is None:
            return None
        bare = copy(node)
        object.__setattr__(bare, "description", None)
        return bare


@dataclass(slots=True)
class Pruning:
    types: dict[str, TypeDefinitionNode]

    def definitions(self) -> Iterator[TypeDefinitionNode]:
        """Every definition that the kept types need, pruned."""
        done: dict[str, TypeDefinitionNode] = {}
        todo = list(FIELDS)
        while todo:
            name = todo.pop()
            if name not in done and name not in BUILT_IN:
                done[name] = self.pruned(self.types[name])
                todo.extend(mentioned(done[name]))
        for name in sorted(done):
            yield done[name]

    def pruned(self, definition: TypeDefinitionNode) -> TypeDefinitionNode:
        match definition:
            case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
                return self.with_kept_fields(definition)
            case UnionTypeDefinitionNode():
                members = tuple(each for each in definition.types or () if each.name.value in FIELDS)
                return replace(definition, types=members)
            case _:
                return definition

    def with_kept_fields(
        self, definition: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode
    ) -> TypeDefinitionNode:
        name = definition.name.value
        kept = fields_kept(name)
        if kept is None:
            raise NotKept(f"{name} is mentioned by a kept field but not kept; add it to graphql_selection.py")
        interfaces = () if name in ROOTS else self.kept_interfaces(definition, kept)
        fields = tuple(field for field in definition.fields or () if field.name.value in kept)
        missing = kept - {field.name.value for field in fields}
        if FIELDS.get(name) is not None and missing:
            raise NotKept(
                f"GitHub's {name} has no {', '.join(sorted(missing))}; correct graphql_selection.py"
            )
        return replace(definition, fields=fields, interfaces=interfaces)

    def kept_interfaces(
        self, definition: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, kept: frozenset[str]
    ) -> tuple[NamedTypeNode, ...]:
        """The interfaces that are kept; the type must keep all of their fields."""
        interfaces = tuple(each for each in definition.interfaces or () if each.name.value in FIELDS)
        for each in interfaces:
            missing = (fields_kept(each.name.value) or frozenset()) - kept
            if missing:
                wanting = f"{definition.name.value} lacks {', '.join(sorted(missing))} of {each.name.value}"
                raise NotKept(f"{wanting}; add them to graphql_selection.py")
        return interfaces


def mentioned(definition: TypeDefinitionNode) -> set[str]:
    """The names of types in a definition."""
    found: set[str] = set()

    class Names(Visitor):
        def enter_named_type(self, node: NamedTypeNode, *_: Any) -> None:
            found.add(node.name.value)

    visit(definition, Names())
    return found
