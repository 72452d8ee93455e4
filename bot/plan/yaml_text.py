"""YAML that people wrote, read into plain values that remember on which line each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from bot.plan.problem import Problem

Place = tuple[str | int, ...]

LARGEST = 100_000
DEEPEST = 30

_READ_AS_THEY_ARE = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float")}
_PLAIN = _READ_AS_THEY_ARE | {f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp", "merge", "value")}


@dataclass(frozen=True)
class YamlRead:
    """The values of a YAML text, the line of each place in it, and what is wrong."""

    value: object
    lines: Mapping[Place, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def line(self, place: Place) -> int:
        """The line of this place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(text: str, file: str, first_line: int = 1) -> YamlRead:
    """Reads one document without aliases, own tags or repeated keys; dates and the like stay strings."""
    if len(text) > LARGEST:
        return _unreadable(file, first_line, f"the file is longer than {LARGEST:,} characters; shorten it.")
    try:
        loader = yaml.SafeLoader(text)
        reader = _Reader(loader, file, first_line)
        node = loader.get_single_node()
        value = None if node is None else reader.value(node, ())
        return YamlRead(value, reader.lines, tuple(reader.problems))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        return _unreadable(file, line, _told(error, text, mark.line if mark else 0))
    except (yaml.YAMLError, ValueError) as error:
        return _unreadable(file, first_line, f"this is no YAML: {' '.join(str(error).split())}.")
    except RecursionError:
        return _unreadable(file, first_line, "the values are nested too deeply; write them flat.")


def _unreadable(file: str, line: int, message: str) -> YamlRead:
    return YamlRead(None, {}, (Problem(file, line, "error", message),))


def _told(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    what = " ".join(part for part in (error.context, error.problem) if part)
    if "alias" in what or "anchor" in what:
        return 'a value that begins with “*” or “&” needs quotes, as in `"**/Dockerfile"`.'
    lines = text.splitlines()
    wrong = lines[line] if line < len(lines) else ""
    if error.problem and "mapping values are not allowed" in error.problem:
        return 'a colon in a value needs quotes around the value, as in `description: "Use it when: …"`.'
    if "\t" in wrong[: len(wrong) - len(wrong.lstrip())]:
        return "the line is indented with a tab; YAML wants blanks."
    return f"this is no YAML: {what}. Look for a missing quote, colon or indentation here."


@dataclass
class _Reader:
    loader: yaml.SafeLoader
    file: str
    first_line: int
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, place: Place) -> object:
        self.lines.setdefault(place, self._line(node))
        if id(node) in self.seen or len(place) > DEEPEST:
            self._problem(node, "anchors and aliases are not read here; write the value out.")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each, (*place, index)) for index, each in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, "a key must be one word.")
                continue
            key = str(key_node.value)
            if key in found:
                first = self.lines[(*place, key)]
                self._problem(
                    key_node, f"`{key}` stands here a second time (first on line {first}); keep one."
                )
                continue
            self.lines[(*place, key)] = self._line(key_node)
            found[key] = self.value(value_node, (*place, key))
        return found

    def _scalar(self, node: yaml.Node) -> object:
        if node.tag not in _PLAIN:
            self._problem(node, f"the tag `{node.tag}` is not read here; write a plain value.")
        if node.tag in _READ_AS_THEY_ARE:
            return self.loader.construct_object(node)
        return str(node.value)

    def _line(self, node: yaml.Node) -> int:
        return self.first_line + int(node.start_mark.line)

    def _problem(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.file, self._line(node), "error", message))
