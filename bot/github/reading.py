"""GitHub's answer to the facts document, translated into what the story knows; nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

from bot.facts.seen import (
    GHOST,
    Account,
    Base,
    Check,
    CheckState,
    Comment,
    Commit,
    Issue,
    Label,
    LabelEvent,
    PullRequest,
    PullState,
    Repository,
    Review,
    ReviewState,
    Surface,
    Thread,
    ThreadComment,
)

Node = Mapping[str, Any]

GREEN = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})
INTERRUPTED = frozenset({"CANCELLED", "TIMED_OUT"})
ACTIONS = "github-actions"


def account(node: Node | None) -> Account:
    """A deleted account is null, and called ghost; GraphQL gives a bot's login without `[bot]`."""
    if node is None:
        return GHOST
    return Account(node.get("databaseId"), str(node["login"]), node["__typename"] != "User")


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def repository(node: Node) -> Repository:
    branch = (node.get("defaultBranchRef") or {}).get("name") or ""
    return Repository(
        int(node["databaseId"]), str(node["nameWithOwner"]), str(branch), bool(node["isArchived"])
    )


def comment(node: Node, surface: Surface, number: int) -> Comment:
    return Comment(
        id=int(node["databaseId"]),
        node_id=str(node["id"]),
        author=account(node["author"]),
        body=str(node["body"] or ""),
        created_at=instant(node["createdAt"]),
        edited=node["lastEditedAt"] is not None,
        ours=bool(node["viewerDidAuthor"]),
        surface=surface,
        number=number,
        minimized=bool(node["isMinimized"]),
        editor=(node["editor"] or {}).get("login"),
    )


@dataclass(frozen=True)
class Trigger:
    """How the trigger label is known: by its name, and by the id that it had when it was first seen (hazard C15)."""

    name: str
    node_id: str | None = None

    def is_it(self, label: Node) -> bool:
        return label["id"] == self.node_id or same_label(str(label["name"]), self.name)


def issue(
    node: Node,
    trigger: Trigger,
    own_pulls: frozenset[int],
    own_login: str,
    repository: int,
    more: Iterable[Comment],
) -> Issue:
    events = node["timelineItems"]["nodes"]
    labels = node["labels"]["nodes"]
    known = [each for each in labels if trigger.is_it(each)] or _labels_added(events, trigger)
    known.sort(key=lambda each: each["id"] == trigger.node_id)
    comments = [comment(each, Surface.ISSUE, int(node["number"])) for each in node["comments"]["nodes"]]
    return Issue(
        number=int(node["number"]),
        node_id=str(node["id"]),
        title=str(node["title"]),
        body=str(node["body"] or ""),
        author=account(node["author"]),
        is_open=node["state"] == "OPEN",
        closed_by_baton=_closed_by_baton(events, own_pulls, own_login, repository),
        labelled=any(trigger.is_it(each) for each in labels),
        labels=frozenset(str(each["name"]) for each in labels),
        label_events=tuple(_label_events(events, trigger)),
        comments=(*comments, *more),
        locked=bool(node["locked"]),
        edited_at=moment(node["lastEditedAt"]),
        trigger=Label(str(known[-1]["id"]), str(known[-1]["name"])) if known else None,
    )


def same_label(name: str, other: str) -> bool:
    """GitHub's label names differ in case only for show, and an accent can be written in two ways (hazard C15)."""
    return normalize("NFC", name).casefold() == normalize("NFC", other).casefold()


def _labels_added(events: Iterable[Node], trigger: Trigger) -> list[Node]:
    added = [event["label"] for event in events if event["__typename"] == "LabeledEvent"]
    return [label for label in added if trigger.is_it(label)]


def _label_events(events: Iterable[Node], trigger: Trigger) -> Iterable[LabelEvent]:
    for event in events:
        kind = event["__typename"]
        if kind in ("LabeledEvent", "UnlabeledEvent") and trigger.is_it(event["label"]):
            added = kind == "LabeledEvent"
            yield LabelEvent(str(event["id"]), added, instant(event["createdAt"]), account(event["actor"]))


def _closed_by_baton(
    events: Iterable[Node], own_pulls: frozenset[int], own_login: str, repository: int = 0
) -> bool:
    """Of the last closing: by our own report, or by a pull request of ours (rule 1); numbers are a repository's own."""
    closings = [event for event in events if event["__typename"] == "ClosedEvent"]
    if not closings:
        return False
    closer = closings[-1]["closer"] or {}
    by = account(closings[-1]["actor"])
    is_from_here = (closer.get("repository") or {}).get("databaseId") == repository
    return (is_from_here and closer.get("number") in own_pulls) or (by.is_bot and by.login == own_login)


def commit(node: Node | None, own_app: int) -> Commit | None:
    if not node:
        return None
    rollup = node.get("statusCheckRollup") or {}
    contexts = (rollup.get("contexts") or {}).get("nodes") or []
    return Commit(
        sha=str(node["oid"]),
        tree=str(node["tree"]["oid"]),
        checks=tuple(checks(contexts, own_app)),
        open_suites=sum(1 for suite in node["checkSuites"]["nodes"] if _is_open(suite)),
    )


