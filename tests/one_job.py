"""A workflow run of one job, from start to end, as CI would report it."""

from __future__ import annotations

from bot.playground.github.reporter import HubReporter

CI = ("CI", ".github/workflows/ci.yml")


def run_one_job(
    reporter: HubReporter,
    repository: str,
    sha: str,
    event: str,
    conclusion: str,
    log: str,
    name: str = "tests",
    workflow: tuple[str, str] = CI,
) -> None:
    """`workflow` is its name and its file; `log` is what the job has printed."""
    run = reporter.run_started(repository, sha, event, *workflow, "main", None)
    job = reporter.job_queued(run, name)
    reporter.job_started(job)
    reporter.job_finished(job, conclusion, log, (), ())
    reporter.run_finished(run, conclusion)
