"""One look at GitHub: one GraphQL document, asked again until every list was read to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.facts.seen import Commit, Issue, PullRequest, Repository, Seen, Surface
from bot.github import reading
from bot.github.connection import Connection
from bot.github.errors import Unreachable

NO_COMMIT = "0" * 40
MOST_PAGES = 50

# Which cursor of the document moves on with which list of the answer.
_LISTS: Mapping[str, tuple[str, ...]] = {
    "afterComments": ("repository", "issue", "comments"),
    "afterLabels": ("repository", "issue", "timelineItems"),
    "afterBaseChecks": ("repository", "base", "target", "statusCheckRollup", "contexts"),
    "afterMergeChecks": ("repository", "merge", "statusCheckRollup", "contexts"),
    "afterPullChecks": ("current", "commits", "nodes", "last", "commit", "statusCheckRollup", "contexts"),
    "afterPullComments": ("current", "comments"),
    "afterThreads": ("current", "reviewThreads"),
}


@dataclass(frozen=True)
class Look:
    """What is looked at: the issue, and of its work what is current. Pull requests are by node id."""

    full_name: str
    issue: int
    branch: str
    trigger: reading.Trigger
    own_app: int
    own_login: str
    pulls: tuple[str, ...] = ()
    current_pull: int | None = None
    own_pulls: frozenset[int] = frozenset()
    merge_sha: str | None = None
    reviewer: str | None = None


class RepositoryGone(Exception):
    """The repository is not there any more, or not for Baton to see."""


class IssueGone(Exception):
    """The repository is there and the issue is not: deleted, transferred, or no issue at all."""


@cache
def document(name: str) -> str:
    """A GraphQL document, readable as a file of its own."""
    return files("bot.github").joinpath(f"documents/{name}.graphql").read_text()


def observe(connection: Connection, look: Look) -> Seen:
    """What GitHub shows of one feature now. Raises RepositoryGone, IssueGone, Unreachable, NotNow, Refused."""
    answer = _read_to_the_end(connection, look)
    repository, issue = answer.get("repository"), (answer.get("repository") or {}).get("issue")
    if repository is None:
        raise RepositoryGone(f"{look.full_name} is gone, or Baton may not see it any more.")
    if issue is None:
        raise IssueGone(f"Issue #{look.issue} of {look.full_name} was deleted, transferred, or is no issue.")
    pulls = {pull.number: pull for pull in _pulls(answer, look)}
    seen_repository = reading.repository(repository)
    return Seen(
        repository=seen_repository,
        issue=_issue(issue, answer, look, seen_repository.id),
        base=reading.base(repository.get("base"), look.branch, look.own_app),
        pulls=pulls,
        merges=_merges(repository, look),
        trouble=_trouble(seen_repository, repository, issue),
        reviewer_node=(answer.get("reviewer") or {}).get("id"),
        reviewer_login=(answer.get("reviewer") or {}).get("login"),
        label_nodes={str(each["name"]): str(each["id"]) for each in repository["stateLabels"]["nodes"]},
    )


def _issue(node: Mapping[str, Any], answer: Mapping[str, Any], look: Look, repository: int) -> Issue:
    on_pull = [
        reading.comment(each, Surface.PULL_REQUEST, int(pull["number"]))
        for pull in answer["pulls"]
        if pull and pull.get("number") == look.current_pull
        for each in pull["comments"]["nodes"]
    ]
    return reading.issue(node, look.trigger, look.own_pulls, look.own_login, repository, on_pull)


def _pulls(answer: Mapping[str, Any], look: Look) -> Iterator[PullRequest]:
    for node in answer["pulls"]:
        if node and node["__typename"] == "PullRequest":
            yield reading.pull_request(node, look.own_app)


def _merges(repository: Mapping[str, Any], look: Look) -> dict[str, Commit]:
    found = reading.commit(repository.get("merge"), look.own_app)
    return {found.sha: found} if found else {}


def _trouble(repository: Repository, node: Mapping[str, Any], issue: Mapping[str, Any]) -> str | None:
    if repository.archived:
        return f"{repository.full_name} is archived. Unarchive it to go on."
    if node["isDisabled"] or node["isLocked"]:
        return f"{repository.full_name} is locked or disabled by GitHub; nothing can be written to it."
    if issue["locked"]:
        return "The issue's conversation is locked, so Baton cannot answer here. Unlock it to go on."
    return None


def _read_to_the_end(connection: Connection, look: Look) -> dict[str, Any]:
    """The first answer with all later pages' items put into its lists."""
    variables = _variables(look)
    whole = _ask(connection, variables, look)
    latest = whole
    for _ in range(MOST_PAGES):
        moved = _move_cursors(latest, look, variables)
        if not moved:
            return whole
        latest = _ask(connection, variables, look)
        for cursor in moved:
            if _owner(whole, cursor, look) != _owner(latest, cursor, look):
                # Checks of one commit are not those of another (hazard G11).
                raise Unreachable(f"A branch of #{look.issue} moved while it was read; Baton reads it again.")
            into, more = _list(whole, _LISTS[cursor], look), _list(latest, _LISTS[cursor], look)
            if into is not None and more is not None:
                into["nodes"] += more["nodes"]
    raise Unreachable(f"Issue #{look.issue} has more than {MOST_PAGES} pages of comments or checks.")


