"""Where a thing belongs: its repository, which decides who may see it, or this GitHub itself."""

from __future__ import annotations

from typing import Literal

from bot.playground.access import Scope
from bot.playground.graphql.objects import GitObject, LabelIn, PullCommit, Ref, ReviewRequest, Rollup
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

Home = Repository | Literal["everywhere"] | None


def scopes_of(thing: object) -> tuple[Scope, ...]:
    """The permissions of which one is needed to read a thing."""
    match thing:
        case Issue():
            return ("issues",) if thing.pull is None else ("issues", "pull_requests")
        case Comment() | TimelineEvent():
            return scopes_of(thing.issue)
        case PullRequest() | Review() | ReviewComment() | Thread() | PullCommit() | ReviewRequest():
            return ("pull_requests",)
        case CheckRun() | CheckSuite():
            return ("checks",)
        case Status():
            return ("statuses",)
        case WorkflowRun():
            return ("actions", "checks")
        case GitObject() | Ref():
            return ("contents",)
        case _:
            return ("metadata",)


def home_of(thing: object) -> Home:
    """The repository of a thing; None for what is not offered by its node id."""
    match thing:
        case User() | App():
            return "everywhere"
        case Repository():
            return thing
        case Issue() | PullRequest() | LabelIn() | CheckSuite() | Status() | GitObject() | Ref():
            return thing.repository
        case Comment() | TimelineEvent():
            return thing.issue.repository
        case Review() | Thread() | PullCommit() | ReviewRequest():
            return thing.pull.repository
        case ReviewComment():
            return thing.thread.pull.repository
        case CheckRun() | WorkflowRun():
            return thing.suite.repository
        case Rollup():
            return thing.commit.repository
        case _:
            return None
