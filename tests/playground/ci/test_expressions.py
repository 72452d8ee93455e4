"""What workflow expressions give, by GitHub's rules."""

from __future__ import annotations

import pytest

from bot.playground.ci.expressions import evaluate, holds, insert, resolve
from bot.playground.ci.functions import Broken, Scope
from bot.playground.ci.values import Value

SCOPE = Scope(
    {
        "github": {
            "event_name": "push",
            "ref": "refs/heads/main",
            "event": {"pull_request": {"draft": False}},
        },
        "matrix": {"python": 3.11, "os": "linux"},
        "needs": {"build-it": {"result": "success", "outputs": {"n": "3"}}},
        "labels": [{"name": "bug"}, {"name": "urgent"}],
        "env": {},
    }
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event_name == 'push'", True),
        ("github.event_name == 'PUSH'", True),
        ("github['event_name'] != 'push'", False),
        ("github.nothing.at.all", None),
        ("github.event.pull_request.draft == false", True),
        ("needs.build-it.result", "success"),
        ("matrix.python == 3.11", True),
        ("matrix.python == '3.11'", True),
        ("needs.build-it.outputs.n > 2", True),
        ("1 < 2 && 2 <= 2 && 3 >= 3 && !(1 > 2)", True),
        ("true && 'yes' || 'no'", "yes"),
        ("'' || 'fallback'", "fallback"),
        ("'it''s'", "it's"),
        ("contains('Hello world', 'WORLD')", True),
        ("contains(labels.*.name, 'bug')", True),
        ("contains(fromJSON('[1, 2]'), 2)", True),
        ("startsWith(github.ref, 'refs/heads/')", True),
        ("endsWith(github.ref, '/dev')", False),
        ("format('{0} {{x}} {1}', 'a', 2)", "a {x} 2"),
        ("join(labels.*.name, '+')", "bug+urgent"),
        ("fromJSON('{\"a\": [10, 20]}').a[1]", 20),
        ("toJSON('x')", '"x"'),
        ("null == 0", True),
        ("-1 < 0x10", True),
    ],
)
def test_an_expression_gives(text: str, value: Value) -> None:
    assert evaluate(text, SCOPE) == value


@pytest.mark.parametrize("text", ["", "1 +", "github.", "(1", "nobody.x", "unknown(1)", "'open", "a b"])
def test_an_expression_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(Broken):
        evaluate(text, SCOPE)


def test_expressions_are_inserted_into_text() -> None:
    assert insert("a ${{ matrix.os }} b ${{ '}}' }} c ${{ env.none }}.", SCOPE) == "a linux b }} c ."


def test_a_field_that_is_one_expression_keeps_its_kind() -> None:
    assert resolve({"n": "${{ fromJSON('[1]') }}", "t": "x${{ 1 }}"}, SCOPE) == {"n": [1], "t": "x1"}


@pytest.mark.parametrize(
    ("condition", "status", "runs"),
    [
        ("", "success", True),
        ("", "failure", False),
        ("true", "failure", False),
        ("always()", "failure", True),
        ("!cancelled()", "failure", True),
        ("${{ failure() }}", "failure", True),
        ("failure() && false", "failure", False),
        ("success() || failure()", "cancelled", False),
        ("false", "success", False),
    ],
)
def test_a_condition_wants_success_unless_it_says_otherwise(condition: str, status: str, runs: bool) -> None:
    assert holds(condition, Scope({}, status)) is runs  # type: ignore[arg-type]
