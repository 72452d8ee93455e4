"""Issues: listed, opened, edited, closed, locked, and their history."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bot.playground.acts import issues as acts
from bot.playground.acts import pulls
from bot.playground.acts.labels import check_names, find_or_create, set_labels
from bot.playground.acts.reviews import visible
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.rest.labels import label_names
from bot.playground.github.rest.repositories import members
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import issues as shapes
from bot.playground.github.shapes.accounts import user
from bot.playground.github.shapes.commits import git_commit
from bot.playground.github.shapes.pulls import review
from bot.playground.github.shapes.times import Json
from bot.playground.people import User
from bot.playground.refusals import Refused, forbidden, invalid, not_found
from bot.playground.state import Comment, Issue, Reason, Repository, Review, TimelineEvent

routes = Routes()
ISSUES = "/repos/{owner}/{repo}/issues"
ISSUE = f"{ISSUES}/{{number}}"
REASONS: dict[str, Reason] = {
    "completed": "completed",
    "not_planned": "not_planned",
    "duplicate": "duplicate",
}


@routes.get(ISSUES)
def list_issues(ask: Ask) -> Answer:
    repository = ask.reads("issues", "pull_requests")
    recent = ask.recent(list(repository.issues.values()), lambda each: each.updated_at)
    found = [each for each in recent if wanted(ask, each)]
    key = {"updated": "updated_at", "comments": "comments"}.get(ask.query.get("sort", ""), "created_at")
    ascending = ask.query.get("direction") == "asc"
    found.sort(key=lambda each: (sorting(each, key), each.number), reverse=not ascending)
    return ask.page(found, lambda each: shapes.issue(ask.hub, each))


def sorting(issue: Issue, key: str) -> Any:
    return len(issue.comments) if key == "comments" else getattr(issue, key)


def wanted(ask: Ask, issue: Issue) -> bool:
    query = ask.query
    labels = {name.strip().lower() for name in query.get("labels", "").split(",") if name.strip()}
    assigned = {each.login.lower() for each in issue.assignees}
    mentioned = query.get("mentioned")
    return (
        query.get("state", "open") in ("all", issue.state)
        and labels <= {each.name.lower() for each in issue.labels}
        and query.get("creator", issue.author.login) == issue.author.login
        and is_one(query.get("assignee"), assigned)
        and (mentioned is None or names(issue, mentioned))
        # There are no milestones here: every issue is without one.
        and query.get("milestone", "none") == "none"
    )


def is_one(wish: str | None, logins: set[str]) -> bool:
    """`none`, `*` for anybody, or a login."""
    match wish:
        case None:
            return True
        case "none" | "*":
            return bool(logins) == (wish == "*")
        case _:
            return wish.lower() in logins


def names(issue: Issue, login: str) -> bool:
    """Whether the issue or one of its comments mentions somebody."""
    word = re.compile(rf"(?<![\w/]){re.escape('@' + login)}(?![\w-])", re.IGNORECASE)
    return any(word.search(text or "") for text in (issue.body, *(each.body for each in issue.comments)))


@routes.post(ISSUES)
def create_issue(ask: Ask) -> Answer:
    repository = ask.writes("issues", role="read")
    title, body = ask.needed("title"), ask.text("body")
    names = label_names(ask, ask.body.get("labels"))
    may_label = ask.caller.installation is not None or ask.caller.at_least(repository, "triage")
    acts.check_texts(title, body)
    # Labels of somebody who may not put them are dropped without a word, as on GitHub.
    labels = find_or_create(ask.hub, repository, ask.actor, names) if may_label else []
    assignees = assignable(ask, repository, ask.texts("assignees")) if may_label else []
    issue = acts.open_issue(ask.hub, repository, ask.actor, title, body, labels)
    acts.set_assignees(ask.hub, issue, ask.actor, assignees)
    return created(shapes.full_issue(ask.hub, issue))


@routes.get(ISSUE)
def get_issue(ask: Ask) -> Answer:
    return ok(shapes.full_issue(ask.hub, ask.issue("read")))


@routes.patch(ISSUE)
def edit_issue(ask: Ask) -> Answer:
    issue = ask.issue("write")
    require_author_or(ask, issue, "write" if {"title", "body"} & ask.body.keys() else "triage")
    # Everything is read and checked before the first of it is done: a refused edit leaves nothing.
    title, body, labels, assignees = ask.text("title"), ask.text("body"), wished_labels(ask, issue), None
    acts.check_texts(title, body)
    if "assignees" in ask.body:
        assignees = [assignee(ask, login) for login in ask.texts("assignees")]
    state, reason = wished_state(ask, issue)
    acts.edit_issue(ask.hub, issue, ask.actor, title, body)
    if labels is not None:
        set_labels(ask.hub, issue, ask.actor, find_or_create(ask.hub, issue.repository, ask.actor, labels))
    if assignees is not None:
        acts.set_assignees(ask.hub, issue, ask.actor, assignees)
    change_state(ask, issue, state, reason)
    return ok(shapes.full_issue(ask.hub, issue))


def wished_labels(ask: Ask, issue: Issue) -> list[str] | None:
    """The names that the body gives, None where it gives none or the caller may put none."""
    may = ask.caller.installation is not None or ask.caller.at_least(issue.repository, "triage")
    if "labels" not in ask.body or not may:
        return None
    names = label_names(ask, ask.body["labels"])
    check_names(names)
    return names


def assignee(ask: Ask, login: str) -> User:
    try:
        return ask.hub.user(login)
    except Refused as refused:
        raise invalid("Issue", "assignees") from refused


def wished_state(ask: Ask, issue: Issue) -> tuple[str | None, Reason]:
    """Open, closed, or None as it is; 422 where it cannot become that."""
    state = ask.text("state")
    if state not in (None, "open", "closed"):
        raise invalid("Issue", "state")
    if state == "open" and issue.pull is not None:
        pulls.check_reopening(issue.pull)
    return state, REASONS.get(ask.text("state_reason") or "completed", "completed")


def change_state(ask: Ask, issue: Issue, state: str | None, reason: Reason) -> None:
    match state, issue.pull:
        case "closed", None:
            acts.close_issue(ask.hub, issue, ask.actor, reason)
        case "open", None:
            acts.reopen_issue(ask.hub, issue, ask.actor)
        case "closed", pull if pull is not None:
            pulls.close_pull(ask.hub, pull, ask.actor)
        case "open", pull if pull is not None:
            pulls.reopen_pull(ask.hub, pull, ask.actor)
        case _:
            pass


def require_author_or(ask: Ask, issue: Issue, role: Any) -> None:
    if ask.caller.installation is not None or issue.author is ask.actor:
        return
    if not ask.caller.at_least(issue.repository, role):
        raise forbidden("Must have admin rights to Repository.")


@routes.put(f"{ISSUE}/lock")
def lock(ask: Ask) -> Answer:
    issue = ask.issue("write", role="write")
    acts.lock_issue(ask.hub, issue, ask.actor, reason=ask.text("lock_reason"))
    return gone()


@routes.delete(f"{ISSUE}/lock")
def unlock(ask: Ask) -> Answer:
    acts.lock_issue(ask.hub, ask.issue("write", role="write"), ask.actor, locked=False)
    return gone()


@routes.post(f"{ISSUE}/assignees")
def add_assignees(ask: Ask) -> Answer:
    issue = ask.issue("write", role="triage")
    added = assignable(ask, issue.repository, ask.texts("assignees"))
    everybody: list[User] = list(dict.fromkeys([*issue.assignees, *added]))
    acts.set_assignees(ask.hub, issue, ask.actor, everybody)
    return created(shapes.full_issue(ask.hub, issue))


def assignable(ask: Ask, repository: Repository, logins: list[str]) -> list[User]:
    """Those of them to whom work can be given; others are dropped without a word, as on GitHub."""
    wished = {login.lower() for login in logins}
    return [each for each in members(ask.hub, repository) if each.login.lower() in wished]


@routes.delete(f"{ISSUE}/assignees")
def remove_assignees(ask: Ask) -> Answer:
    issue = ask.issue("write", role="triage")
    gone_ones = {login.lower() for login in ask.texts("assignees")}
    left = [each for each in issue.assignees if each.login.lower() not in gone_ones]
    acts.set_assignees(ask.hub, issue, ask.actor, left)
    return ok(shapes.full_issue(ask.hub, issue))


@routes.get(f"{ISSUE}/events")
def list_events(ask: Ask) -> Answer:
    issue = ask.issue("read")
    events = [each for each in issue.timeline if each.kind != "cross-referenced"]
    return ask.page(events, lambda each: shapes.event(ask.hub, each))


@routes.get(f"{ISSUE}/timeline")
def list_timeline(ask: Ask) -> Answer:
    """Events, comments, reviews and commits in the order in which they happened."""
    issue = ask.issue("read")
    entries: list[tuple[datetime, int, Any]] = [(each.created_at, each.id, each) for each in issue.timeline]
    entries += [(each.created_at, each.id, each) for each in issue.comments]
    if issue.pull is not None:
        entries += [
            (each.submitted_at or each.created_at, each.id, each)
            for each in visible(issue.pull, ask.caller.user)
            if each.state != "PENDING"
        ]
    entries.sort(key=lambda entry: entry[:2])
    committed: list[Any] = list(pulls.commits(issue.pull)) if issue.pull is not None else []
    return ask.page([*committed, *(each for _, _, each in entries)], lambda each: entry(ask, issue, each))


def entry(ask: Ask, issue: Issue, each: str | Comment | Review | TimelineEvent) -> Json:
    match each:
        case str():
            return {**git_commit(ask.hub, issue.repository, each), "event": "committed"}
        case Comment():
            return shapes.timeline_comment(ask.hub, each)
        case Review():
            shown = review(ask.hub, each)
            return {
                **shown,
                "state": each.state.lower(),
                "event": "reviewed",
                "user": user(ask.hub, each.author),
            }
        case TimelineEvent(kind="cross-referenced"):
            return shapes.cross_reference(ask.hub, each)
        case TimelineEvent():
            return shapes.event(ask.hub, each)


@routes.get(f"{ISSUES}/events/{{event}}")
def get_event(ask: Ask) -> Answer:
    repository = ask.reads("issues", "pull_requests")
    number = ask.number("event")
    for issue in repository.issues.values():
        for each in issue.timeline:
            if each.id == number and each.kind != "cross-referenced":
                return ok({**shapes.event(ask.hub, each), "issue": shapes.issue(ask.hub, issue)})
    raise not_found()


@routes.get(f"{ISSUES}/events")
def list_all_events(ask: Ask) -> Answer:
    repository = ask.reads("issues", "pull_requests")
    events = [each for issue in repository.issues.values() for each in issue.timeline]
    events = sorted((each for each in events if each.kind != "cross-referenced"), key=lambda each: -each.id)
    return ask.page(
        events, lambda each: {**shapes.event(ask.hub, each), "issue": shapes.issue(ask.hub, each.issue)}
    )