def _move_cursors(answer: Mapping[str, Any], look: Look, variables: dict[str, Any]) -> list[str]:
    """Every cursor moves to what was read; those that moved on to another page are named."""
    moved = []
    for cursor, place in _LISTS.items():
        found = _list(answer, place, look)
        info = found["pageInfo"] if found else {}
        if info.get("endCursor"):
            variables[cursor] = info["endCursor"]
        if info.get("hasNextPage"):
            moved.append(cursor)
    return moved


def _list(answer: Mapping[str, Any], place: tuple[str, ...], look: Look) -> dict[str, Any] | None:
    found: Any = answer
    for step in place:
        if found is None:
            return None
        if step == "current":
            found = next(
                (each for each in answer["pulls"] if each and each.get("number") == look.current_pull), None
            )
        elif step == "last":
            found = found[-1] if found else None
        else:
            found = found.get(step)
    return found if isinstance(found, dict) else None


def _owner(answer: Mapping[str, Any], cursor: str, look: Look) -> str | None:
    """The commit whose checks a cursor leads through; None for lists that belong to the issue."""
    if not cursor.endswith("Checks"):
        return None
    commit = _list(answer, _LISTS[cursor][:-2], look)
    return str(commit["oid"]) if commit else None


def _variables(look: Look) -> dict[str, Any]:
    owner, _, name = look.full_name.partition("/")
    return {
        "owner": owner,
        "name": name,
        "issue": look.issue,
        "base": f"refs/heads/{look.branch}",
        "pulls": list(look.pulls),
        "pull": look.current_pull or 0,
        "hasPull": look.current_pull is not None,
        "merge": look.merge_sha or NO_COMMIT,
        "hasMerge": look.merge_sha is not None,
        "reviewer": look.reviewer or "",
        "hasReviewer": look.reviewer is not None,
    }


def _ask(connection: Connection, variables: Mapping[str, Any], look: Look) -> dict[str, Any]:
    answer = connection.query(document("facts"), variables)
    data = answer.get("data")
    if not isinstance(data, Mapping):
        errors = "; ".join(str(each.get("message")) for each in answer.get("errors") or ())
        raise Unreachable(f"GitHub did not answer the question about #{look.issue}: {errors or 'no data'}.")
    unexpected = [each for each in answer.get("errors") or () if each.get("type") != "NOT_FOUND"]
    if unexpected:
        # Half an answer looks like fewer checks or comments than there are (rule: believe nothing partial).
        raise Unreachable(f"GitHub answered only in part: {unexpected[0].get('message')}.")
    return dict(data)
