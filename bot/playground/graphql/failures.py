"""How GraphQL says no here: GitHub's `errors[].type` with its message."""

from __future__ import annotations

import re
from typing import Any

from graphql import GraphQLError

from bot.playground.refusals import Refused

UNKNOWN_FIELD = re.compile(r"^Cannot query field '(?P<field>\w+)' on type '(?P<type>\w+)'")
TYPES = {401: "FORBIDDEN", 403: "FORBIDDEN", 404: "NOT_FOUND", 422: "UNPROCESSABLE"}


class Failure(Exception):
    """A field that is not answered, with the type that GitHub gives such errors."""

    def __init__(self, type_name: str, message: str) -> None:
        super().__init__(message)
        self.type = type_name


def not_accessible() -> Failure:
    return Failure("FORBIDDEN", "Resource not accessible by integration")


def not_resolved(what: str) -> Failure:
    """`what` is as GitHub names it: "an Issue with the number of 7"."""
    return Failure("NOT_FOUND", f"Could not resolve to {what}.")


def no_node(identity: str) -> Failure:
    return Failure("NOT_FOUND", f"Could not resolve to a node with the global id of '{identity}'")


def failure_of(refused: Refused) -> Failure:
    """A refusal of the shared acts in GraphQL's form; of several errors the messages are joined."""
    told = [_message(each) for each in refused.errors or ()]
    message = refused.message if not told else " ".join(told)
    return Failure(TYPES.get(refused.status, "UNPROCESSABLE"), message)


def as_json(error: GraphQLError) -> dict[str, Any]:
    """One entry of `errors`."""
    cause = error.original_error
    shown: dict[str, Any] = {}
    if isinstance(cause, Failure):
        shown["type"] = cause.type
    if error.path:
        shown["path"] = list(error.path)
    unknown = UNKNOWN_FIELD.match(error.message)
    if unknown:
        shown["extensions"] = {
            "code": "undefinedField", "typeName": unknown["type"], "fieldName": unknown["field"],
        }  # fmt: skip
    shown["locations"] = [{"line": each.line, "column": each.column} for each in error.locations or ()]
    shown["message"] = _in_githubs_words(unknown) if unknown else error.message
    return shown


def _in_githubs_words(unknown: re.Match[str]) -> str:
    return f"Field '{unknown['field']}' doesn't exist on type '{unknown['type']}'"


def _message(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    return str(
        error.get("message")
        or f"{str(error.get('field', '')).capitalize()} is {error.get('code', 'invalid')}"
    )
