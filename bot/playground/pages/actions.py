"""Workflow runs and check runs: what ran, how it ended, its log and its annotations."""

from __future__ import annotations

from bot.playground.acts.workflows import find_job, find_run
from bot.playground.github.asking import Answer
from bot.playground.pages.layout import shown
from bot.playground.pages.places import Room
from bot.playground.pages.visiting import Visit
from bot.playground.refusals import not_found
from bot.playground.state import CheckRun

places = Room()
HOME = "/{owner}/{repo}"
SHOWN = 50


@places.get(f"{HOME}/actions", f"{HOME}/actions/workflows/{{file}}")
def list_runs(visit: Visit) -> Answer:
    repository = visit.repository
    file = visit.names.get("file")
    runs = [
        each
        for each in reversed(repository.workflow_runs)
        if file in (None, each.workflow.path.rpartition("/")[2])
    ]
    return shown(visit, "actions", title="Actions", repository=repository, tab="actions", runs=runs[:SHOWN])


@places.get(f"{HOME}/actions/runs/{{run#}}", f"{HOME}/actions/runs/{{run#}}/job/{{job#}}")
def show_run(visit: Visit) -> Answer:
    run = find_run(visit.repository, int(visit.names["run"]))
    job = find_job(visit.repository, int(visit.names["job"])) if "job" in visit.names else None
    return shown(
        visit, "run", title=f"{run.workflow.name} #{run.run_number}", repository=visit.repository, tab="actions",
        run=run, job=job, chosen=job or (run.jobs[0] if run.jobs else None),
    )  # fmt: skip


@places.get(f"{HOME}/runs/{{check#}}")
def show_check(visit: Visit) -> Answer:
    check = found(visit, int(visit.names["check"]))
    return shown(visit, "check", title=check.name, repository=visit.repository, tab="actions", run=check)


def found(visit: Visit, number: int) -> CheckRun:
    for suite in visit.repository.suites:
        for run in suite.runs:
            if run.id == number:
                return run
    raise not_found()
