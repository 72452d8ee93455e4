"""The cost of a query by GitHub's rule, with GitHub's own example."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_operation_ast, parse

from bot.playground.github.limits import Window
from bot.playground.graphql.cost import cost_of
from bot.playground.graphql.endpoint import answered
from tests.playground.graphql.world import World


def counted(query: str, **variables: Any) -> tuple[int, int]:
    document = parse(query)
    operation = get_operation_ast(document)
    assert operation is not None
    cost = cost_of(document, operation, variables)
    return cost.points, cost.nodes


def test_githubs_own_example_costs_51_points() -> None:
    query = """{ viewer { repositories(first: 100) { edges { node { issues(first: 50) { edges { node {
        labels(first: 60) { edges { node { name } } } } } } } } } } }"""
    assert counted(query) == (51, 100 + 100 * 50 + 100 * 50 * 60)


def test_the_least_is_one_point() -> None:
    assert counted("{ viewer { login } }") == (1, 0)


def test_limits_in_variables_and_their_defaults_count() -> None:
    query = "query($n: Int = 10, $m: Int!) { a(first: $n) { b(last: $m) { c(first: 1) { d } } } }"
    assert counted(query, m=20) == (2, 10 + 200 + 200)
    assert counted(query, m=20, n=100) == (21, 100 + 2000 + 2000)


@pytest.mark.parametrize(
    ("directive", "points"),
    [("@include(if: $yes)", 3), ("@include(if: $no)", 1), ("@skip(if: $yes)", 1), ("@skip(if: $no)", 3)],
)
def test_what_is_left_out_costs_nothing(directive: str, points: int) -> None:
    query = (
        f"query($yes: Boolean!, $no: Boolean!) {{ a(first: 100) {directive} {{ b(first: 2) {{ ...C }} }} }}"
    )
    assert counted(query + " fragment C on T { c(first: 1) { d } }", yes=True, no=False)[0] == points


def test_a_query_is_refused_when_the_hour_has_no_points_left(world: World) -> None:
    window = Window(limit=2, reset=2_000_000_000)
    request = {"query": "{ viewer { login } }"}
    bodies = [answered(world.hub, world.app(), request, window) for _ in range(3)]
    assert [body.get("errors", [{}])[0].get("type") for body in bodies] == [None, None, "RATE_LIMITED"]
    assert window.remaining == 0
