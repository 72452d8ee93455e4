"""Check suites and runs, commit statuses, workflow runs."""

from __future__ import annotations

from typing import Any

from bot.playground.acts import checks
from bot.playground.graphql.addresses import ADDRESSES, url_of
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.connections import Page
from bot.playground.graphql.fields import Fields, always, attribute, upper
from bot.playground.graphql.objects import HEADS, Commit, Ref, WorkflowIn
from bot.playground.graphql.people import avatar
from bot.playground.state import Annotation, CheckRun, CheckSuite, PullRequest, Repository, Status


def is_required(
    context: CheckRun | Status,
    asking: Asking,
    pullRequestId: str | None = None,
    pullRequestNumber: int | None = None,
) -> bool:
    """Whether that pull request's base asks for it; without such a pull request nothing does."""
    repository = context.repository if isinstance(context, Status) else context.suite.repository
    name = context.context if isinstance(context, Status) else context.name
    pull = pull_meant(repository, asking, pullRequestId, pullRequestNumber)
    return pull is not None and checks.is_required(pull, name)


def pull_meant(
    repository: Repository, asking: Asking, identity: str | None, number: int | None
) -> PullRequest | None:
    if identity is not None:
        return asking.find(identity, PullRequest)
    issue = repository.issues.get(number or 0)
    return issue.pull if issue is not None else None


def runs_of(
    suite: CheckSuite,
    asking: Asking,
    filterBy: dict[str, Any] | None = None,
    **arguments: Any,
) -> Page[CheckRun]:
    found = list(suite.runs)
    chosen = {word: value for word, value in (filterBy or {}).items() if value is not None}
    if chosen.get("checkType") != "ALL":
        found = list({run.name: run for run in found}.values())
    if "checkName" in chosen:
        found = [run for run in found if run.name == chosen["checkName"]]
    if "status" in chosen:
        found = [run for run in found if run.status.upper() == chosen["status"]]
    if "statuses" in chosen:
        found = [run for run in found if run.status.upper() in chosen["statuses"]]
    if "conclusions" in chosen:
        found = [run for run in found if (run.conclusion or "").upper() in chosen["conclusions"]]
    if "appId" in chosen and suite.app.id != chosen["appId"]:
        found = []
    return asking.page("checkRuns", found, lambda run: run.id, arguments)


def branch_of(suite: CheckSuite, asking: Asking) -> Ref | None:
    full = HEADS + (suite.head_branch or "")
    return Ref(suite.repository, full) if full in suite.repository.git.refs else None


def annotations_of(run: CheckRun, asking: Asking, **arguments: Any) -> Page[tuple[int, Annotation]]:
    return asking.page("annotations", list(enumerate(run.annotations)), lambda each: each[0], arguments)


def span(numbered: tuple[int, Annotation], asking: Asking) -> dict[str, dict[str, int | None]]:
    each = numbered[1]
    return {
        "start": {"line": each.start_line, "column": each.start_column},
        "end": {"line": each.end_line, "column": each.end_column},
    }


def of_annotation(name: str) -> Any:
    return lambda numbered, asking: getattr(numbered[1], name)


FIELDS: dict[str, Fields] = {
    "CheckRun": {
        **ADDRESSES,
        "annotations": annotations_of,
        "checkSuite": attribute("suite"),
        "completedAt": attribute("completed_at"),
        "conclusion": upper("conclusion"),
        "databaseId": attribute("id"),
        "detailsUrl": lambda run, asking: run.details_url or url_of(run, asking),
        "externalId": attribute("external_id"),
        "id": attribute("node_id"),
        "isRequired": is_required,
        "name": attribute("name"),
        "permalink": url_of,
        "repository": attribute("suite.repository"),
        "startedAt": attribute("started_at"),
        "status": upper("status"),
        "summary": attribute("summary"),
        "text": attribute("text"),
        "title": attribute("title"),
    },
    "CheckAnnotation": {
        "annotationLevel": lambda numbered, asking: numbered[1].level.upper(),
        "location": span,
        "message": of_annotation("message"),
        "path": of_annotation("path"),
        "rawDetails": of_annotation("raw_details"),
        "title": of_annotation("title"),
    },
    "CheckAnnotationSpan": {
        "end": lambda each, asking: each["end"],
        "start": lambda each, asking: each["start"],
    },
    "CheckAnnotationPosition": {
        "column": lambda each, asking: each["column"],
        "line": lambda each, asking: each["line"],
    },
    "CheckSuite": {
        **ADDRESSES,
        "app": attribute("app"),
        "branch": branch_of,
        "checkRuns": runs_of,
        "commit": lambda suite, asking: Commit(suite.repository, suite.head_sha),
        "conclusion": upper("conclusion"),
        "createdAt": attribute("created_at"),
        "databaseId": attribute("id"),
        "id": attribute("node_id"),
        "repository": attribute("repository"),
        "status": upper("status"),
        "updatedAt": attribute("updated_at"),
        "workflowRun": attribute("workflow_run"),
    },
    "WorkflowRun": {
        **ADDRESSES,
        "checkSuite": attribute("suite"),
        "createdAt": attribute("created_at"),
        "databaseId": attribute("id"),
        "event": attribute("event"),
        "id": attribute("node_id"),
        "runNumber": attribute("run_number"),
        "updatedAt": attribute("updated_at"),
        "workflow": lambda run, asking: WorkflowIn(run.suite.repository, run.workflow),
    },
    "Workflow": {
        **ADDRESSES,
        "createdAt": attribute("workflow.created_at"),
        "databaseId": attribute("workflow.id"),
        "id": attribute("workflow.node_id"),
        "name": attribute("workflow.name"),
        "state": always("ACTIVE"),
        "updatedAt": attribute("workflow.created_at"),
    },
    "StatusContext": {
        "avatarUrl": lambda status, asking, size=None: avatar(status.creator, asking),
        "commit": lambda status, asking: Commit(status.repository, status.sha),
        "context": attribute("context"),
        "createdAt": attribute("created_at"),
        "creator": attribute("creator"),
        "description": attribute("description"),
        "id": attribute("node_id"),
        "isRequired": is_required,
        "state": upper("state"),
        "targetUrl": attribute("target_url"),
    },
}
