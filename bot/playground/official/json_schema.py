"""Turns OpenAPI 3.0 schemas into JSON Schema, and leaves out what does not judge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

JUDGING = frozenset(
    {
        "type", "enum", "required", "properties", "items", "additionalProperties", "oneOf", "anyOf", "allOf",
        "not", "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
        "uniqueItems", "minProperties", "maxProperties", "$ref",
    }
)  # fmt: skip
COMPONENTS = "#/components/schemas/"
DEFINITIONS = "#/$defs/"


def converted(schema: Schema) -> Schema:
    """The same judgement in JSON Schema: references point to `$defs`, `nullable` becomes a type."""
    if "$ref" in schema:  # OpenAPI 3.0 ignores what stands beside a reference
        return {"$ref": schema["$ref"].replace(COMPONENTS, DEFINITIONS)}
    kept = {key: _value(key, schema[key]) for key in sorted(schema) if key in JUDGING}
    return _nullable(kept) if schema.get("nullable") else kept


def _value(key: str, value: Any) -> Any:
    match key, value:
        case "properties", dict():
            return {name: converted(each) for name, each in value.items()}
        case (("oneOf" | "anyOf" | "allOf"), list()):
            return [converted(each) for each in value]
        case (("items" | "additionalProperties" | "not"), dict()):
            return converted(value)
        case _:
            return value


def _nullable(schema: Schema) -> Schema:
    """Allows null as well, wherever the type is said."""
    if isinstance(schema.get("type"), str):
        wider = {**schema, "type": [schema["type"], "null"]}
        return (
            {**wider, "enum": [*schema["enum"], None]}
            if "enum" in schema and None not in schema["enum"]
            else wider
        )
    return {"anyOf": [{"type": "null"}, schema]} if schema else {}


def references(schema: Any) -> Iterable[str]:
    """The names under `$defs` that a schema mentions."""
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str):
            yield target.removeprefix(DEFINITIONS)
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def needed(roots: Iterable[str], definitions: dict[str, Schema]) -> dict[str, Schema]:
    """The definitions that the roots need, directly or through others, sorted by name."""
    found: set[str] = set()
    todo = list(roots)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(references(definitions[name]))
    return {name: definitions[name] for name in sorted(found)}
