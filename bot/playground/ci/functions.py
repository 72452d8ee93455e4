"""The functions of workflow expressions, and what an expression can see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.playground.ci.values import Value, equal, is_list, json_of, text_of, value_of

Status = Literal["success", "failure", "cancelled", "skipped"]


class Broken(Exception):
    """An expression or a workflow file that cannot be read; the text says why."""


def _no_files(patterns: Sequence[str]) -> str:
    return ""


@dataclass(frozen=True)
class Scope:
    """What an expression can see: its contexts, how things stand, the files of the checkout."""

    contexts: Mapping[str, Value]
    status: Status = "success"
    hash_files: Callable[[Sequence[str]], str] = _no_files

    def having(self, **contexts: Value) -> Scope:
        """The same with more contexts."""
        return replace(self, contexts={**self.contexts, **contexts})


def call(name: str, arguments: list[Value], scope: Scope) -> Value:
    """What a function gives; names are read without case, as GitHub does."""
    match name.lower(), arguments:
        case "always", []:
            return True
        case "success" | "failure" | "cancelled" as status, []:
            return scope.status == status
        case "contains", [inside, item]:
            return _contains(inside, item)
        case "startswith", [text, start]:
            return text_of(text).lower().startswith(text_of(start).lower())
        case "endswith", [text, end]:
            return text_of(text).lower().endswith(text_of(end).lower())
        case "format", [template, *values]:
            return _format(text_of(template), values)
        case "join", [items, *between]:
            return _join(items, text_of(between[0]) if between else ",")
        case "tojson", [value]:
            return json_of(value)
        case "fromjson", [text]:
            return _from_json(text_of(text))
        case "hashfiles", [*patterns]:
            return scope.hash_files([text_of(pattern) for pattern in patterns])
    raise Broken(f"Unrecognized function or wrong number of arguments: '{name}'")


def _contains(inside: Value, item: Value) -> bool:
    if isinstance(inside, list) and is_list(inside):
        return any(equal(each, item) for each in inside)
    return text_of(item).lower() in text_of(inside).lower()


def _format(template: str, values: list[Value]) -> str:
    def put(found: re.Match[str]) -> str:
        if found.group(0) in ("{{", "}}"):
            return found.group(0)[0]
        index = int(found.group(1))
        if index >= len(values):
            raise Broken(f"format('{template}') asks for more values than it was given")
        return text_of(values[index])

    return re.sub(r"\{\{|\}\}|\{(\d+)\}", put, template)


def _join(items: Value, between: str) -> str:
    if isinstance(items, list) and is_list(items):
        return between.join(text_of(item) for item in items)
    return text_of(items)


def _from_json(text: str) -> Value:
    try:
        return value_of(json.loads(text))
    except json.JSONDecodeError as broken:
        raise Broken(f"fromJSON was given what is no JSON ({broken.msg}): {text[:80]!r}") from broken
