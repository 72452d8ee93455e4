"""The OpenAPI specification is valid: it accepts, it refuses, the edges."""

from __future__ import annotations

from typing import Literal

import pytest

from bot.facts.diff import Finding
from bot.inspections.openapi_valid import applies, inspect
from bot.plan.configuration import Configuration, Openapi
from bot.plan.stage_kind import StageKind
from tests.inspections.examples import change, deleted, modified, stage_of

Version = Literal["3.0", "3.1"]

SPEC = "docs/openapi.yaml"
HEAD = "openapi: 3.0.0\ninfo: {title: Shop, version: '1'}\n"
OK = "{'200': {description: fine}}"
API = stage_of(StageKind.API)


def judged(text: str, documents: dict[str, str] | None = None, version: Version = "3.0") -> list[str]:
    stage = stage_of(StageKind.API, Configuration(openapi=Openapi(version=version)))
    return [told(each) for each in inspect(change(modified(SPEC, text), documents=documents), stage)]


def told(finding: Finding) -> str:
    assert finding.level.value == "error"
    return f"{finding.path}:{finding.line}: {finding.message}"


def test_a_valid_specification_with_a_stream_is_accepted() -> None:
    """R026, R027."""
    assert judged(
        HEAD
        + """paths:
  /api/v1/notifications/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses:
        '200':
          description: One
          content: {application/json: {schema: {$ref: '#/components/schemas/Notification'}}}
  /api/v1/stream/notifications:
    get:
      responses:
        '200': {description: Events, content: {text/event-stream: {schema: {type: string}}}}
components:
  schemas:
    Notification:
      type: object
      properties:
        id: {type: string}
        replies: {type: array, items: {$ref: '#/components/schemas/Notification'}}
"""
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", f"{SPEC}:2: This is no YAML: while parsing a flow node, did not find expected node content."),
        ("", f"{SPEC}:1: The file is empty."),
        ("- a", f"{SPEC}:1: The specification is no mapping; it begins with `openapi:`."),
        ("paths: {}", f"{SPEC}:1: The specification does not say its version. Begin it with `openapi: 3.0.0`."),
        ("\nopenapi: 3.1.0\npaths: {}", f"{SPEC}:2: The specification says `openapi: 3.1.0`, and this repository asks for 3.0.x. Write 3.0.0, or set `openapi: {{version: …}}` in .github/baton.yml."),
        (HEAD + "paths: {}\npaths: {}\n", f"{SPEC}:4: The key “paths” stands here twice; keep one."),
        (HEAD, f"{SPEC}:None: 'paths' is a required property."),
        (HEAD + "paths:\n  /a:\n    post:\n      operationId: x\n", f"{SPEC}:5: POST /a: 'responses' is a required property."),
        (HEAD + "paths:\n  /a:\n    get:\n      responses:\n        '200':\n          content: {}\n", f"{SPEC}:7: GET /a, responses, 200: 'description' is a required property."),
        (HEAD + f"paths:\n  /a/{{id}}:\n    get:\n      responses: {OK}\n", f"{SPEC}:5: GET /a/{{id}}: Path parameter 'id' for 'get' operation in '/a/{{id}}' was not resolved."),
        (HEAD + "paths: {}\ncomponents:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n", f"{SPEC}:6: “#/components/schemas/B” points to nothing: {SPEC} has no such place."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text: str, sentence: str) -> None:
    """R029."""
    assert judged(text) == [sentence]


def test_two_operations_of_one_name_are_told_where_the_second_is() -> None:
    twice = f"  /a: {{get: {{operationId: x, responses: {OK}}}}}\n  /b: {{get: {{operationId: x, responses: {OK}}}}}\n"
    assert judged(HEAD + "paths:\n" + twice) == [
        f"{SPEC}:5: GET /b: Operation ID 'x' for 'get' in '/b' is not unique."
    ]


def test_split_files_are_read_from_the_repository() -> None:
    root = HEAD + "paths:\n  /a: {$ref: paths/a.yaml}\n"
    good = f"get:\n  responses: {OK}\n"
    assert judged(root, {"docs/paths/a.yaml": good}) == []
    assert judged(root, {"docs/paths/a.yaml": "get:\n  responses:\n    '200': {}\n"}) == [
        "docs/paths/a.yaml:3: GET /a, responses, 200: 'description' is a required property."
    ]
    assert judged(root) == [
        f"{SPEC}:4: “paths/a.yaml” refers to docs/paths/a.yaml, which is not in the repository."
    ]


def test_a_split_file_may_point_back_and_into_itself() -> None:
    root = HEAD + "paths:\n  /a: {$ref: paths/a.yaml}\ncomponents: {responses: {Ok: {description: ok}}}\n"
    part = (
        "get:\n  responses:\n    '200': {$ref: '../openapi.yaml#/components/responses/Ok'}\n"
        "    '201': {description: x, content: {application/json: {schema: {$ref: '#/x-tree'}}}}\n"
        "x-tree: {type: object, properties: {kids: {type: array, items: {$ref: '#/x-tree'}}}}\n"
    )
    assert judged(root, {"docs/paths/a.yaml": part}) == []


def test_a_split_file_that_the_change_removes_is_gone() -> None:
    root = HEAD + "paths:\n  /a: {$ref: paths/a.yaml}\n"
    files = change(
        modified(SPEC, root), deleted("docs/paths/a.yaml"), documents={"docs/paths/a.yaml": "get: {}"}
    )
    assert [finding.line for finding in inspect(files, API)] == [4]


@pytest.mark.parametrize(
    "url", ["https://example.com/a.yaml", "//127.0.0.1/a", "file:///etc/passwd", "ftp://127.0.0.1/a"]
)
def test_nothing_is_fetched(url: str) -> None:
    assert judged(HEAD + f"paths:\n  /a: {{$ref: '{url}'}}\n") == [
        f"{SPEC}:4: “{url}” is on the net, and nothing is fetched; keep the file in the repository."
    ]


def test_a_path_out_of_the_repository_is_not_in_it() -> None:
    findings = judged(HEAD + "paths:\n  /a: {$ref: ../../../etc/passwd}\n")
    assert findings == [
        f"{SPEC}:4: “../../../etc/passwd” refers to ../../etc/passwd, which is not in the repository."
    ]


def test_a_bomb_of_aliases_is_refused_quickly() -> None:
    levels = "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    assert judged(f"a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n{levels}") == [
        f"{SPEC}:1: The document is too large or too deep to be read with its aliases in place."
    ]


