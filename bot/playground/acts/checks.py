"""Check suites, check runs and commit statuses."""

from __future__ import annotations

from datetime import datetime

from bot.playground.hub import Hub
from bot.playground.people import App, User
from bot.playground.state import (
    Annotation,
    CheckRun,
    CheckStatus,
    CheckSuite,
    PullRequest,
    Repository,
    Status,
    WorkflowRun,
)


def create_suite(
    hub: Hub,
    repository: Repository,
    app: App,
    sha: str,
    branch: str | None,
    workflow_run: WorkflowRun | None = None,
) -> CheckSuite:
    raise NotImplementedError


def create_check_run(
    hub: Hub,
    suite: CheckSuite,
    by: User,
    name: str,
    external_id: str = "",
    status: CheckStatus = "queued",
    conclusion: str | None = None,
    details_url: str | None = None,
    started_at: datetime | None = None,
    completed_at: datetime | None = None,
    title: str | None = None,
    summary: str | None = None,
    text: str | None = None,
    annotations: list[Annotation] | None = None,
) -> CheckRun:
    raise NotImplementedError


def update_check_run(
    hub: Hub,
    run: CheckRun,
    by: User,
    name: str | None = None,
    external_id: str | None = None,
    status: CheckStatus | None = None,
    conclusion: str | None = None,
    details_url: str | None = None,
    started_at: datetime | None = None,
    completed_at: datetime | None = None,
    title: str | None = None,
    summary: str | None = None,
    text: str | None = None,
    annotations: list[Annotation] | None = None,
) -> None:
    raise NotImplementedError


def set_status(
    hub: Hub,
    repository: Repository,
    by: User,
    sha: str,
    context: str,
    state: str,
    description: str | None = None,
    target_url: str | None = None,
) -> Status:
    raise NotImplementedError


def suites_of(repository: Repository, sha: str) -> list[CheckSuite]:
    return [suite for suite in repository.suites if suite.head_sha == sha]


def latest_runs(repository: Repository, sha: str) -> list[CheckRun]:
    """The newest check run of each app and name on a commit."""
    newest: dict[tuple[int, str], CheckRun] = {}
    for suite in suites_of(repository, sha):
        for run in suite.runs:
            newest[suite.app.id, run.name] = run
    return list(newest.values())


def latest_statuses(repository: Repository, sha: str) -> list[Status]:
    """The newest status of each context on a commit."""
    newest = {status.context: status for status in repository.statuses if status.sha == sha}
    return list(newest.values())


def required_of(repository: Repository, base_branch: str) -> tuple[str, ...]:
    """The names of checks and contexts that must be green before a merge into that branch."""
    return repository.required_checks.get(base_branch, ())


def is_required(pull: PullRequest, name: str) -> bool:
    return name in required_of(pull.repository, pull.base_ref)
