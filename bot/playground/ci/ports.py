"""What the CI is told by the playground's GitHub, and what it reports back to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

EventName = Literal["push", "pull_request"]
Mode = Literal["run", "green", "off"]
AnnotationLevel = Literal["notice", "warning", "failure"]


@dataclass(frozen=True)
class StepResult:
    """One step of a finished job, as GitHub lists it under the job."""

    number: int
    name: str
    conclusion: str  # success, failure, cancelled, skipped
    started_at: datetime
    completed_at: datetime


@dataclass(frozen=True)
class Annotation:
    """One remark on a line of the commit, as GitHub shows it on the check run."""

    path: str
    start_line: int
    end_line: int
    level: AnnotationLevel
    message: str
    title: str | None = None


class Reporter(Protocol):
    """What the CI says about its runs; may be called from any of the CI's threads."""

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
        """A check suite and a workflow run begin on that head; answers the run's id."""
        ...

    def job_queued(self, run_id: int, name: str) -> int:
        """A check run is queued; answers the job's id."""
        ...

    def job_started(self, job_id: int) -> None:
        """The check run is in progress."""
        ...

    def job_finished(
        self,
        job_id: int,
        conclusion: str,
        log: str,
        steps: tuple[StepResult, ...],
        annotations: tuple[Annotation, ...],
    ) -> None:
        """The check run is completed: success, failure, cancelled or skipped."""
        ...

    def run_finished(self, run_id: int, conclusion: str) -> None:
        """All jobs are over: success, failure, cancelled, skipped or startup_failure."""
        ...


class ContinuousIntegration(Protocol):
    """What the playground's GitHub tells the CI; every method but `idle` returns at once."""

    def happened(
        self,
        event: EventName,
        repository: str,
        git_dir: Path,
        sha: str,
        branch: str,
        base_branch: str | None,
        number: int | None,
        changed: frozenset[str],
        action: str | None = None,
    ) -> None:
        """A push to `branch`, or a pull request of `branch` into `base_branch`; `sha` is the head."""
        ...

    def idle(self, timeout: float = 60.0) -> bool:
        """Waits until nothing is queued and nothing runs; answers whether that came true in time."""
        ...

    def close(self) -> None:
        """Ends what runs, forgets what is queued."""
        ...
