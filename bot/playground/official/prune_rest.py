"""Prunes GitHub's REST description: the kept operations' responses and the kept webhooks' payloads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.playground.official.json_schema import converted, needed, references
from bot.playground.official.selection import EVENTS, keeps
from bot.playground.official.sharing import Sharing

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
ANYTHING: dict[str, Any] = {}


def pruned_rest(description: dict[str, Any], source: str) -> dict[str, Any]:
    """What the playground is held to, as one document whose schemas share `$defs`."""
    operations = list(_operations(description))
    webhooks = dict(sorted(_webhooks(description).items()))
    schemas = {name: converted(schema) for name, schema in description["components"]["schemas"].items()}
    definitions = needed(references([operations, webhooks]), schemas)
    return {"source": source, **_smaller(operations, webhooks, definitions)}


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in sorted(description["paths"].items()):
        for method in sorted(METHODS & methods.keys()):
            if keeps(path):
                yield _operation(description, path, method, methods[method])


def _operation(description: dict[str, Any], path: str, method: str, found: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": found["operationId"],
        "method": method.upper(),
        "path": path,
        "spanning": _spanning(description, found),
        "responses": {
            status: _response(_followed(description, response))
            for status, response in sorted(found["responses"].items())
        },
    }


def _spanning(description: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """The path's parameters that may contain slashes."""
    parameters = [_followed(description, each) for each in found.get("parameters", [])]
    return sorted(each["name"] for each in parameters if each["in"] == "path" and each.get("x-multi-segment"))


def _followed(description: dict[str, Any], thing: dict[str, Any]) -> dict[str, Any]:
    found: Any = thing
    while "$ref" in found:
        reference = found["$ref"].removeprefix("#/").split("/")
        found = description
        for part in reference:
            found = found[part]
    assert isinstance(found, dict)
    return found


def _response(response: dict[str, Any]) -> dict[str, Any] | None:
    """The JSON body's schema; None where there is no body, anything where it is not JSON."""
    content = response.get("content")
    if not content:
        return None
    return converted(content["application/json"]["schema"]) if "application/json" in content else ANYTHING


def _webhooks(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Payload schemas by event, then by action; the action of an event without actions is empty."""
    found: dict[str, dict[str, Any]] = {}
    for name, methods in sorted(description["x-webhooks"].items()):
        webhook = methods["post"]
        event = _event(webhook, name)
        if event in EVENTS:
            schema = converted(webhook["requestBody"]["content"]["application/json"]["schema"])
            found.setdefault(event, {})[_action(event, name)] = schema
    return found


def _event(webhook: dict[str, Any], name: str) -> str:
    named = (each["example"] for each in webhook["parameters"] if each["name"] == "X-Github-Event")
    return str(next(named, name))


def _action(event: str, name: str) -> str:
    return name[len(event) :].lstrip("-").replace("-", "_")


def _smaller(operations: list[Any], webhooks: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    everything = [operations, webhooks, *definitions.values()]
    sharing = Sharing()
    for part in everything:
        sharing.look_at(part)
    kept = {name: sharing.shared(schema) for name, schema in definitions.items()}
    return {
        "operations": sharing.shared(operations),
        "webhooks": sharing.shared(webhooks),
        "$defs": {**kept, **sharing.definitions},
    }
