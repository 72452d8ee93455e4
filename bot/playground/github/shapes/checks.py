"""Check suites and runs, statuses, workflow runs and their jobs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.playground.acts.checks import latest_statuses
from bot.playground.github.shapes.accounts import app, user
from bot.playground.github.shapes.commits import simple_commit
from bot.playground.github.shapes.pulls import small_pull
from bot.playground.github.shapes.repositories import api_url, html_url, minimal
from bot.playground.github.shapes.times import Json, maybe, when
from bot.playground.hub import Hub
from bot.playground.state import (
    Annotation,
    CheckRun,
    CheckSuite,
    Job,
    PullRequest,
    Repository,
    Status,
    Workflow,
    WorkflowRun,
)


def pulls_at(repository: Repository, sha: str) -> list[PullRequest]:
    return [each for each in repository.pulls if each.head_sha == sha and each.issue.state == "open"]


def check_run(hub: Hub, each: CheckRun) -> Json:
    home = each.suite.repository
    url = f"{api_url(hub, home)}/check-runs/{each.id}"
    page = f"{html_url(hub, home)}/runs/{each.id}"
    if each.job is not None:
        page = f"{html_url(hub, home)}/actions/runs/{each.job.run.id}/job/{each.id}"
    return {
        "id": each.id,
        "name": each.name,
        "node_id": each.node_id,
        "head_sha": each.head_sha,
        "external_id": each.external_id,
        "url": url,
        "html_url": page,
        "details_url": each.details_url or page,
        "status": each.status,
        "conclusion": each.conclusion,
        "started_at": maybe(each.started_at),
        "completed_at": maybe(each.completed_at),
        "output": {
            "title": each.title,
            "summary": each.summary,
            "text": each.text,
            "annotations_count": len(each.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": each.suite.id},
        "app": app(hub, each.suite.app),
        "pull_requests": [small_pull(hub, one) for one in pulls_at(home, each.head_sha)],
    }


def annotation(hub: Hub, run: CheckRun, each: Annotation) -> Json:
    return {
        "path": each.path,
        "blob_href": f"{html_url(hub, run.suite.repository)}/blob/{run.head_sha}/{each.path}",
        "start_line": each.start_line,
        "start_column": each.start_column,
        "end_line": each.end_line,
        "end_column": each.end_column,
        "annotation_level": each.level,
        "title": each.title,
        "message": each.message,
        "raw_details": each.raw_details,
    }


def check_suite(hub: Hub, each: CheckSuite) -> Json:
    return {**hooked_suite(hub, each), "repository": minimal(hub, each.repository)}


def hooked_suite(hub: Hub, each: CheckSuite) -> Json:
    """As webhooks bring it, which name the repository beside it."""
    url = f"{api_url(hub, each.repository)}/check-suites/{each.id}"
    parents = each.repository.git.commit(each.head_sha).parents
    return {
        "id": each.id,
        "node_id": each.node_id,
        "head_branch": each.head_branch,
        "head_sha": each.head_sha,
        "status": each.status,
        "conclusion": each.conclusion,
        "url": url,
        "before": parents[0] if parents else "0" * 40,
        "after": each.head_sha,
        "pull_requests": [small_pull(hub, one) for one in pulls_at(each.repository, each.head_sha)],
        "app": app(hub, each.app),
        "created_at": when(each.created_at),
        "updated_at": when(each.updated_at),
        "rerequestable": True,
        "runs_rerequestable": True,
        "latest_check_runs_count": len(each.runs),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": simple_commit(each.repository, each.head_sha),
    }


def status(hub: Hub, each: Status) -> Json:
    return {**simple_status(hub, each), "creator": user(hub, each.creator)}


def simple_status(hub: Hub, each: Status) -> Json:
    return {
        "url": f"{api_url(hub, each.repository)}/statuses/{each.sha}",
        "avatar_url": user(hub, each.creator)["avatar_url"],
        "id": each.id,
        "node_id": each.node_id,
        "state": each.state,
        "description": each.description,
        "target_url": each.target_url,
        "context": each.context,
        "created_at": when(each.created_at),
        "updated_at": when(each.created_at),
    }


def combined(hub: Hub, repository: Repository, sha: str, shown: Sequence[Status]) -> Json:
    """The state of a commit over its statuses, with a page of them; pending where there is none."""
    latest = latest_statuses(repository, sha)
    states = {each.state for each in latest}
    state = "failure" if states & {"failure", "error"} else "success" if states == {"success"} else "pending"
    url = f"{api_url(hub, repository)}/commits/{sha}"
    return {
        "state": state,
        "statuses": [simple_status(hub, each) for each in shown],
        "sha": sha,
        "total_count": len(latest),
        "repository": minimal(hub, repository),
        "commit_url": url,
        "url": f"{url}/status",
    }


def workflow(hub: Hub, repository: Repository, each: Workflow) -> Json:
    page = html_url(hub, repository)
    return {
        "id": each.id,
        "node_id": each.node_id,
        "name": each.name,
        "path": each.path,
        "state": "active",
        "created_at": when(each.created_at),
        "updated_at": when(each.created_at),
        "url": f"{api_url(hub, repository)}/actions/workflows/{each.id}",
        "html_url": f"{page}/blob/{repository.default_branch}/{each.path}",
        "badge_url": f"{page}/workflows/{each.id}/badge.svg",
    }


def workflow_run(hub: Hub, each: WorkflowRun) -> Json:
    home = each.suite.repository
    url = f"{api_url(hub, home)}/actions/runs/{each.id}"
    return {
        "id": each.id,
        "name": each.workflow.name,
        "node_id": each.node_id,
        "head_branch": each.head_branch,
        "head_sha": each.suite.head_sha,
        "path": each.workflow.path,
        "display_title": home.git.commit(each.suite.head_sha).headline,
        "run_number": each.run_number,
        "event": each.event,
        "status": each.status,
        "conclusion": each.conclusion,
        "workflow_id": each.workflow.id,
        "check_suite_id": each.suite.id,
        "check_suite_node_id": each.suite.node_id,
        "url": url,
        "html_url": f"{html_url(hub, home)}/actions/runs/{each.id}",
        "pull_requests": [small_pull(hub, one) for one in pulls_at(home, each.suite.head_sha)],
        "created_at": when(each.created_at),
        "updated_at": when(each.updated_at),
        "actor": user(hub, each.actor),
        "run_attempt": each.attempt,
        "referenced_workflows": [],
        "run_started_at": when(each.created_at),
        "triggering_actor": user(hub, each.actor),
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{api_url(hub, home)}/check-suites/{each.suite.id}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": None,
        "workflow_url": f"{api_url(hub, home)}/actions/workflows/{each.workflow.id}",
        "head_commit": simple_commit(home, each.suite.head_sha),
        "repository": minimal(hub, home),
        "head_repository": minimal(hub, home),
    }


def job(hub: Hub, each: Job) -> Json:
    run, check = each.run, each.check_run
    home = run.suite.repository
    return {
        "id": each.id,
        "run_id": run.id,
        "workflow_name": run.workflow.name,
        "head_branch": run.head_branch,
        "run_url": f"{api_url(hub, home)}/actions/runs/{run.id}",
        "run_attempt": run.attempt,
        "node_id": check.node_id,
        "head_sha": check.head_sha,
        "url": f"{api_url(hub, home)}/actions/jobs/{each.id}",
        "html_url": f"{html_url(hub, home)}/actions/runs/{run.id}/job/{each.id}",
        "status": check.status,
        "conclusion": check.conclusion,
        "created_at": when(check.started_at or run.created_at),
        "started_at": when(check.started_at or run.created_at),
        "completed_at": maybe(check.completed_at),
        "name": each.name,
        "steps": [
            {
                "name": step.name,
                "status": "completed",
                "conclusion": step.conclusion,
                "number": step.number,
                "started_at": maybe(step.started_at),
                "completed_at": maybe(step.completed_at),
            }
            for step in each.steps
        ],
        "check_run_url": f"{api_url(hub, home)}/check-runs/{check.id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1,
        "runner_name": "GitHub Actions 1",
        "runner_group_id": 0,
        "runner_group_name": "GitHub Actions",
    }
