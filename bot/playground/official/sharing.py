"""Makes a description small: schemas that are written out in several places become one definition."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from bot.playground.official.json_schema import DEFINITIONS

WORTH_SHARING = 240  # characters; below that a reference saves nothing


class Sharing:
    """Replaces repeated schemas by references to one definition each."""

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}
        self._seen: Counter[str] = Counter()
        self._names: dict[str, str] = {}

    def look_at(self, schema: Any) -> None:
        """Counts what could be shared; to be called for everything before the first `shared`."""
        for part in _parts(schema):
            text = _text(part)
            if len(text) >= WORTH_SHARING:
                self._seen[text] += 1

    def shared(self, schema: Any, top: bool = True) -> Any:
        """The schema with references in place of what also stands elsewhere."""
        if isinstance(schema, list):
            return [self.shared(each, top=False) for each in schema]
        if not isinstance(schema, dict):
            return schema
        text = _text(schema)
        if not top and self._seen[text] > 1 and _is_schema(schema):
            return {"$ref": DEFINITIONS + self._named(text, schema)}
        return {key: self.shared(value, top=False) for key, value in schema.items()}

    def _named(self, text: str, schema: Any) -> str:
        if text not in self._names:
            name = f"shared-{len(self._names) + 1}"
            self._names[text] = name
            self.definitions[name] = {key: self.shared(value, top=False) for key, value in schema.items()}
        return self._names[text]


def _parts(schema: Any) -> list[Any]:
    """Every schema inside a schema, itself too."""
    if isinstance(schema, list):
        return [part for each in schema for part in _parts(each)]
    if not isinstance(schema, dict):
        return []
    inner = [part for value in schema.values() for part in _parts(value)]
    return [schema, *inner] if _is_schema(schema) else inner


def _is_schema(value: dict[str, Any]) -> bool:
    """Tells a schema from a `properties` map, whose keys are names of fields."""
    return any(isinstance(value.get(key), (str, list)) for key in ("type", "oneOf", "anyOf", "allOf"))


def _text(schema: Any) -> str:
    return json.dumps(schema, sort_keys=True, separators=(",", ":"))
