"""Check suites, check runs and commit statuses, and what they hold up."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from bot.playground.acts.rulesets import rules_of
from bot.playground.hub import Hub
from bot.playground.people import App, User
from bot.playground.refusals import Refused, invalid
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

CONCLUSIONS = (
    "action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out",
    "startup_failure",
)  # fmt: skip
PASSING = ("success", "neutral", "skipped")
# The first of these that any run of a suite ended with is the suite's.
WORST_FIRST = (
    "failure",
    "timed_out",
    "startup_failure",
    "cancelled",
    "action_required",
    "stale",
    "success",
    "neutral",
)
ANNOTATIONS_A_REQUEST = 50


# -- suites
def create_suite(
    hub: Hub,
    repository: Repository,
    app: App,
    sha: str,
    branch: str | None,
    workflow_run: WorkflowRun | None = None,
) -> CheckSuite:
    number, node = hub.ids.next("suite")
    now = hub.now()
    suite = CheckSuite(number, node, repository, app, sha, branch, now, now, workflow_run=workflow_run)
    repository.suites.append(suite)
    hub.remember(suite)
    hub.wake()
    return suite


def suite_for(hub: Hub, repository: Repository, app: App, sha: str) -> CheckSuite:
    """The app's one suite on that commit; workflow runs have suites of their own."""
    if repository.git.kind(sha) != "commit":
        raise Refused(422, f"No commit found for SHA: {sha}")
    known = (each for each in suites_of(repository, sha) if each.app is app and each.workflow_run is None)
    branch = next((name for name, head in repository.git.branches().items() if head == sha), None)
    return next(known, None) or create_suite(hub, repository, app, sha, branch)


def request_suites(hub: Hub, repository: Repository, by: User, sha: str, branch: str) -> None:
    """A push asks every installed App that writes checks for a suite, as GitHub does."""
    installation = hub.installation_of(repository)
    if installation is None or installation.permissions.get("checks") != "write":
        return
    if any(each.app is installation.app for each in suites_of(repository, sha)):
        return
    suite = create_suite(hub, repository, installation.app, sha, branch)
    hub.tell("check_suite", "requested", repository, by, suite=suite)


def refresh_suite(hub: Hub, suite: CheckSuite, by: User) -> None:
    """A suite is over when all of its runs are; of a workflow run, when the run says so."""
    workflow = suite.workflow_run
    over = bool(suite.runs) and all(run.status == "completed" for run in suite.runs)
    if workflow is not None:
        over = workflow.status == "completed"
    was = suite.status
    suite.status = "completed" if over else status_of(suite)
    suite.conclusion = concluded(suite) if over else None
    suite.updated_at = hub.now()
    if over and was != "completed":
        hub.tell("check_suite", "completed", suite.repository, by, suite=suite)


def status_of(suite: CheckSuite) -> CheckStatus:
    return "in_progress" if any(run.status != "queued" for run in suite.runs) else "queued"


def concluded(suite: CheckSuite) -> str:
    if suite.workflow_run is not None and suite.workflow_run.conclusion is not None:
        return suite.workflow_run.conclusion
    ends = [run.conclusion for run in suite.runs]
    return next((worst for worst in WORST_FIRST if worst in ends), "skipped")


# -- runs
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
    if not name.strip():
        raise invalid("CheckRun", "name", "missing_field")
    check_ending(status, conclusion)
    number, node = hub.ids.next("check_run")
    run = CheckRun(number, node, suite, name, external_id, details_url, started_at or hub.now())
    suite.runs.append(run)
    hub.remember(run)
    apply(hub, run, status, conclusion, completed_at, title, summary, text, annotations)
    hub.note(by, f"check “{name}” on {suite.head_sha[:7]}: {run.conclusion or run.status}")
    hub.tell("check_run", "created", suite.repository, by, run=run)
    if run.status == "completed":
        hub.tell("check_run", "completed", suite.repository, by, run=run)
    refresh_suite(hub, suite, by)
    return run


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
    check_ending(status or run.status, conclusion or run.conclusion)
    was = run.status, run.conclusion
    run.name, run.external_id = name or run.name, run.external_id if external_id is None else external_id
    run.details_url, run.started_at = details_url or run.details_url, started_at or run.started_at
    apply(hub, run, status or run.status, conclusion, completed_at, title, summary, text, annotations)
    repository = run.suite.repository
    if (run.status, run.conclusion) != was:
        hub.note(by, f"check “{run.name}” on {run.head_sha[:7]}: {run.conclusion or run.status}")
        if run.status == "completed":
            hub.tell("check_run", "completed", repository, by, run=run)
        refresh_suite(hub, run.suite, by)
    hub.wake()


def apply(
    hub: Hub,
    run: CheckRun,
    status: CheckStatus,
    conclusion: str | None,
    completed_at: datetime | None,
    title: str | None,
    summary: str | None,
    text: str | None,
    annotations: list[Annotation] | None,
) -> None:
    """Writes status and output into a run; annotations are added to those that are there."""
    if annotations and len(annotations) > ANNOTATIONS_A_REQUEST:
        raise Refused(422, f"Invalid request.\n\nNo more than {ANNOTATIONS_A_REQUEST} items are allowed.")
    run.status = "completed" if conclusion is not None or completed_at is not None else status
    if run.status == "completed":
        run.conclusion = conclusion or run.conclusion
        run.completed_at = completed_at or (run.completed_at if conclusion is None else None) or hub.now()
    else:
        run.conclusion = run.completed_at = None
    run.title = run.title if title is None else title
    run.summary = run.summary if summary is None else summary
    run.text = run.text if text is None else text
    run.annotations += annotations or []


