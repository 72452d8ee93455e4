"""What an OpenAPI specification says: its operations, and all of it as one document with nothing fetched."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from bot.plan.located_yaml import Node, Unreadable, read_document
from bot.plan.problem import Problem

PATH = "docs/openapi.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
STREAM = "text/event-stream"

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Operation:
    """`METHOD /path` of a specification; a stream sends events as they happen (SSE)."""

    method: str
    path: str
    is_stream: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Origin:
    """Where a value of the whole specification was written."""

    file: str
    line: int


@dataclass(frozen=True)
class Specification:
    """A specification with its split files put in place, and what is wrong with how it hangs together."""

    value: Any
    origins: Mapping[Place, Origin] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def origin(self, place: Place) -> Origin:
        """Where this place, or the nearest one around it, was written."""
        while place and place not in self.origins:
            place = place[:-1]
        return self.origins.get(place, Origin(PATH, 1))

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the order in which they are written."""
        return tuple(_operations(self.value))


def read_specification(path: str, documents: Mapping[str, str]) -> Specification:
    """The specification at `path` with every `$ref` to another of the documents followed."""
    reader = _Bundle(documents, path)
    try:
        root = reader.file(path)
        value = reader.copy(root, (), path, ())
    except Unreadable as error:
        return Specification(None, {}, frozenset(reader.read), (error.problem,))
    return Specification(value, reader.origins, frozenset(reader.read), tuple(reader.problems))


def operations_in(
    specification_text: str, documents: Mapping[str, str] | None = None, path: str = PATH
) -> tuple[Operation, ...]:
    """The operations of a specification; those in split files too, where the documents are given.

    What cannot be read has no operations: whether it is valid is an inspection's question.
    """
    return read_specification(path, {**(documents or {}), path: specification_text}).operations


def operations_changed(
    before: str, after: str, documents: Mapping[str, str] | None = None, path: str = PATH
) -> tuple[Operation, ...]:
    """The operations that are new in `after` or say something else than in `before`."""
    old = read_specification(path, {**(documents or {}), path: before}).value
    new = read_specification(path, {**(documents or {}), path: after}).value
    return tuple(each for each in _operations(new) if _said(new, each) != _said(old, each))


def _said(specification: Any, operation: Operation) -> Any:
    item = _below(_below(specification, "paths"), operation.path)
    return _below(item, operation.method.lower()), _below(item, "parameters")


def _below(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _operations(specification: Any) -> Iterator[Operation]:
    paths = _below(specification, "paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if method in METHODS and path.startswith("/"):
                yield Operation(method.upper(), path, method == "get" and _streams(specification, operation))


def _streams(specification: Any, operation: Any) -> bool:
    responses = _below(operation, "responses")
    for status, response in responses.items() if isinstance(responses, dict) else ():
        if str(status).startswith("2") or status == "default":
            content = _below(_followed(specification, response), "content")
            if any(kind.partition(";")[0].strip().lower() == STREAM for kind in content or ()):
                return True
    return False


def _followed(specification: Any, value: Any) -> Any:
    """The value itself or, for a reference inside the specification, what it points to."""
    for _ in range(10):
        reference = _below(value, "$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return value
        value = specification
        for part in _pointer(reference[1:]):
            value = _below(value, part)
    return None


def _pointer(fragment: str) -> list[str]:
    """The parts of a JSON pointer."""
    return [unquote(part).replace("~1", "/").replace("~0", "~") for part in fragment.split("/")[1:]]


class _Bundle:
    """Copies a document, putting what stands in other files in the place of the references to it."""

    def __init__(self, documents: Mapping[str, str], root: str) -> None:
        self._documents = documents
        self._root = root
        self._budget = 500_000
        self.read: dict[str, Node] = {}
        self.origins: dict[Place, Origin] = {}
        self.problems: list[Problem] = []

    def file(self, path: str) -> Node:
        if path not in self.read:
            self.read[path] = read_document(self._documents[path], path)
        return self.read[path]

    def copy(self, node: Node, place: Place, file: str, followed: tuple[tuple[str, str], ...]) -> Any:
        self.origins[place] = Origin(node.file, node.line)
        self._budget -= 1
        if self._budget < 0:
            raise Unreadable(
                Problem(node.file, node.line, "error", "The references make the specification endless.")
            )
        if isinstance(node.value, Mapping):
            reference = node.value.get("$ref")
            if reference is not None and isinstance(reference.value, str) and not _is_property_name(place):
                return self._followed(reference, place, file, followed, node)
            return {key: self.copy(each, (*place, key), file, followed) for key, each in node.value.items()}
        if isinstance(node.value, tuple):
            return [self.copy(each, (*place, n), file, followed) for n, each in enumerate(node.value)]
        return node.value

    def _followed(
        self, reference: Node, place: Place, file: str, followed: tuple[tuple[str, str], ...], around: Node
    ) -> Any:
        name, _, fragment = str(reference.value).partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(name))) if name else file
        found = self._target(str(reference.value), target, fragment)
        if isinstance(found, str):
            problem = Problem(reference.file, reference.line, "error", found)
            self.problems += [problem] if problem not in self.problems else []
            return {}
        if target == self._root:
            beside = ((key, each) for key, each in around.mapping.items() if key != "$ref")
            siblings = {key: self.copy(each, (*place, key), file, followed) for key, each in beside}
            return {**siblings, "$ref": f"#{fragment}"}
        if (target, fragment) in followed:
            return {}  # it contains itself: once round is enough to judge it
        return self.copy(found, place, target, (*followed, (target, fragment)))

    def _target(self, said: str, target: str, fragment: str) -> Node | str:
        """What a reference points to, or the sentence that says why it points to nothing."""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", said):
            return f"“{said}” is on the net, and nothing is fetched; keep the file in the repository."
        if target not in self._documents:
            return f"“{said}” refers to {target}, which is not in the repository."
        if fragment and not fragment.startswith("/"):
            return f"“{said}” is no JSON pointer; after the # it must begin with a slash."
        found: Node | None = self.file(target)
        for part in _pointer(fragment):
            found = found.at(part) if found else None
        return found or f"“{said}” points to nothing: {target} has no such place."


def _is_property_name(place: Place) -> bool:
    """Among properties and in examples `$ref` is a word like any other, unless a property has such a name."""
    pairs = zip((None, *place), place, strict=False)
    if any(part in {"example", "enum"} and before != "properties" for before, part in pairs):
        return True
    return place[-1:] == ("properties",) and place[-2:-1] != ("properties",)
