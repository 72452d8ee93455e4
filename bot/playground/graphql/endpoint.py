"""Answers POST /graphql: reads the request, counts its cost, executes it under the hub's lock."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from bot.playground.access import Caller
from bot.playground.github.limits import Limits, Window, exceeded
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.cost import cost_of
from bot.playground.graphql.failures import as_json
from bot.playground.graphql.schema import schema
from bot.playground.hub import Hub
from bot.playground.refusals import Refused

Json = dict[str, Any]
_LIMITS: WeakKeyDictionary[Hub, Limits] = WeakKeyDictionary()


def answered(
    hub: Hub,
    caller: Caller,
    payload: Json,
    window: Window | None = None,
    hides: Callable[[str], bool] = lambda node_id: False,
) -> Json:
    """The body of the answer, which has status 200 also when it tells errors, as GitHub's has.

    `window` is the caller's hour of points, charged here; `hides` tells which nodes lists leave out yet.
    """
    if caller.user is None:
        raise Refused(401, "This endpoint requires you to be authenticated.")
    query = payload.get("query")
    if not isinstance(query, str):
        return {"errors": [{"message": "A query attribute must be specified and must be a string."}]}
    document = _read(query)
    if isinstance(document, tuple):
        return {"errors": [as_json(error) for error in document]}
    operation = get_operation_ast(document, payload.get("operationName"))
    if operation is None:
        return {"errors": [{"message": "An operation name is required"}]}
    return _executed(hub, caller, document, operation, payload, window or _own_window(hub, caller), hides)


def _executed(
    hub: Hub,
    caller: Caller,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    payload: Json,
    window: Window,
    hides: Callable[[str], bool],
) -> Json:
    variables = payload.get("variables") or {}
    cost = cost_of(document, operation, variables)
    with hub.lock:
        if window.remaining < 1:  # the last query may overdraw
            return {"errors": [{"type": "RATE_LIMITED", "message": exceeded(caller, "already ")}]}
        window.used += cost.points
        result = execute_sync(
            schema(),
            document,
            context_value=Asking(hub, caller, cost, window, hides),
            variable_values=variables,
            operation_name=payload.get("operationName"),
        )
    errors = [as_json(error) for error in result.errors or ()]
    if result.data is None and errors:
        return {"errors": errors}
    return {"data": result.data, **({"errors": errors} if errors else {})}


def _own_window(hub: Hub, caller: Caller) -> Window:
    return _LIMITS.setdefault(hub, Limits()).window(caller, "graphql")


@lru_cache(maxsize=128)
def _read(query: str) -> DocumentNode | tuple[GraphQLError, ...]:
    """The document, or what is wrong with it; clients send the same few again and again."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return (error,)
    return tuple(validate(schema(), document)) or document
