"""The addresses of pages: each thing has a path, which with this GitHub's root is its URL."""

from __future__ import annotations

from urllib.parse import quote

from bot.playground.graphql.asking import Asking
from bot.playground.graphql.fields import Fields
from bot.playground.graphql.objects import Commit, GitObject, LabelIn, PullCommit, WorkflowIn
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
    TimelineEvent,
    WorkflowRun,
)


def path_of(thing: object) -> str:
    """The path of a thing's page."""
    match thing:
        case User():
            return f"/apps/{thing.app.slug}" if thing.app else f"/{quote(thing.login)}"
        case App():
            return f"/apps/{thing.slug}"
        case Repository():
            return f"/{thing.full_name}"
        case Issue():
            kind = "pull" if thing.pull else "issues"
            return f"{path_of(thing.repository)}/{kind}/{thing.number}"
        case PullRequest():
            return path_of(thing.issue)
        case Comment():
            return f"{path_of(thing.issue)}#issuecomment-{thing.id}"
        case TimelineEvent():
            return f"{path_of(thing.issue)}#event-{thing.id}"
        case Review():
            return f"{path_of(thing.pull)}#pullrequestreview-{thing.id}"
        case ReviewComment():
            return f"{path_of(thing.thread.pull)}#discussion_r{thing.id}"
        case LabelIn():
            return f"{path_of(thing.repository)}/labels/{quote(thing.label.name, safe='')}"
        case _:
            return _path_of_code(thing)


def _path_of_code(thing: object) -> str:
    match thing:
        case Commit():
            return f"{path_of(thing.repository)}/commit/{thing.oid}"
        case GitObject():
            return f"{path_of(thing.repository)}/tree/{thing.oid}"
        case PullCommit():
            return f"{path_of(thing.pull)}/commits/{thing.commit.oid}"
        case CheckSuite():
            commit = path_of(Commit(thing.repository, thing.head_sha))
            return f"{commit}/checks?check_suite_id={thing.id}"
        case CheckRun() if thing.job is not None:
            return f"{path_of(thing.job.run)}/job/{thing.id}"
        case CheckRun():
            return f"{path_of(thing.suite.repository)}/runs/{thing.id}"
        case WorkflowRun():
            return f"{path_of(thing.suite.repository)}/actions/runs/{thing.id}"
        case WorkflowIn():
            file = thing.workflow.path.rpartition("/")[2]
            return f"{path_of(thing.repository)}/actions/workflows/{quote(file)}"
        case _:
            raise TypeError(f"{type(thing).__name__} has no page")


def url_of(thing: object, asking: Asking) -> str:
    return asking.hub.url + path_of(thing)


ADDRESSES: Fields = {
    "resourcePath": lambda thing, asking: path_of(thing),
    "url": url_of,
}
