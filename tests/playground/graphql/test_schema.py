"""The schema is GitHub's, and every field in it is answered."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type, is_leaf_type, parse, validate

from bot.playground.graphql.changing import MUTATIONS
from bot.playground.graphql.schema import OFFICIAL, Unanswered, give_answers, schema
from tests.playground.graphql.world import DOCUMENTS

# One request for each mutation, as a bot would send it.
REQUESTS = {
    "addComment": ('subjectId: "I", body: "b"', "commentEdge { node { id databaseId } } subject { id }"),
    "addLabelsToLabelable": (
        'labelableId: "I", labelIds: ["L"]',
        "labelable { labels(first: 9) { nodes { name } } }",
    ),
    "addPullRequestReviewThreadReply": (
        'pullRequestReviewThreadId: "T", body: "b"',
        "comment { databaseId }",
    ),
    "addReaction": ('subjectId: "I", content: EYES', "reaction { databaseId content }"),
    "closeIssue": ('issueId: "I", stateReason: COMPLETED', "issue { state stateReason }"),
    "closePullRequest": ('pullRequestId: "P"', "pullRequest { state }"),
    "convertPullRequestToDraft": ('pullRequestId: "P"', "pullRequest { isDraft }"),
    "deleteIssue": ('issueId: "I"', "repository { name }"),
    "deleteIssueComment": ('id: "C"', "clientMutationId"),
    "markPullRequestReadyForReview": ('pullRequestId: "P"', "pullRequest { isDraft }"),
    "minimizeComment": (
        'subjectId: "C", classifier: OUTDATED',
        "minimizedComment { isMinimized minimizedReason }",
    ),
    "removeLabelsFromLabelable": ('labelableId: "I", labelIds: ["L"]', "clientMutationId"),
    "removeReaction": ('subjectId: "I", content: EYES', "subject { id }"),
    "reopenIssue": ('issueId: "I"', "issue { state }"),
    "reopenPullRequest": ('pullRequestId: "P"', "pullRequest { state }"),
    "requestReviews": ('pullRequestId: "P", userIds: ["U"], union: true', "pullRequest { number }"),
    "resolveReviewThread": ('threadId: "T"', "thread { isResolved }"),
    "transferIssue": ('issueId: "I", repositoryId: "R"', "issue { number }"),
    "unminimizeComment": ('subjectId: "C"', "unminimizedComment { isMinimized }"),
    "unresolveReviewThread": ('threadId: "T"', "thread { isResolved resolvedBy { login } }"),
    "updateIssue": ('id: "I", body: "b", title: "t", labelIds: []', "issue { body }"),
    "updateIssueComment": ('id: "C", body: "b"', "issueComment { body lastEditedAt }"),
    "updatePullRequest": ('pullRequestId: "P", body: "b", title: "t"', "pullRequest { body }"),
}


def test_the_looking_document_is_valid() -> None:
    assert validate(schema(), parse((DOCUMENTS / "facts.graphql").read_text())) == []


def test_a_document_that_github_would_refuse_is_refused() -> None:
    (error,) = validate(schema(), parse("{ viewer { shoeSize } }"))
    assert "shoeSize" in error.message


def test_there_is_a_request_for_every_mutation_and_the_other_way_round() -> None:
    offered = schema().mutation_type
    assert offered is not None
    assert set(REQUESTS) == set(MUTATIONS) == set(offered.fields)


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_every_mutation_is_valid_by_githubs_schema(name: str) -> None:
    arguments, selection = REQUESTS[name]
    assert validate(schema(), parse(f"mutation {{ {name}(input: {{{arguments}}}) {{ {selection} }} }}")) == []


def test_a_field_without_an_answer_stops_the_start() -> None:
    made = build_schema(OFFICIAL.read_text())
    label = made.type_map["Label"]
    assert isinstance(label, GraphQLObjectType)
    with pytest.raises(Unanswered, match=r"Label\.color"):
        give_answers(label, {})


def test_every_leaf_of_every_object_has_a_resolver_of_its_own() -> None:
    objects = [
        each
        for each in schema().type_map.values()
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__")
    ]
    for each in objects:
        for name, field in each.fields.items():
            leaf = is_leaf_type(get_named_type(field.type))
            assert field.resolve is not None, f"{each.name}.{name} ({'leaf' if leaf else 'object'})"
