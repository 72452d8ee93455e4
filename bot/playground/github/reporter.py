"""What the CI says becomes workflow runs, check suites and check runs here."""

from __future__ import annotations

from bot.playground.acts import workflows
from bot.playground.ci import ports
from bot.playground.hub import Hub
from bot.playground.state import Annotation, Repository, Step


class HubReporter:
    """Writes the CI's reports into the hub (`bot.playground.ci.ports.Reporter`)."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._runs: dict[int, Repository] = {}
        self._jobs: dict[int, Repository] = {}

    def run_started(
        self,
        repository: str,
        sha: str,
        event: str,
        workflow_name: str,
        workflow_path: str,
        branch: str,
        number: int | None,
    ) -> int:
        with self._hub.lock:
            place = self._hub.repository(*repository.split("/", 1))
            by = workflows.actions_app(self._hub).bot
            run = workflows.start_run(
                self._hub, place, sha, event, workflow_name, workflow_path, branch, number, by
            )
            self._runs[run.id] = place
            return run.id

    def job_queued(self, run_id: int, name: str) -> int:
        with self._hub.lock:
            place = self._runs[run_id]
            job = workflows.queue_job(self._hub, workflows.find_run(place, run_id), name)
            self._jobs[job.id] = place
            return job.id

    def job_started(self, job_id: int) -> None:
        with self._hub.lock:
            workflows.start_job(self._hub, workflows.find_job(self._jobs[job_id], job_id))

    def job_finished(
        self,
        job_id: int,
        conclusion: str,
        log: str,
        steps: tuple[ports.StepResult, ...],
        annotations: tuple[ports.Annotation, ...],
    ) -> None:
        kept = tuple(
            Step(each.name, each.number, each.conclusion, each.started_at, each.completed_at)
            for each in steps
        )
        remarks = [
            Annotation(each.path, each.start_line, each.end_line, each.level, each.message, each.title)
            for each in annotations
        ]
        with self._hub.lock:
            job = workflows.find_job(self._jobs[job_id], job_id)
            workflows.finish_job(self._hub, job, conclusion, log, kept, remarks)

    def run_finished(self, run_id: int, conclusion: str) -> None:
        with self._hub.lock:
            workflows.finish_run(self._hub, workflows.find_run(self._runs[run_id], run_id), conclusion)