def _is_open(suite: Node) -> bool:
    """A suite of GitHub Actions that is not over: a job behind `needs` shows as a check run only later."""
    return (suite.get("app") or {}).get("slug") == ACTIONS and suite["status"] != "COMPLETED"


def checks(nodes: Iterable[Node], own_app: int) -> Iterable[Check]:
    """The newest result of each (app, workflow, event, name) and status context, our own left out (G7, G9)."""
    newest: dict[tuple[str, str], tuple[int, Check]] = {}
    for place, node in enumerate(nodes):
        if node["__typename"] == "StatusContext":
            found, age = _status(node), place
        elif (node["checkSuite"]["app"] or {}).get("databaseId") == own_app:
            continue
        else:
            found, age = _check_run(node), int(node["databaseId"])
        key = (found.source, found.name)
        if key not in newest or newest[key][0] < age:
            newest[key] = (age, found)
    return [found for _, found in newest.values()]


def _check_run(node: Node) -> Check:
    suite = node["checkSuite"]
    workflow = suite["workflowRun"] or {}
    event = workflow.get("event")
    source = (
        f"{(suite['app'] or {}).get('databaseId')}/{(workflow.get('workflow') or {}).get('name', '')}/{event}"
    )
    return Check(
        name=str(node["name"]),
        state=_check_state(node),
        source=source,
        event=event,
        required=bool(node.get("isRequired", False)),
        url=node.get("detailsUrl"),
        at=moment(node.get("completedAt") or node.get("startedAt")),
        id=int(node["databaseId"]),
        interrupted=node["conclusion"] in INTERRUPTED,
        app=(suite["app"] or {}).get("databaseId"),
    )


def _check_state(node: Node) -> CheckState:
    conclusion = node["conclusion"]
    if node["status"] != "COMPLETED" or conclusion in (None, "STALE"):
        return CheckState.PENDING
    if conclusion in GREEN:
        return CheckState.GREEN
    if conclusion == "CANCELLED":
        return CheckState.CANCELLED
    return CheckState.ACTION_REQUIRED if conclusion == "ACTION_REQUIRED" else CheckState.RED


def _status(node: Node) -> Check:
    states = {"SUCCESS": CheckState.GREEN, "PENDING": CheckState.PENDING, "EXPECTED": CheckState.PENDING}
    return Check(
        name=str(node["context"]),
        state=states.get(node["state"], CheckState.RED),
        source="status",
        required=bool(node.get("isRequired", False)),
        url=node.get("targetUrl"),
        at=moment(node.get("createdAt")),
        by_a_person=(node["creator"] or {}).get("__typename") != "Bot",
    )


def base(node: Node | None, branch: str, own_app: int) -> Base:
    if node is None:
        return Base(branch, None)
    rule = node.get("refUpdateRule") or {}
    required = tuple(str(name) for name in rule.get("requiredStatusCheckContexts") or () if name)
    return Base(str(node["name"]), commit(node["target"], own_app), required=required)


def pull_request(node: Node, own_app: int) -> PullRequest:
    commits = node["commits"]["nodes"]
    head = commit(commits[-1]["commit"], own_app) if commits else None
    sha = str(node["headRefOid"])
    return PullRequest(
        number=int(node["number"]),
        node_id=str(node["id"]),
        state=PullState.MERGED if node["merged"] else PullState(str(node["state"]).lower()),
        # Right after a push the last commit may lag behind the head: then nothing is known of the head yet.
        head=head if head and head.sha == sha else Commit(sha),
        head_ref=str(node["headRefName"]),
        base_ref=str(node["baseRefName"]),
        merge_sha=(node["mergeCommit"] or {}).get("oid") if node["merged"] else None,
        merged_by=account(node["mergedBy"]) if node["mergedBy"] else None,
        merged_at=moment(node["mergedAt"]),
        closing=next((str(event["id"]) for event in node["closings"]["nodes"]), None),
        conflicting={"CONFLICTING": True, "MERGEABLE": False}.get(node["mergeable"]),
        draft=bool(node["isDraft"]),
        in_merge_queue=bool(node["isInMergeQueue"]),
        threads=tuple(_thread(each) for each in node["reviewThreads"]["nodes"]),
        reviews=tuple(_reviews(node["reviews"]["nodes"])),
    )


def _thread(node: Node) -> Thread:
    return Thread(
        first=next((int(each["databaseId"]) for each in node["first"]["nodes"]), 0),
        path=str(node["path"]),
        line=node["line"],
        resolved=bool(node["isResolved"]),
        comments=tuple(
            ThreadComment(
                id=int(each["databaseId"]),
                author=account(each["author"]),
                body=str(each["body"] or ""),
                at=instant(each["createdAt"]),
                ours=bool(each["viewerDidAuthor"]),
            )
            for each in node["comments"]["nodes"]
        ),
    )


def _reviews(nodes: Iterable[Node]) -> Iterable[Review]:
    """What was submitted; a review that is still being written belongs to its writer alone."""
    for node in nodes:
        if node["submittedAt"] is not None:
            yield Review(
                id=int(node["databaseId"]),
                author=account(node["author"]),
                state=ReviewState(str(node["state"]).lower()),
                at=instant(node["submittedAt"]),
                body=str(node["body"] or ""),
            )
