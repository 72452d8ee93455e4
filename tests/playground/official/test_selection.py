"""The pruned copies hold what the playground is asked for, and nothing that contradicts itself."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, validate_schema

from bot.playground.official import checking
from bot.playground.official.checking import Checker
from bot.playground.official.graphql_selection import FIELDS
from bot.playground.official.json_schema import converted, needed, references
from bot.playground.official.prune_graphql import NotKept, pruned_sdl
from bot.playground.official.prune_rest import pruned_rest
from bot.playground.official.selection import EVENTS
from bot.playground.official.sharing import Sharing

OFFICIAL = Path(checking.__file__).parent
R = "/repos/o/r"
ASKED_FOR = """
    GET /app
    GET /app/installations
    GET /app/installations/7
    GET /repos/o/r/installation
    POST /app/installations/7/access_tokens
    GET /app/hook/deliveries
    GET /app/hook/deliveries/7
    POST /app/hook/deliveries/7/attempts
    GET /installation/repositories
    GET /repos/o/r
    GET /repositories/7
    GET /repos/o/r/collaborators/octocat/permission
    GET /users/octocat
    GET /repos/o/r/labels
    POST /repos/o/r/labels
    GET /repos/o/r/issues
    POST /repos/o/r/issues
    GET /repos/o/r/issues/7
    PATCH /repos/o/r/issues/7
    GET /repos/o/r/issues/7/labels
    POST /repos/o/r/issues/7/labels
    PUT /repos/o/r/issues/7/labels
    DELETE /repos/o/r/issues/7/labels/bug
    GET /repos/o/r/issues/7/comments
    POST /repos/o/r/issues/7/comments
    PATCH /repos/o/r/issues/comments/7
    DELETE /repos/o/r/issues/comments/7
    GET /repos/o/r/issues/7/timeline
    GET /repos/o/r/issues/7/events
    POST /repos/o/r/issues/comments/7/reactions
    POST /repos/o/r/issues/7/reactions
    DELETE /repos/o/r/issues/comments/7/reactions/8
    POST /repos/o/r/git/trees
    POST /repos/o/r/git/commits
    POST /repos/o/r/git/blobs
    POST /repos/o/r/git/refs
    PATCH /repos/o/r/git/refs/heads/a/b
    DELETE /repos/o/r/git/refs/heads/a/b
    GET /repos/o/r/git/matching-refs/heads/a
    GET /repos/o/r/commits
    GET /repos/o/r/compare/a...b
    GET /repos/o/r/contents/a/b.py
    POST /repos/o/r/pulls
    GET /repos/o/r/pulls
    GET /repos/o/r/pulls/7
    PATCH /repos/o/r/pulls/7
    GET /repos/o/r/pulls/7/files
    GET /repos/o/r/pulls/7/commits
    PUT /repos/o/r/pulls/7/merge
    POST /repos/o/r/pulls/7/requested_reviewers
    GET /repos/o/r/pulls/7/reviews
    POST /repos/o/r/pulls/7/reviews
    POST /repos/o/r/pulls/7/comments
    POST /repos/o/r/pulls/7/comments/8/replies
    POST /repos/o/r/check-runs
    PATCH /repos/o/r/check-runs/7
    GET /repos/o/r/commits/a/check-runs
    GET /repos/o/r/commits/a/check-suites
    POST /repos/o/r/statuses/a
    GET /repos/o/r/commits/a/status
    GET /repos/o/r/actions/runs
    GET /repos/o/r/actions/runs/7/jobs
    GET /repos/o/r/actions/jobs/7
    GET /repos/o/r/actions/jobs/7/logs
    GET /repos/o/r/rules/branches/main
    GET /rate_limit
