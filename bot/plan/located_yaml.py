"""A YAML or JSON document of any size people write, with the line of every node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from bot.plan.problem import Problem

LARGEST = 2_000_000
MOST_NODES = 300_000
DEEPEST = 100

_STANDARD = "tag:yaml.org,2002:"


class Unreadable(Exception):
    """A document that cannot be read, and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Node:
    """One value of a document: a mapping of nodes, a list of nodes or a plain value."""

    value: Mapping[str, Node] | tuple[Node, ...] | str | int | float | bool | None
    line: int
    file: str

    def at(self, part: str | int) -> Node | None:
        """The node below, by key or number."""
        if isinstance(self.value, Mapping):
            return self.value.get(str(part))
        if isinstance(self.value, tuple) and str(part).isdecimal() and int(part) < len(self.value):
            return self.value[int(part)]
        return None

    @property
    def mapping(self) -> Mapping[str, Node]:
        """The nodes by key; none where this is no mapping."""
        return self.value if isinstance(self.value, Mapping) else {}


def read_document(text: str, file: str) -> Node:
    """The document's root. Raises Unreadable with the line and the reason."""
    if len(text) > LARGEST:
        raise _unreadable(file, 1, f"The file is longer than {LARGEST:,} characters; split it up.")
    loader = _loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise _unreadable(file, 1, "The file is empty.")
        return _Reader(loader, file).read(root, 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise _unreadable(file, mark.line + 1 if mark else 1, f"This is no YAML: {what}.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise _unreadable(file, 1, f"This is no YAML: {' '.join(str(error).split())}.") from None
    except RecursionError:
        raise _unreadable(file, 1, "The values are nested too deeply to be read.") from None


def _loader(text: str) -> Any:
    """libyaml's parser where PyYAML was built with it: ten times as fast."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)


def _unreadable(file: str, line: int, message: str) -> Unreadable:
    return Unreadable(Problem(file, line, "error", message))


class _Reader:
    def __init__(self, loader: Any, file: str) -> None:
        self._loader = loader
        self._file = file
        self._nodes = 0

    def read(self, node: Any, depth: int) -> Node:
        """Aliases are read again at each use, so that a bomb of them meets the limit."""
        self._nodes += 1
        if self._nodes > MOST_NODES or depth > DEEPEST:
            raise self._wrong(
                node, "The document is too large or too deep to be read with its aliases in place."
            )
        line = int(node.start_mark.line) + 1
        if isinstance(node, yaml.MappingNode):
            return Node(self._mapping(node, depth), line, self._file)
        if isinstance(node, yaml.SequenceNode):
            return Node(tuple(self.read(each, depth + 1) for each in node.value), line, self._file)
        return Node(self._scalar(node), line, self._file)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> Mapping[str, Node]:
        found: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._wrong(key, "A key must be one plain word.")
            if key.tag == f"{_STANDARD}merge":
                raise self._wrong(
                    key, "Merge keys (<<) are not in YAML 1.2, which OpenAPI asks for; write them out."
                )
            name = str(key.value)
            if name in found:
                raise self._wrong(key, f"The key “{name}” stands here twice; keep one.")
            below = self.read(value, depth + 1)
            found[name] = Node(below.value, int(key.start_mark.line) + 1, self._file)
        return found

    def _scalar(self, node: Any) -> str | int | float | bool | None:
        kind = str(node.tag).removeprefix(_STANDARD)
        if kind in {"null", "int", "float"} or (kind == "bool" and node.value.lower() in {"true", "false"}):
            value: str | int | float | bool | None = self._loader.construct_object(node)
            return value
        return str(node.value)

    def _wrong(self, node: Any, message: str) -> Unreadable:
        return _unreadable(self._file, int(node.start_mark.line) + 1, message)
