"""Issues: the list, a new one, and one with its whole conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.playground.acts import pulls
from bot.playground.acts.reviews import visible
from bot.playground.github.asking import Answer
from bot.playground.hub import Hub
from bot.playground.pages.code import committed
from bot.playground.pages.diffs import tail_of
from bot.playground.pages.layout import address, redirect, shown
from bot.playground.pages.places import Room
from bot.playground.pages.visiting import Visit
from bot.playground.people import User
from bot.playground.state import Issue, PullRequest, Review, Thread

places = Room()
HOME = "/{owner}/{repo}"
ISSUE = f"{HOME}/issues/{{number#}}"
PAGE = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a conversation: comment, event, review or commit."""

    kind: str
    at: datetime
    thing: Any
    threads: tuple[Thread, ...] = ()


@places.get(f"{HOME}/issues")
def list_issues(visit: Visit) -> Answer:
    found = [each for each in visit.repository.issues.values() if each.pull is None]
    return listed(visit, "issues", found)


@places.get(f"{HOME}/pulls")
def list_pulls(visit: Visit) -> Answer:
    return listed(visit, "pulls", [each.issue for each in visit.repository.pulls])


@places.get(f"{HOME}/labels/{{label}}")
def labelled(visit: Visit) -> Answer:
    name = visit.names["label"].lower()
    wanted = [
        each
        for each in visit.repository.issues.values()
        if name in [label.name.lower() for label in each.labels]
    ]
    return listed(visit, "issues", wanted)


def listed(visit: Visit, tab: str, found: list[Issue]) -> Answer:
    """Newest first, open ones unless closed ones are asked for, a page at a time."""
    state = "closed" if visit.query.get("state") == "closed" else "open"
    text = visit.query.get("q", "").strip()
    words = [word for word in text.lower().split() if ":" not in word]
    matching = [each for each in found if all(word in each.title.lower() for word in words)]
    inside = sorted((each for each in matching if each.state == state), key=lambda each: -each.number)
    counts = {name: sum(each.state == name for each in matching) for name in ("open", "closed")}
    wanted = visit.query.get("page", "1")
    at = min(max(int(wanted) if wanted.isdigit() else 1, 1), max(1, -(-len(inside) // PAGE)))
    title = "Issues" if tab == "issues" else "Pull requests"
    return shown(
        visit, "list", title=title, repository=visit.repository, tab=tab, state=state, counts=counts, text=text,
        issues=inside[(at - 1) * PAGE : at * PAGE], page=at, pages=max(1, -(-len(inside) // PAGE)),
    )  # fmt: skip


@places.get(f"{HOME}/issues/new")
def new(visit: Visit) -> Answer:
    return shown(visit, "new_issue", title="New issue", repository=visit.repository, tab="issues")


@places.get(ISSUE)
def show_issue(visit: Visit) -> Answer:
    issue = visit.issue
    if issue.pull is not None:
        return redirect(address(issue))
    return conversation(visit, issue)


def conversation(visit: Visit, issue: Issue, **more: Any) -> Answer:
    return shown(
        visit, "conversation", title=f"{issue.title} · #{issue.number}", repository=issue.repository,
        tab="issues" if issue.pull is None else "pulls", issue=issue, pull=issue.pull,
        entries=entries_of(visit.hub, issue, visit.person.user), tail_of=tail_of,
        editing=visit.query.get("edit", ""), people_here=collaborators(visit), section="conversation", **more,
    )  # fmt: skip


def collaborators(visit: Visit) -> list[User]:
    return [visit.hub.users[each] for each in visit.repository.roles]


def entries_of(hub: Hub, issue: Issue, me: User) -> list[Entry]:
    """The conversation in the order in which it happened."""
    entries = [Entry("comment", each.created_at, each) for each in issue.comments]
    entries += [Entry("event", each.created_at, each) for each in issue.timeline if tells(each)]
    if issue.pull is not None:
        entries += [
            review_entry(issue.pull, each) for each in visible(issue.pull, me) if speaks(issue.pull, each)
        ]
        entries += [commit_entry(hub, issue.pull, sha) for sha in pulls.commits(issue.pull)]
    # Commits carry times of whole seconds: those of the same second were there first.
    return sorted(entries, key=lambda each: (each.at.replace(microsecond=0), each.kind != "commit", each.at))


def tells(event: Any) -> bool:
    """A merge is told once, though GitHub's history has it as merged and as closed."""
    merged = event.issue.pull is not None and event.issue.pull.merged
    return not (event.kind == "closed" and merged and event.commit_sha is not None)


def speaks(pull: PullRequest, review: Review) -> bool:
    """A review that is only the wrapping of a reply is not shown for itself."""
    begun = any(thread.comments[0].review is review for thread in pull.threads)
    return review.state != "PENDING" and bool(begun or review.body or review.state != "COMMENTED")


def review_entry(pull: PullRequest, review: Review) -> Entry:
    begun = tuple(each for each in pull.threads if each.comments[0].review is review)
    return Entry("review", review.submitted_at or review.created_at, review, begun)


def commit_entry(hub: Hub, pull: PullRequest, sha: str) -> Entry:
    return Entry("commit", pull.repository.git.commit(sha).committer.at, committed(hub, pull.repository, sha))