"""


@pytest.mark.parametrize("asked", [line.strip() for line in ASKED_FOR.strip().splitlines()])
def test_the_copy_holds_every_operation_that_the_playground_offers(asked: str) -> None:
    method, path = asked.split()
    assert CHECKER.operation(method, path) is not None


CHECKER = Checker()


def document() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(gzip.decompress((OFFICIAL / "rest.json.gz").read_bytes()))
    return whole


def test_every_event_is_there_and_every_reference_leads_somewhere() -> None:
    whole = document()
    assert set(whole["webhooks"]) == EVENTS
    assert needed(references(whole), whole["$defs"]).keys() == whole["$defs"].keys()


def test_every_kept_schema_can_judge() -> None:
    for operation in document()["operations"]:
        for status in operation["responses"]:
            CHECKER.response(operation["method"], operation["path"], int(status), b"null")
    for event, actions in document()["webhooks"].items():
        for action in actions:
            assert CHECKER.webhook(event, {"action": action, "sender": 7, "repository": 7})


def test_the_graphql_copy_is_a_valid_schema_with_every_selected_type() -> None:
    schema = build_schema((OFFICIAL / "schema.graphql").read_text())
    assert validate_schema(schema) == []
    assert FIELDS.keys() <= schema.type_map.keys()


def test_pruning_refuses_a_selection_that_githubs_schema_does_not_have() -> None:
    with pytest.raises(NotKept, match="has no"):
        pruned_sdl("type Query { viewer: String }")


def test_nullable_becomes_a_type_also_beside_enums_and_references() -> None:
    assert converted({"type": "string", "nullable": True, "enum": ["a"], "example": "a"}) == {
        "type": ["string", "null"],
        "enum": ["a", None],
    }
    nested = {"nullable": True, "allOf": [{"$ref": "#/components/schemas/user"}]}
    assert converted(nested) == {"anyOf": [{"type": "null"}, {"allOf": [{"$ref": "#/$defs/user"}]}]}


def test_a_field_that_is_called_nullable_or_example_stays_a_field() -> None:
    schema = {
        "type": "object",
        "properties": {"example": {"type": "string"}, "nullable": {"type": "boolean"}},
    }
    assert converted(schema) == schema


def test_sharing_changes_no_judgement() -> None:
    person = {
        "type": "object",
        "required": [f"key_{n}" for n in range(30)],
        "properties": {"a": {"type": "string"}},
    }
    schema = {"type": "object", "properties": {"one": person, "two": dict(person)}}
    sharing = Sharing()
    sharing.look_at(schema)
    shared = sharing.shared(schema)
    assert shared["properties"]["one"] == shared["properties"]["two"] == {"$ref": "#/$defs/shared-1"}
    assert sharing.definitions == {"shared-1": person}


MINIATURE: dict[str, Any] = {
    "paths": {
        "/app": {
            "get": {
                "operationId": "apps/get-authenticated",
                "parameters": [],
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/app"}}}
                    },
                    "404": {"$ref": "#/components/responses/not_found"},
                },
            }
        },
        "/gists": {"get": {"operationId": "gists/list", "responses": {"200": {}}}},
    },
    "x-webhooks": {
        "label-created": {
            "post": {
                "parameters": [{"name": "X-Github-Event", "example": "label"}],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/app"}}}
                },
            }
        }
    },
    "components": {
        "responses": {"not_found": {"content": {}}},
        "schemas": {
            "app": {
                "type": "object",
                "description": "An App",
                "required": ["id"],
                "properties": {
                    "id": {"type": "integer", "example": 7},
                    "owner": {"$ref": "#/components/schemas/user"},
                },
            },
            "user": {"type": "object", "nullable": True, "properties": {"login": {"type": "string"}}},
            "gist": {"type": "object"},
        },
    },
}


def test_pruning_keeps_what_judges_and_drops_what_nobody_asked_for() -> None:
    pruned = pruned_rest(MINIATURE, "miniature 1")
    (operation,) = pruned["operations"]
    assert (operation["method"], operation["path"]) == ("GET", "/app")
    assert operation["responses"] == {"200": {"$ref": "#/$defs/app"}, "404": None}
    assert pruned["webhooks"] == {"label": {"created": {"$ref": "#/$defs/app"}}}
    assert pruned["$defs"] == {
        "app": {
            "properties": {"id": {"type": "integer"}, "owner": {"$ref": "#/$defs/user"}},
            "required": ["id"],
            "type": "object",
        },
        "user": {"properties": {"login": {"type": "string"}}, "type": ["object", "null"]},
    }
