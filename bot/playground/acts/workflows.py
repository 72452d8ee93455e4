"""Runs of workflow files as GitHub Actions shows them: a suite and a run, jobs with logs and steps."""

from __future__ import annotations

from bot.playground.acts.checks import create_check_run, create_suite, refresh_suite, update_check_run
from bot.playground.acts.pulls import tell_ci
from bot.playground.acts.refs import pushed_paths
from bot.playground.hub import CodeMoved, Hub
from bot.playground.people import App, User
from bot.playground.refusals import not_found
from bot.playground.state import Annotation, Job, PullRequest, Repository, Step, Workflow, WorkflowRun

ACTIONS_SLUG = "github-actions"


def start_run(
    hub: Hub,
    repository: Repository,
    sha: str,
    event: str,
    workflow_name: str,
    workflow_path: str,
    branch: str,
    number: int | None,
    by: User,
) -> WorkflowRun:
    workflow = workflow_at(hub, repository, workflow_name, workflow_path)
    suite = create_suite(hub, repository, actions_app(hub), sha, branch)
    identity, node = hub.ids.next("workflow_run")
    count = 1 + sum(run.workflow is workflow for run in repository.workflow_runs)
    now = hub.now()
    run = WorkflowRun(identity, node, suite, workflow, event, count, branch, by, now, now, number)
    suite.workflow_run = run
    repository.workflow_runs.append(run)
    hub.remember(run)
    hub.note(actions_app(hub).bot, f"started {workflow_name} ({event}) on {sha[:7]}")
    return run


def queue_job(hub: Hub, run: WorkflowRun, name: str) -> Job:
    repository = run.suite.repository
    bot = run.suite.app.bot
    check = create_check_run(hub, run.suite, bot, name)
    check.details_url = f"{hub.url}/{repository.full_name}/actions/runs/{run.id}/job/{check.id}"
    job = Job(run, check, name)
    check.job = job
    run.jobs.append(job)
    return job


def start_job(hub: Hub, job: Job) -> None:
    job.run.status = "in_progress"
    job.run.updated_at = hub.now()
    update_check_run(hub, job.check_run, job.run.suite.app.bot, status="in_progress", started_at=hub.now())


def finish_job(
    hub: Hub, job: Job, conclusion: str, log: str, steps: tuple[Step, ...], annotations: list[Annotation]
) -> None:
    job.log, job.steps = log, steps
    job.run.updated_at = hub.now()
    bot = job.run.suite.app.bot
    job.check_run.annotations += annotations
    update_check_run(hub, job.check_run, bot, status="completed", conclusion=conclusion)


def finish_run(hub: Hub, run: WorkflowRun, conclusion: str) -> None:
    run.status, run.conclusion, run.updated_at = "completed", conclusion, hub.now()
    refresh_suite(hub, run.suite, run.suite.app.bot)
    hub.note(
        run.suite.app.bot, f"{run.workflow.name} ({run.event}) on {run.suite.head_sha[:7]}: {conclusion}"
    )


def run_again(hub: Hub, run: WorkflowRun) -> None:
    """Asks CI for the same again; what it reports is a new run."""
    repository = run.suite.repository
    pull = pull_of(run)
    if run.event == "pull_request" and pull is not None:
        tell_ci(hub, pull, "synchronize")
        return
    sha = run.suite.head_sha
    parents = repository.git.commit(sha).parents
    changed = pushed_paths(repository, run.head_branch, parents[0] if parents else None, sha)
    hub.tell_code_moved(CodeMoved("push", repository, sha, run.head_branch, None, None, changed))


def pull_of(run: WorkflowRun) -> PullRequest | None:
    issue = run.suite.repository.issues.get(run.number or 0)
    return issue.pull if issue is not None else None


def workflow_at(hub: Hub, repository: Repository, name: str, path: str) -> Workflow:
    for known in repository.workflows:
        if known.path == path:
            known.name = name
            return known
    identity, node = hub.ids.next("workflow")
    workflow = Workflow(identity, node, name, path, hub.now())
    repository.workflows.append(workflow)
    hub.remember(workflow)
    return workflow


def actions_app(hub: Hub) -> App:
    return next(app for app in hub.apps.values() if app.slug == ACTIONS_SLUG)


def find_run(repository: Repository, identity: int) -> WorkflowRun:
    for run in repository.workflow_runs:
        if run.id == identity:
            return run
    raise not_found()


def find_job(repository: Repository, identity: int) -> Job:
    for run in repository.workflow_runs:
        for job in run.jobs:
            if job.id == identity:
                return job
    raise not_found()
