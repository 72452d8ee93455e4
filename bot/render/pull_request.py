"""A stage's pull request as its reviewer reads it: what and why, documents, gates, how to review it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bot.facts.diff import Diff, FileStatus, Finding, Level
from bot.facts.facts import Facts
from bot.facts.remembered import RunResult
from bot.facts.works import Work
from bot.plan.globs import stays_inside
from bot.plan.stage_kind import StageKind
from bot.render.deviations import deviations_of
from bot.render.escaping import code
from bot.render.markers import marker
from bot.render.names import pull_request_title
from bot.render.stage_comment import dependencies
from bot.render.templates import fill

HOW_TO_REVIEW: Mapping[StageKind, str] = {
    StageKind.DATABASE: "Read the migration as if it ran on production data tonight: keys, indexes, row level "
    "security, locks. Then see that the database README says the same.",
    StageKind.API: "Read the contract as its user: paths, status codes, required fields, security. "
    "Everything that follows is built to it.",
    StageKind.BACKEND: "Compare the routes with the specification, then read what they do when things go wrong.",
    StageKind.FRONTEND: "Look at it in a browser: empty, loading, failing, full. Then see that it calls only what "
    "the specification has.",
    StageKind.DEVOPS: "Ask what it may reach, which secrets it sees, and how to take it back.",
    StageKind.TESTING: "Ask of each test which mistake it would notice; then see that CI really ran them.",
    StageKind.REVIEW: "Keep what will still be true in a year; strike the rest before you merge.",
}


def title(facts: Facts, work: Work) -> str:
    return pull_request_title(facts.plan.feature if facts.plan else facts.seen.issue.title, work)


def body(
    facts: Facts,
    work: Work,
    result: RunResult,
    diff: Diff,
    findings: tuple[Finding, ...],
    html_url: str,
    start: str,
) -> str:
    """The body as it is opened; its facts come from git, `summary` alone is the agent's own."""
    run = facts.latest_run(work.chapter)
    return fill(
        "pull_request",
        facts.house.dashboard or "",
        marker=marker(
            "pull_request",
            facts.seen.issue.number,
            facts.generation_id,
            stage=str(work.kind),
            attempt=work.attempt.number if work.attempt else 1,
        ),
        issue=facts.seen.issue.number,
        work=work,
        agent=_author(work, facts),
        dependencies=dependencies(work, facts),
        summary=result.summary or work.title,
        used=[_link(path, facts, html_url, start) for path in result.documents_used if stays_inside(path)],
        updated=[path for path in diff.paths if path in _documents(facts) or work.kind is StageKind.REVIEW],
        gates=_gates(findings),
        deviations=deviations_of(work, run),
        how=HOW_TO_REVIEW[work.kind],
        base=facts.seen.base.branch,
    )


def _author(work: Work, facts: Facts) -> str:
    """What was learned is written down by the orchestrator; the reviewer changes nothing."""
    return facts.house.orchestrator.name if work.kind is StageKind.REVIEW else work.stage.agent


def _documents(facts: Facts) -> frozenset[str]:
    return frozenset(path for agent in facts.house.agents for path in (*agent.must_leave, *agent.reads))


def _link(path: str, facts: Facts, html_url: str, start: str) -> str:
    """At a fixed SHA, so that the link shows for ever what the agent read (R110)."""
    return f"[{code(path)}]({html_url}/{facts.seen.repository.full_name}/blob/{start}/{quote(path)})"


def _gates(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """One row for the stage gate, then one for each finding that is not an error (errors were never pushed)."""
    rows = [("Stage gate", "No inspection found an error in this diff.")]
    rows += [
        (each.inspection.replace("_", " "), f"{each.level}: {each.message}")
        for each in findings
        if each.level is not Level.ERROR
    ]
    return [*rows, ("CI", "See the checks below; the merge waits for a person.")]


def changed_files(diff: Diff) -> str:
    """What git says was changed, for timelines."""
    named = {FileStatus.ADDED: "created", FileStatus.MODIFIED: "updated", FileStatus.DELETED: "deleted"}
    return ", ".join(f"{named[file.status]} {code(file.path)}" for file in diff.files)
