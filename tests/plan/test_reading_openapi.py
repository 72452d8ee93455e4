"""What a specification says: its operations, its streams, its parts."""

from __future__ import annotations

import pytest

from bot.plan.reading_openapi import Operation, operations_changed, operations_in, read_specification

SPEC = """openapi: 3.0.0
paths:
  /api/v1/notifications:
    summary: All of them
    parameters: []
    get: {responses: {200: {description: a, content: {application/json: {}}}}}
    post: {responses: {'201': {description: a}}}
  /api/v1/stream/notifications:
    get: {responses: {'200': {description: a, content: {text/event-stream; charset=utf-8: {}}}}}
  /api/v1/other-stream:
    get: {responses: {default: {$ref: '#/components/responses/Events'}}}
    post: {responses: {'200': {$ref: '#/components/responses/Events'}}}
  /not-a-stream:
    get: {responses: {'404': {$ref: '#/components/responses/Events'}}}
  x-note: {get: 1}
components:
  responses:
    Events: {description: a, content: {text/event-stream: {}}}
"""


def test_operations_come_in_their_order_and_streams_are_marked() -> None:
    assert operations_in(SPEC) == (
        Operation("GET", "/api/v1/notifications"),
        Operation("POST", "/api/v1/notifications"),
        Operation("GET", "/api/v1/stream/notifications", is_stream=True),
        Operation("GET", "/api/v1/other-stream", is_stream=True),
        Operation("POST", "/api/v1/other-stream"),
        Operation("GET", "/not-a-stream"),
    )
    assert str(operations_in(SPEC)[0]) == "GET /api/v1/notifications"


@pytest.mark.parametrize("text", ["", "a: [", "- a", "paths: 1", "paths: {/a: 1}", "paths: {/a: {get: 1}}x"])
def test_what_cannot_be_read_has_no_operations(text: str) -> None:
    assert operations_in(text) == ()


def test_an_operation_that_says_nothing_is_one_all_the_same() -> None:
    assert operations_in("paths: {/a: {get: }}") == (Operation("GET", "/a"),)


def test_operations_in_split_files_are_found_where_the_files_are_given() -> None:
    text = "paths:\n  /a: {$ref: './paths/a.yaml'}\n  /b: {$ref: 'paths/all.yaml#/~1b'}\n"
    parts = {"docs/paths/a.yaml": "get: {}", "docs/paths/all.yaml": "/b: {delete: {}}"}
    assert operations_in(text, parts) == (Operation("GET", "/a"), Operation("DELETE", "/b"))
    assert operations_in(text) == ()


def test_references_that_run_in_circles_end() -> None:
    text = "paths:\n  /a: {get: {responses: {'200': {$ref: '#/x'}}}}\nx: {$ref: '#/y'}\ny: {$ref: '#/x'}\n"
    assert operations_in(text) == (Operation("GET", "/a"),)
    parts = {"docs/a.yaml": "$ref: b.yaml", "docs/b.yaml": "$ref: a.yaml"}
    assert operations_in("paths: {/a: {$ref: a.yaml}}", parts) == ()


def test_new_and_changed_operations_are_told_from_the_rest() -> None:
    after = SPEC.replace("post: {responses: {'201'", "post: {responses: {'202'") + "x: 1\n"
    after = after.replace("  /not-a-stream:", "  /new: {put: {}}\n  /not-a-stream:")
    assert operations_changed(SPEC, after) == (
        Operation("POST", "/api/v1/notifications"),
        Operation("PUT", "/new"),
    )
    assert operations_changed(SPEC, SPEC) == ()
    assert len(operations_changed("", SPEC)) == 6


def test_parameters_of_the_whole_path_change_its_operations() -> None:
    after = SPEC.replace("parameters: []", "parameters: [{name: a}]")
    assert [str(each) for each in operations_changed(SPEC, after)] == [
        "GET /api/v1/notifications",
        "POST /api/v1/notifications",
    ]


def test_every_value_knows_where_it_was_written() -> None:
    documents = {
        "docs/openapi.yaml": "a: 1\npaths:\n  /a:\n    $ref: a.yaml\n",
        "docs/a.yaml": "\nget:\n  x: 1\n",
    }
    specification = read_specification("docs/openapi.yaml", documents)
    origin = specification.origin(("paths", "/a", "get", "x", "deeper"))
    assert (origin.file, origin.line) == ("docs/a.yaml", 3)
    assert specification.files == {"docs/openapi.yaml", "docs/a.yaml"}


def test_words_that_only_older_yaml_takes_for_true_stay_words() -> None:
    value = read_specification("a.yaml", {"a.yaml": "a: [no, on, true, 2026-01-01, 1, 1.5, null]\n"}).value
    assert value == {"a": ["no", "on", True, "2026-01-01", 1, 1.5, None]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &x {b: 1}\nc: {<<: *x}\n", "Merge keys (<<) are not in YAML 1.2, which OpenAPI asks for; write them out."),
        ("? [a]\n: 1\n", "A key must be one plain word."),
        ("a: &a [*a]\n", "The document is too large or too deep to be read with its aliases in place."),
        ("[" * 5000, None),
    ],
)  # fmt: skip
def test_what_stops_the_reading_is_told(text: str, sentence: str | None) -> None:
    problems = read_specification("a.yaml", {"a.yaml": text}).problems
    assert len(problems) == 1
    assert sentence in (None, problems[0].message)