def check_ending(status: CheckStatus, conclusion: str | None) -> None:
    if status not in get_args(CheckStatus):
        raise invalid("CheckRun", "status")
    if conclusion is not None and conclusion not in CONCLUSIONS:
        raise invalid("CheckRun", "conclusion")
    if status == "completed" and conclusion is None:
        raise invalid("CheckRun", "conclusion", "missing_field")


# -- statuses
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
    known: tuple[Literal["error", "failure", "pending", "success"], ...] = (
        "error",
        "failure",
        "pending",
        "success",
    )
    chosen = next((each for each in known if each == state), None)
    if chosen is None:
        raise invalid("Status", "state", "custom", "state is not included in the list")
    if repository.git.kind(sha) != "commit":
        raise Refused(422, f"No commit found for SHA: {sha}")
    if description is not None and len(description) > 140:
        raise invalid(
            "Status", "description", "custom", "description is too long (maximum is 140 characters)"
        )
    number, node = hub.ids.next("status")
    status = Status(number, node, repository, sha, context, chosen, description, target_url, by, hub.now())
    repository.statuses.append(status)
    hub.remember(status)
    hub.note(by, f"status “{context}” on {sha[:7]}: {chosen}")
    hub.tell("status", None, repository, by, status=status)
    return status


# -- asking
def suites_of(repository: Repository, sha: str) -> list[CheckSuite]:
    return [suite for suite in repository.suites if suite.head_sha == sha]


def latest_runs(repository: Repository, sha: str) -> list[CheckRun]:
    """The newest check run of each app, workflow, event and name on a commit."""
    newest: dict[tuple[object, ...], CheckRun] = {}
    for suite in suites_of(repository, sha):
        workflow = suite.workflow_run
        source = (workflow.workflow.id, workflow.event) if workflow else ()
        for run in suite.runs:
            newest[suite.app.id, source, run.name] = run
    return list(newest.values())


def latest_statuses(repository: Repository, sha: str) -> list[Status]:
    """The newest status of each context on a commit."""
    newest = {status.context: status for status in repository.statuses if status.sha == sha}
    return list(newest.values())


def required_of(repository: Repository, base_branch: str) -> tuple[str, ...]:
    """The names of checks and contexts that must be green before a merge into that branch."""
    named = list(repository.required_checks.get(base_branch, ()))
    for rule in rules_of(repository, base_branch, "required_status_checks"):
        named += [each["context"] for each in rule["parameters"]["required_status_checks"]]
    return tuple(dict.fromkeys(named))


def bound_of(repository: Repository, base_branch: str) -> dict[str, int]:
    """The Apps from which alone some of the required checks count, by name."""
    return {
        each["context"]: each["integration_id"]
        for rule in rules_of(repository, base_branch, "required_status_checks")
        for each in rule["parameters"]["required_status_checks"]
        if each.get("integration_id")
    }


def is_required(pull: PullRequest, name: str) -> bool:
    return name in required_of(pull.repository, pull.base_ref)


def standing(check: CheckRun | Status) -> Literal["success", "failing", "pending"]:
    if isinstance(check, Status):
        return "success" if check.state == "success" else "pending" if check.state == "pending" else "failing"
    if check.status != "completed":
        return "pending"
    return "success" if check.conclusion in PASSING else "failing"


def blocking(pull: PullRequest) -> str | None:
    """Why the required checks forbid a merge, in GitHub's words; None when they do not."""
    unmet = unmet_on(pull.repository, pull.head_sha, pull.base_ref)
    if unmet is not None or not must_catch_up(pull):
        return unmet
    names = required_of(pull.repository, pull.base_ref)
    expected = f'Required status check "{names[0]}" is expected.'
    if len(names) > 1:
        expected = f"{len(names)} of {len(names)} required status checks are expected."
    return f"Repository rule violations found\n\n{expected}"


def must_catch_up(pull: PullRequest) -> bool:
    """Is it behind a base that takes only what was checked on top of it?"""
    rules = rules_of(pull.repository, pull.base_ref, "required_status_checks")
    strict = any(
        rule["parameters"].get("strict_required_status_checks_policy")
        and rule["parameters"]["required_status_checks"]
        for rule in rules
    )
    return strict and not pull.repository.git.is_ancestor(pull.base_sha, pull.head_sha)


def unmet_on(repository: Repository, sha: str, base_branch: str) -> str | None:
    """Which of the checks that the base requires are not green on that commit."""
    required = required_of(repository, base_branch)
    bound = bound_of(repository, base_branch)
    found: dict[str, set[str]] = {name: set() for name in required}
    for run in latest_runs(repository, sha):
        if bound.get(run.name) in (None, run.suite.app.id):
            found.get(run.name, set()).add(standing(run))
    for status in latest_statuses(repository, sha):
        app = status.creator.app.id if status.creator.app else 0
        if bound.get(status.context) in (None, app):
            found.get(status.context, set()).add(standing(status))
    unmet = {name: worst(states) for name, states in found.items() if states != {"success"}}
    if not unmet:
        return None
    if len(unmet) == 1:
        name, state = next(iter(unmet.items()))
        return f'Required status check "{name}" is {state}.'
    counts = ", ".join(
        f"{list(unmet.values()).count(state)} {state}" for state in sorted(set(unmet.values()))
    )
    return f"{len(unmet)} of {len(required)} required status checks have not succeeded: {counts}."


def worst(states: set[str]) -> str:
    return "failing" if "failing" in states else "pending" if "pending" in states else "expected"
