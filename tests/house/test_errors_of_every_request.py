"""Whatever Baton asks of GitHub has its row in the table of errors, and every cell says what must come of it."""

from __future__ import annotations

import ast

import pytest

from bot.playground.github.rest import ROOMS
from tests.chaos.asked import UNREADABLE, Asked, requests_in, requests_in_source
from tests.chaos.error_matrix import otherwise
from tests.chaos.errors import ROWS, where, without_expectation
from tests.chaos.failing import Met
from tests.chaos.ways import STORIES


def test_every_cell_has_an_expectation() -> None:
    assert list(without_expectation()) == []


def test_every_request_in_the_source_has_a_row() -> None:
    """Add what is missing to `ROWS` in `tests/chaos/errors.py`: what must become of it at each error."""
    assert [f"{each.request} ({each.at})" for each in requests_in_source() if not each.is_in(ROWS)] == []


def test_every_row_is_of_a_request_in_the_source() -> None:
    """Git has its own program, which stands in no path."""
    found = list(requests_in_source())
    rows = {name for name in ROWS if any(each.is_in([name]) for each in found)}
    assert set(ROWS) - rows == {"git fetch"}


def test_every_row_says_how_it_comes_to_be_asked() -> None:
    assert {row.way for row in ROWS.values()} - set(STORIES) == {
        "the start",
        "the discovery",
        "the redelivery",
    }
    assert {first for row in ROWS.values() for first in row.first} <= set(ROWS)


@pytest.mark.parametrize(
    ("line", "request_"),
    [
        ("connection.get(f'/repos/{name}/topics')", "GET /repos/*/topics"),
        ("self._connection.get_all('/app/x', key='y')", "GET /app/x"),
        ("self._write('PUT', f'{self._repo}/pulls/{n}/merge', {})", "PUT /repos/*/pulls/*/merge"),
        ("path = f'{self._repo}/x'; place.writes.write('DELETE', path)", "DELETE /repos/*/x"),
        ("connection.query(document('threads'), {})", "GraphQL query Threads"),
        ("place.reads.get(where)", f"GET {UNREADABLE}"),
        ("self._write('POST', where)", f"POST {UNREADABLE}"),
    ],
)
def test_a_request_that_has_no_row_is_found(line: str, request_: str) -> None:
    found = list(requests_in(ast.parse(f"def asks() -> None:\n    {line}\n"), "here"))
    assert [each.request for each in found] == [request_]
    assert not found[0].is_in(ROWS)


def test_what_is_no_request_is_left_alone() -> None:
    lines = "found.get('x'); names.get(path); file.write('text'); session.query(thing)"
    assert list(requests_in(ast.parse(f"def does_not_ask() -> None:\n    {lines}\n"), "here")) == []


def test_a_ref_or_path_may_be_of_several_parts_and_nothing_else_may() -> None:
    rows = ("GET /repos/{owner}/{repo}/git/ref/{ref}", "GET /repos/{owner}/.github/labels/{name}")
    assert Asked("GET /repos/*/git/ref/heads/*", "here").is_in(rows)
    assert Asked("GET /repos/*/labels/*", "here").is_in(rows)
    assert not Asked("GET /repos/*/labels/more/*", "here").is_in(rows)


def test_the_playground_counts_each_row_under_just_that_name() -> None:
    """Else an error would never be met."""
    playground = {route.kind for room in ROOMS for route in room.routes}
    named = {where(name, "o/r")["kind"] for name in ROWS if name[0] != "g" and "GraphQL" not in name}
    assert named - playground == set()


@pytest.mark.parametrize(
    ("column", "seen", "complaint"),
    [
        ("5xx after", Met(2, ["planning"], ["GitHub answered 502. Baton asks again."]), None),
        ("5xx after", Met(0, [], []), "never met"),
        ("5xx after", Met(1, ["planning"], ["All is well."]), "did not wait with “Baton asks again”"),
        ("5xx after", Met(1, ["blocked"], ["Baton asks again."]), "did not wait"),
        ("404", Met(1, ["blocked"], ["See whether it was deleted."]), None),
        ("404", Met(1, ["planning"], ["See whether it was deleted."]), "was not blocked"),
    ],
)
def test_what_people_saw_is_held_against_the_table(column: str, seen: Met, complaint: str | None) -> None:
    complaints = list(otherwise("POST /repos/{owner}/{repo}/pulls", column, seen))
    assert (complaints == []) if complaint is None else (complaint in " ".join(complaints))


def test_what_goes_on_says_nothing_of_a_trouble() -> None:
    assert (
        list(otherwise("GraphQL mutation", "HTML", Met(1, ["planning"], ["An agent drafts the plan."]))) == []
    )
    assert list(otherwise("GraphQL mutation", "HTML", Met(1, ["planning"], ["Baton asks again."]))) != []
