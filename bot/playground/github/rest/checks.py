"""Check runs and check suites."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.playground.access import Level
from bot.playground.acts import checks as acts
from bot.playground.acts.workflows import run_again
from bot.playground.github.asking import Answer, Ask, created, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes.checks import annotation, check_run, check_suite
from bot.playground.github.shapes.times import Json, parsed
from bot.playground.people import App
from bot.playground.refusals import Refused, forbidden, invalid, not_found
from bot.playground.state import Annotation, CheckRun, CheckSuite, Repository

routes = Routes()
RUNS = "/repos/{owner}/{repo}/check-runs"
SUITES = "/repos/{owner}/{repo}/check-suites"
ONLY_APPS = "You must authenticate via a GitHub App."


@routes.post(RUNS)
def create_run(ask: Ask) -> Answer:
    repository = ask.writes("checks")
    app, sha, name = own_app(ask), ask.needed("head_sha"), ask.needed("name")
    fields = output_fields(ask, ("title", "summary"))
    status: Any = ask.text("status") or ("completed" if fields["conclusion"] else "queued")
    external_id = ask.text("external_id") or ""
    acts.check_new_run(name, status, fields["conclusion"], fields["annotations"])
    suite = acts.suite_for(ask.hub, repository, app, sha)
    made = acts.create_check_run(ask.hub, suite, ask.actor, name, external_id, status, **fields)
    return created(check_run(ask.hub, made))


@routes.patch(f"{RUNS}/{{run}}")
def update_run(ask: Ask) -> Answer:
    found = the_run(ask, "write")
    if found.suite.app is not own_app(ask):
        raise forbidden(
            f"Invalid app_id `{own_app(ask).id}` - check run can only be modified by the GitHub App that "
            "created it."
        )
    status: Any = ask.text("status")
    acts.update_check_run(
        ask.hub, found, ask.actor, ask.text("name"), ask.text("external_id"), status,
        **output_fields(ask, ("summary",)),
    )  # fmt: skip
    return ok(check_run(ask.hub, found))


def output_fields(ask: Ask, needed: tuple[str, ...]) -> dict[str, Any]:
    """What creating and updating take alike; `needed` is what an output has at least."""
    given = ask.body.get("output")
    if given is not None and not isinstance(given, dict):
        raise ask.wrong("output", "object", given)
    output: Json = given or {}
    missing = [name for name in needed if output.get(name) is None]
    if given is not None and missing:
        raise Refused(422, f"Invalid request.\n\nOutput needs {' and '.join(missing)}.")
    conclusion = ask.text("conclusion")
    if conclusion in acts.ONLY_GITHUBS:
        raise invalid("CheckRun", "conclusion")
    return {
        "conclusion": conclusion,
        "details_url": ask.text("details_url"),
        "started_at": moment(ask, "started_at"),
        "completed_at": moment(ask, "completed_at"),
        "title": of_kind(output, "title", str),
        "summary": of_kind(output, "summary", str),
        "text": of_kind(output, "text", str),
        "annotations": remarks(output.get("annotations")),
    }


def of_kind(given: Json, name: str, kind: type) -> Any:
    """That value of an object, or None; 422 where it is of another kind."""
    value = given.get(name)
    if value is not None and type(value) is not kind:
        word = "string" if kind is str else "integer"
        raise Refused(422, f"Invalid request.\n\nFor 'properties/{name}', {value!r} is not a {word}.")
    return value


def moment(ask: Ask, name: str) -> datetime | None:
    text = ask.text(name)
    try:
        return parsed(text) if text is not None else None
    except ValueError as error:
        raise ask.wrong(name, "date-time", text) from error


def remarks(given: object) -> list[Annotation]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise Refused(422, "Invalid request.\n\nThe annotations of an output are an array of objects.")
    return [remark(each) for each in given]


def remark(each: Json) -> Annotation:
    needed = ("path", "start_line", "end_line", "annotation_level", "message")
    missing = [name for name in needed if each.get(name) is None]
    if missing or each["annotation_level"] not in ("notice", "warning", "failure"):
        said = (
            f"An annotation needs {', '.join(missing)}."
            if missing
            else "annotation_level is not in the list."
        )
        raise Refused(422, f"Invalid request.\n\n{said}")
    path, message, title, details = (
        of_kind(each, name, str) for name in ("path", "message", "title", "raw_details")
    )
    first, last, left, right = (
        of_kind(each, name, int) for name in ("start_line", "end_line", "start_column", "end_column")
    )
    return Annotation(
        path, first, last, each["annotation_level"], message, title, details, left, right
    )  # fmt: skip


@routes.get(f"{RUNS}/{{run}}")
def get_run(ask: Ask) -> Answer:
    return ok(check_run(ask.hub, the_run(ask, "read")))


@routes.get(f"{RUNS}/{{run}}/annotations")
def list_annotations(ask: Ask) -> Answer:
    found = the_run(ask, "read")
    return ask.page(found.annotations, lambda each: annotation(ask.hub, found, each), node=lambda _: "")


@routes.post(f"{RUNS}/{{run}}/rerequest")
def rerequest(ask: Ask) -> Answer:
    found = the_run(ask, "write")
    if found.job is not None:
        run_again(ask.hub, found.job.run)
    acts.rerequest(ask.hub, found.suite)
    ask.hub.tell("check_run", "rerequested", found.suite.repository, ask.actor, run=found)
    return Answer(201, {})


@routes.get("/repos/{owner}/{repo}/commits/{ref+}/check-runs")
def list_runs_of(ask: Ask) -> Answer:
    repository = ask.reads("checks")
    sha = at(repository, ask.names["ref"])
    latest = acts.latest_runs(repository, sha)
    everything = [run for suite in acts.suites_of(repository, sha) for run in suite.runs]
    found = everything if ask.query.get("filter") == "all" else latest
    return listed(ask, found)


def listed(ask: Ask, runs: list[CheckRun]) -> Answer:
    query = ask.query
    found = [
        each
        for each in runs
        if query.get("check_name", each.name) == each.name
        and query.get("status", each.status) == each.status
        and query.get("app_id", str(each.suite.app.id)) == str(each.suite.app.id)
    ]
    return ask.page(found, lambda each: check_run(ask.hub, each), inside="check_runs")


@routes.get("/repos/{owner}/{repo}/commits/{ref+}/check-suites")
def list_suites_of(ask: Ask) -> Answer:
    repository = ask.reads("checks")
    query = ask.query
    found = [
        each
        for each in acts.suites_of(repository, at(repository, ask.names["ref"]))
        if query.get("app_id", str(each.app.id)) == str(each.app.id)
        and ("check_name" not in query or any(run.name == query["check_name"] for run in each.runs))
    ]
    return ask.page(found, lambda each: check_suite(ask.hub, each), inside="check_suites")


@routes.post(SUITES)
def create_suite(ask: Ask) -> Answer:
    repository = ask.writes("checks")
    app, sha = own_app(ask), ask.needed("head_sha")
    known = any(each.app is app for each in acts.suites_of(repository, sha))
    suite = acts.suite_for(ask.hub, repository, app, sha)
    return Answer(200 if known else 201, check_suite(ask.hub, suite))


@routes.get(f"{SUITES}/{{suite}}")
def get_suite(ask: Ask) -> Answer:
    return ok(check_suite(ask.hub, the_suite(ask)))


@routes.get(f"{SUITES}/{{suite}}/check-runs")
def list_runs_in(ask: Ask) -> Answer:
    return listed(ask, the_suite(ask).runs)


@routes.post(f"{SUITES}/{{suite}}/rerequest")
def rerequest_suite(ask: Ask) -> Answer:
    suite = the_suite(ask)
    ask.writes("checks")
    if suite.workflow_run is not None:
        run_again(ask.hub, suite.workflow_run)
    acts.rerequest(ask.hub, suite)
    ask.hub.tell("check_suite", "rerequested", suite.repository, ask.actor, suite=suite)
    return Answer(201, {})


def own_app(ask: Ask) -> App:
    if ask.caller.installation is None:
        raise forbidden(ONLY_APPS)
    return ask.caller.installation.app


def at(repository: Repository, name: str) -> str:
    sha = repository.git.resolve(name)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return sha


def the_run(ask: Ask, level: Level) -> CheckRun:
    repository = ask.writes("checks") if level == "write" else ask.reads("checks")
    number = ask.number("run")
    for suite in repository.suites:
        for run in suite.runs:
            if run.id == number:
                return run
    raise not_found()


def the_suite(ask: Ask) -> CheckSuite:
    repository = ask.reads("checks")
    number = ask.number("suite")
    for suite in repository.suites:
        if suite.id == number:
            return suite
    raise not_found()
