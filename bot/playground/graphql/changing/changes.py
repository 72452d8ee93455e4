"""How a mutation is registered, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.playground.graphql.asking import Asking
from bot.playground.graphql.failures import failure_of
from bot.playground.graphql.fields import Resolver
from bot.playground.refusals import Refused

Input = dict[str, Any]
Payload = dict[str, Any]
Mutation = Callable[[Asking, Input], Payload]


class Changes:
    """The mutations of one module, by their names in GraphQL."""

    def __init__(self) -> None:
        self.by_name: dict[str, Mutation] = {}

    def mutation(self, function: Mutation) -> Mutation:
        """Registers a function under its name in GraphQL: `add_comment` is `addComment`."""
        first, *rest = function.__name__.split("_")
        self.by_name[first + "".join(word.capitalize() for word in rest)] = function
        return function


def resolver(function: Mutation) -> Resolver:
    """The mutation as a field: refusals of the acts become GraphQL's errors, the client's id comes back."""

    def resolve(_root: None, asking: Asking, input: Input) -> Payload:
        try:
            payload = function(asking, input)
        except Refused as refused:
            raise failure_of(refused) from refused
        return {"clientMutationId": input.get("clientMutationId"), **payload}

    return resolve
