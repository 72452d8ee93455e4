"""How GraphQL says no: GitHub's types and words, the field null, the rest answered."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.access import Caller
from bot.playground.acts import comments, repositories
from bot.playground.graphql.endpoint import answered
from bot.playground.making import add_repository
from bot.playground.refusals import Refused
from tests.playground.graphql.world import World

SHOP = 'repository(owner: "acme", name: "shop")'


def test_a_repository_that_is_not_there_is_not_found_and_the_rest_is_answered(world: World) -> None:
    body = world.ask('{ gone: repository(owner: "acme", name: "gone") { id } viewer { login } }')
    assert body["data"] == {"gone": None, "viewer": {"login": "baton-app[bot]"}}
    assert body["errors"] == [
        {
            "type": "NOT_FOUND",
            "path": ["gone"],
            "locations": [{"line": 1, "column": 3}],
            "message": "Could not resolve to a Repository with the name 'acme/gone'.",
        }
    ]


def test_a_renamed_repository_is_found_by_its_old_name_unless_that_is_not_wanted(world: World) -> None:
    repositories.rename(world.hub, world.repository, world.mara, "store")
    assert world.data(f"{{ {SHOP} {{ name }} }}") == {"repository": {"name": "store"}}
    strict = 'repository(owner: "acme", name: "shop", followRenames: false)'
    assert world.error(f"{{ {strict} {{ name }} }}")["type"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("issue(number: 99)", "Could not resolve to an Issue with the number of 99."),
        ("issue(number: 2)", "Could not resolve to an Issue with the number of 2."),
        ("pullRequest(number: 1)", "Could not resolve to a PullRequest with the number of 1."),
    ],
)
def test_a_number_of_another_kind_is_not_found(world: World, field: str, message: str) -> None:
    world.issue()
    world.pull()
    error = world.error(f"{{ {SHOP} {{ {field} {{ number }} }} }}")
    assert (error["type"], error["message"]) == ("NOT_FOUND", message)
    assert error["path"] == ["repository", field.partition("(")[0]]


@pytest.mark.parametrize("identity", ["", "nonsense", "I_kwDOAAAAAAA", "REF_kwDOMQ", "C_kwDOx"])
def test_an_id_that_leads_nowhere_is_not_found(world: World, identity: str) -> None:
    body = world.ask("query($id: ID!) { node(id: $id) { id } }", id=identity)
    assert body["data"] == {"node": None}
    assert body["errors"][0]["message"] == f"Could not resolve to a node with the global id of '{identity}'"


def test_of_several_ids_the_good_ones_are_answered(world: World) -> None:
    issue = world.issue()
    body = world.ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", ids=[issue.node_id, "gone"])
    assert body["data"] == {"nodes": [{"__typename": "Issue"}, None]}
    assert body["errors"][0]["path"] == ["nodes", 1]


def test_another_repository_is_hidden_from_a_narrowed_token_and_the_referee_hears(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = add_repository(world.hub, world.inhabitants, "other", tmp_path_factory.mktemp("other"))
    narrowed = world.app(repositories=frozenset({world.repository.id}))
    assert world.data(f"{{ {SHOP} {{ name }} }}", narrowed) == {"repository": {"name": "shop"}}
    assert world.error('{ repository(owner: "acme", name: "other") { id } }', narrowed)["type"] == "NOT_FOUND"
    assert (
        world.error("query($id: ID!) { node(id: $id) { id } }", narrowed, id=other.node_id)["type"]
        == "NOT_FOUND"
    )
    assert world.refused == ["acme/other is not among this token's repositories"] * 2


@pytest.mark.parametrize(
    ("held", "field"),
    [
        ({"contents": "write"}, "issue(number: 1) { id }"),
        ({"issues": "write"}, "pullRequest(number: 2) { id }"),
        ({"issues": "write"}, 'ref(qualifiedName: "main") { id }'),
        (
            {"contents": "read"},
            "defaultBranchRef { target { ... on Commit { statusCheckRollup { state } } } }",
        ),
        (
            {"contents": "read"},
            "defaultBranchRef { target { ... on Commit { checkSuites(first: 1) { totalCount } } } }",
        ),
    ],
)
def test_a_token_without_the_permission_does_not_see(world: World, held: dict[str, str], field: str) -> None:
    world.issue()
    world.pull()
    error = world.error(f"{{ {SHOP} {{ {field} }} }}", world.app(None, **held))
    assert (error["type"], error["message"]) == ("FORBIDDEN", "Resource not accessible by integration")
    assert len(world.refused) == 1


def test_a_thing_is_not_shown_by_its_id_without_the_permission(world: World) -> None:
    comment = comments.create_comment(world.hub, world.issue(), world.mara, "Hello")
    error = world.error(
        "query($id: ID!) { node(id: $id) { id } }", world.app(None, contents="read"), id=comment.node_id
    )
    assert error["type"] == "FORBIDDEN"


def test_an_unknown_field_is_told_in_githubs_words(world: World) -> None:
    body = world.ask("{ viewer { shoeSize } }")
    assert body == {
        "errors": [
            {
                "extensions": {"code": "undefinedField", "typeName": "User", "fieldName": "shoeSize"},
                "locations": [{"line": 1, "column": 12}],
                "message": "Field 'shoeSize' doesn't exist on type 'User'",
            }
        ]
    }


@pytest.mark.parametrize("payload", [{}, {"query": None}, {"query": 7}])
def test_a_request_without_a_query_says_so(world: World, payload: dict[str, Any]) -> None:
    body = answered(world.hub, world.app(), payload)
    assert body == {"errors": [{"message": "A query attribute must be specified and must be a string."}]}


def test_a_syntax_error_is_told_with_its_place(world: World) -> None:
    error = world.error("{ viewer { login }")
    assert error["locations"] == [{"line": 1, "column": 19}]


def test_a_wrong_variable_is_refused_before_anything_is_done(world: World) -> None:
    issue = world.issue()
    query = "mutation($id: ID!) { addComment(input: {subjectId: $id, body: 7}) { subject { id } } }"
    assert "errors" in world.ask(query, id=issue.node_id)
    assert "errors" in world.ask(
        "query($oid: GitObjectID!) { " + SHOP + " { object(oid: $oid) { id } } }", oid="main"
    )
    assert issue.comments == []


def test_of_several_operations_one_must_be_named(world: World) -> None:
    query = "query A { viewer { login } } query B { viewer { id } }"
    assert (
        answered(world.hub, world.app(), {"query": query})["errors"][0]["message"]
        == "An operation name is required"
    )
    named = answered(world.hub, world.app(), {"query": query, "operationName": "A"})
    assert named == {"data": {"viewer": {"login": "baton-app[bot]"}}}


def test_who_is_nobody_is_refused_altogether(world: World) -> None:
    with pytest.raises(Refused) as refused:
        answered(world.hub, Caller(world.hub), {"query": "{ viewer { login } }"})
    assert refused.value.status == 401
