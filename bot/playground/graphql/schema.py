"""GitHub's schema with our answers in it: every field of the pruned copy has one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    is_abstract_type,
)

from bot.playground.git import Person
from bot.playground.github.shapes.times import parsed, when
from bot.playground.graphql import (
    changing,
    checks,
    code,
    issues,
    people,
    pulls,
    queries,
    repositories,
    rollup,
    texts,
    timeline,
)
from bot.playground.graphql.asking import asking
from bot.playground.graphql.fields import Fields, Resolver
from bot.playground.graphql.objects import (
    Blob,
    Commit,
    LabelIn,
    PullCommit,
    ReactionOn,
    Ref,
    ReviewRequest,
    Tree,
    WorkflowIn,
)
from bot.playground.people import App, User
from bot.playground.state import (
    CheckRun,
    CheckSuite,
    Comment,
    Issue,
    PullRequest,
    Repository,
    Review,
    ReviewComment,
    Status,
    Thread,
    TimelineEvent,
    WorkflowRun,
)

OFFICIAL = Path(__file__).parent.parent / "official" / "schema.graphql"
ROOMS = (changing, checks, code, issues, people, pulls, queries, repositories, rollup, texts, timeline)
NAMES: dict[type, str] = {
    App: "App",
    Blob: "Blob",
    CheckRun: "CheckRun",
    CheckSuite: "CheckSuite",
    Comment: "IssueComment",
    Commit: "Commit",
    Issue: "Issue",
    LabelIn: "Label",
    Person: "GitActor",
    PullCommit: "PullRequestCommit",
    PullRequest: "PullRequest",
    ReactionOn: "Reaction",
    Ref: "Ref",
    Repository: "Repository",
    Review: "PullRequestReview",
    ReviewComment: "PullRequestReviewComment",
    ReviewRequest: "ReviewRequest",
    Status: "StatusContext",
    Thread: "PullRequestReviewThread",
    Tree: "Tree",
    WorkflowIn: "Workflow",
    WorkflowRun: "WorkflowRun",
}
PAGE: Fields = {
    "edges": lambda page, asking: page.edges,
    "nodes": lambda page, asking: page.nodes,
    "pageInfo": lambda page, asking: page,
    "totalCount": lambda page, asking: page.total,
}
PAGE_INFO: Fields = {
    "endCursor": lambda page, asking: page.edges[-1].cursor if page.edges else None,
    "hasNextPage": lambda page, asking: page.has_next,
    "hasPreviousPage": lambda page, asking: page.has_previous,
    "startCursor": lambda page, asking: page.edges[0].cursor if page.edges else None,
}
EDGE: Fields = {"cursor": lambda edge, asking: edge.cursor, "node": lambda edge, asking: edge.node}


class Unanswered(Exception):
    """A field of the pruned copy that nobody answers."""


@cache
def schema() -> GraphQLSchema:
    """The schema, made once a process."""
    made = build_schema(OFFICIAL.read_text())
    answers = {name: fields for room in ROOMS for name, fields in room.FIELDS.items()}
    for kind in made.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            give_answers(kind, _fields_of(kind.name, answers.get(kind.name, {})))
        elif is_abstract_type(kind):
            _tell_kinds(kind)
    _teach_scalars(made)
    return made


def _fields_of(name: str, own: Fields) -> Fields:
    if name.endswith("Connection"):
        return {**PAGE, **own}
    if name.endswith("Edge"):
        return EDGE
    if name == "PageInfo":
        return PAGE_INFO
    return own


def give_answers(kind: GraphQLObjectType, fields: Fields) -> None:
    for name, field in kind.fields.items():
        if name in fields:
            field.resolve = _resolving(fields[name])
        elif kind.name.endswith("Payload"):
            field.resolve = _resolving(_from_payload(name))
        else:
            raise Unanswered(
                f"{kind.name}.{name} has no answer; write one, or leave it out of graphql_selection.py"
            )


def _from_payload(name: str) -> Resolver:
    return lambda payload, asking: payload[name]


def _resolving(resolver: Resolver) -> Callable[..., Any]:
    def resolve(thing: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        return resolver(thing, asking(info), **arguments)

    return resolve


def _tell_kinds(kind: Any) -> None:
    def resolve_type(value: Any, _info: GraphQLResolveInfo[Any], _kind: GraphQLAbstractType) -> str:
        if kind.name == "GitSignature":
            return "SshSignature"
        return name_of(value)

    kind.resolve_type = resolve_type


def name_of(value: object) -> str:
    """The GraphQL type of a thing."""
    match value:
        case User():
            return value.kind
        case TimelineEvent():
            return timeline.EVENTS[value.kind]
        case _:
            return NAMES[type(value)]


def _teach_scalars(made: GraphQLSchema) -> None:
    times, oids = made.type_map["DateTime"], made.type_map["GitObjectID"]
    assert isinstance(times, GraphQLScalarType)
    assert isinstance(oids, GraphQLScalarType)
    times.coerce_output_value = when
    times.coerce_input_value = _time
    oids.coerce_input_value = _oid


def _time(value: Any) -> datetime:
    try:
        return parsed(str(value))
    except ValueError as error:
        raise GraphQLError(f"“{value}” is no time") from error


def _oid(value: Any) -> str:
    text = str(value)
    if len(text) != 40 or not set(text) <= set("0123456789abcdef"):
        raise GraphQLError(f"Could not coerce value {text!r} to GitObjectID.")
    return text