def test_a_property_called_ref_is_only_a_name() -> None:
    schema = "{type: object, properties: {$ref: {type: string}}, example: {$ref: nothing.yaml}}"
    assert judged(HEAD + f"paths: {{}}\ncomponents: {{schemas: {{A: {schema}}}}}\n") == []


def test_another_version_may_be_asked_for() -> None:
    """R026."""
    text = HEAD.replace("3.0.0", "3.1.0") + "paths: {}\n"
    assert judged(text, version="3.1") == []
    assert len(judged(HEAD + "paths: {}\n", version="3.1")) == 1


def test_a_specification_written_in_json_is_read_too() -> None:
    text = '{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {}}'
    stage = stage_of(StageKind.API, Configuration(openapi=Openapi(path="docs/openapi.json")))
    assert list(inspect(change(modified("docs/openapi.json", text)), stage)) == []


def test_a_missing_specification_is_for_another_inspection_to_say() -> None:
    assert list(inspect(change(), API)) == []


def test_whoever_writes_the_specification_is_asked() -> None:
    generated = Configuration(openapi=Openapi(mode="generated"))
    assert applies(API)
    assert not applies(stage_of(StageKind.BACKEND))
    assert applies(stage_of(StageKind.BACKEND, generated))
    assert not applies(stage_of(StageKind.FRONTEND, generated))
