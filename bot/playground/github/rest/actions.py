"""Workflow runs, their jobs and logs."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime, timedelta

from bot.playground.acts.workflows import find_job, find_run, run_again
from bot.playground.github.asking import Answer, Ask, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes.checks import job, workflow, workflow_run
from bot.playground.github.shapes.times import parsed
from bot.playground.refusals import Refused, not_found
from bot.playground.state import Repository, Workflow, WorkflowRun

routes = Routes()
ACTIONS = "/repos/{owner}/{repo}/actions"
_STORED = re.compile(r"(?P<kind>job|run)-(?P<number>\d+)\.(?:txt|zip)")


@routes.get(f"{ACTIONS}/workflows")
def list_workflows(ask: Ask) -> Answer:
    repository = ask.reads("actions")
    return ask.page(
        repository.workflows, lambda each: workflow(ask.hub, repository, each), inside="workflows"
    )


@routes.get(f"{ACTIONS}/workflows/{{workflow}}")
def get_workflow(ask: Ask) -> Answer:
    repository = ask.reads("actions")
    return ok(workflow(ask.hub, repository, the_workflow(repository, ask.names["workflow"])))


def the_workflow(repository: Repository, name: str) -> Workflow:
    """By its id or its file's name."""
    for each in repository.workflows:
        if name in (str(each.id), each.path.rpartition("/")[2]):
            return each
    raise not_found()


@routes.get(f"{ACTIONS}/workflows/{{workflow}}/runs")
@routes.get(f"{ACTIONS}/runs")
def list_runs(ask: Ask) -> Answer:
    repository = ask.reads("actions")
    only = the_workflow(repository, ask.names["workflow"]) if "workflow" in ask.names else None
    query = ask.query
    found = [
        each
        for each in reversed(repository.workflow_runs)
        if only in (None, each.workflow)
        and query.get("head_sha", each.suite.head_sha) == each.suite.head_sha
        and query.get("branch", each.head_branch) == each.head_branch
        and query.get("event", each.event) == each.event
        and query.get("status") in (None, each.status, each.conclusion)
        and query.get("actor", each.actor.login).lower() == each.actor.login.lower()
        and is_within(query.get("created"), each.created_at)
        and query.get("check_suite_id", str(each.suite.id)) == str(each.suite.id)
    ]
    return ask.page(found, lambda each: workflow_run(ask.hub, each), inside="workflow_runs")


def is_within(wish: str | None, at: datetime) -> bool:
    """GitHub's dates of a search: a day or a time, `>=` and the like before it, `..` between two, `*` for any."""
    if wish is None:
        return True
    first, dots, last = wish.partition("..")
    if dots:
        return (first == "*" or at >= span(first)[0]) and (last == "*" or at < span(last)[1])
    plain = first.lstrip("<>=")
    begin, end = span(plain)
    match first.removesuffix(plain):
        case ">=":
            return at >= begin
        case ">":
            return at >= end
        case "<=":
            return at < end
        case "<":
            return at < begin
        case _:
            return begin <= at < end


def span(text: str) -> tuple[datetime, datetime]:
    """When a day or a second begins and ends."""
    try:
        begin = parsed(text)
    except ValueError as error:
        raise Refused(422, f"Invalid request.\n\n“{text}” is no time.") from error
    return begin, begin + (timedelta(days=1) if len(text) == len("2025-01-31") else timedelta(seconds=1))


@routes.get(f"{ACTIONS}/runs/{{run}}")
def get_run(ask: Ask) -> Answer:
    return ok(workflow_run(ask.hub, the_run(ask)))


@routes.get(f"{ACTIONS}/runs/{{run}}/jobs")
def list_jobs(ask: Ask) -> Answer:
    return ask.page(
        the_run(ask).jobs,
        lambda each: job(ask.hub, each),
        inside="jobs",
        node=lambda each: each.check_run.node_id,
    )


@routes.get(f"{ACTIONS}/jobs/{{number}}")
def get_job(ask: Ask) -> Answer:
    return ok(job(ask.hub, find_job(ask.reads("actions"), ask.number("number"))))


@routes.get(f"{ACTIONS}/jobs/{{number}}/logs")
def get_job_log(ask: Ask) -> Answer:
    """A redirect to a place that needs no token and gives none away, as GitHub's storage."""
    found = find_job(ask.reads("actions"), ask.number("number"))
    if found.check_run.status != "completed":
        raise not_found()
    return redirect(ask, f"{ask.names['owner']}/{ask.names['repo']}/job-{found.id}.txt")


@routes.get(f"{ACTIONS}/runs/{{run}}/logs")
def get_run_logs(ask: Ask) -> Answer:
    return redirect(ask, f"{ask.names['owner']}/{ask.names['repo']}/run-{the_run(ask).id}.zip")


def redirect(ask: Ask, place: str) -> Answer:
    return Answer(
        302, raw=b"", headers={"Location": f"{ask.hub.url}/_logs/{place}"}, media="text/html;charset=utf-8"
    )


@routes.get("/_logs/{owner}/{repo}/{file}")
def stored_log(ask: Ask) -> Answer:
    repository = ask.repository
    match = _STORED.fullmatch(ask.names["file"])
    if match is None:
        raise not_found()
    number = int(match["number"])
    if match["kind"] == "job":
        return Answer(200, raw=find_job(repository, number).log.encode(), media="text/plain; charset=utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, each in enumerate(find_run(repository, number).jobs):
            archive.writestr(f"{at}_{each.name.replace('/', '_')}.txt", each.log)
    return Answer(200, raw=packed.getvalue(), media="application/zip")


@routes.post(f"{ACTIONS}/runs/{{run}}/rerun")
@routes.post(f"{ACTIONS}/runs/{{run}}/rerun-failed-jobs")
def rerun(ask: Ask) -> Answer:
    ask.writes("actions")
    run_again(ask.hub, the_run(ask))
    return Answer(201, {})


@routes.post(f"{ACTIONS}/jobs/{{number}}/rerun")
def rerun_job(ask: Ask) -> Answer:
    """Its run again, with all jobs; GitHub would run this one and those that need it."""
    job = find_job(ask.writes("actions"), ask.number("number"))
    run_again(ask.hub, job.run)
    return Answer(201, {})


def the_run(ask: Ask) -> WorkflowRun:
    return find_run(ask.reads("actions"), ask.number("run"))
