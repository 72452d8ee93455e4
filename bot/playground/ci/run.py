"""One workflow run while it goes on: which job is ready, what ended how, what the run concludes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playground.ci.event import Event
from bot.playground.ci.expressions import holds, insert, resolve
from bot.playground.ci.functions import Broken, Scope, Status
from bot.playground.ci.job import Outcome
from bot.playground.ci.matrix import combinations, job_name
from bot.playground.ci.source import Source
from bot.playground.ci.values import Value, truthy
from bot.playground.ci.workflow import Job, Workflow


class Stop:
    """Asks one job to stop; the end of the whole CI asks them all."""

    def __init__(self, closing: threading.Event) -> None:
        self._closing = closing
        self._asked = threading.Event()

    def ask(self) -> None:
        """From now on it is asked for."""
        self._asked.set()

    def is_set(self) -> bool:
        """Whether the job is to stop."""
        return self._asked.is_set() or self._closing.is_set()


@dataclass(frozen=True)
class Result:
    """What `needs` tells about a job that is over."""

    result: Status
    outputs: Mapping[str, Value] = field(default_factory=dict)


@dataclass
class Planned:
    """One job to report: with a matrix there are several of one `Job`; decided already where it has an outcome."""

    job: Job
    name: str
    scope: Scope
    stop: Stop
    outcome: Outcome | None = None
    id: int = 0


class Run:
    """The state of one workflow run; only the CI's own thread touches it."""

    def __init__(
        self,
        run_id: int,
        event: Event,
        source: Source,
        workflow: Workflow,
        github: Mapping[str, Value],
        closing: threading.Event,
    ) -> None:
        self.id = run_id
        self.event = event
        self.source = source
        self.workflow = workflow
        self.group: str | None = None
        self.cancelled = False
        self._closing = closing
        self._scope = Scope({"github": github, "vars": {}, "secrets": {}, "inputs": {}, "needs": {}})
        self._planned: dict[str, list[Planned]] = {}
        self._results: dict[str, Result] = {}

    @property
    def scope(self) -> Scope:
        """What the workflow's own expressions see."""
        return self._scope

    def next_jobs(self) -> list[Planned]:
        """The jobs whose needs are over by now and that were not begun before."""
        ready = [
            job
            for job in self.workflow.jobs
            if job.id not in self._planned and all(need in self._results for need in job.needs)
        ]
        for job in ready:
            self._planned[job.id] = self._plan(job)
        return [each for job in ready for each in self._planned[job.id]]

    def ended(self, planned: Planned, outcome: Outcome) -> None:
        """One job is over; a failed one of a matrix ends its siblings unless fail-fast is off."""
        planned.outcome = outcome
        siblings = self._planned[planned.job.id]
        if outcome.conclusion == "failure" and not _may_fail(planned) and _fails_fast(planned):
            for sibling in siblings:
                if sibling.outcome is None:
                    sibling.stop.ask()
        if all(each.outcome is not None for each in siblings):
            self._results[planned.job.id] = _combined(siblings)

    def cancel(self) -> None:
        """Asks everything of this run to stop."""
        self.cancelled = True
        for jobs in self._planned.values():
            for each in jobs:
                each.stop.ask()

    @property
    def conclusion(self) -> Status | None:
        """How the run ended; None while a job is missing."""
        if len(self._results) < len(self.workflow.jobs):
            return None
        found = {each.result for each in self._results.values()}
        order: tuple[Status, ...] = ("failure", "cancelled", "success", "skipped")
        if self.cancelled:
            return "cancelled"
        return next(status for status in order if status in found)

    def _plan(self, job: Job) -> list[Planned]:
        scope = self._scope_for(job)
        shown = job.name if job.name and "${{" not in job.name else job.id
        try:
            if not holds(job.condition, scope):
                skipped: Status = "cancelled" if self.cancelled else "skipped"
                return [self._decided(job, shown, skipped, "This job's condition did not let it run.")]
            if job.uses is not None:
                why = f"This job uses {job.uses}; the playground's CI runs no reusable workflows."
                return [self._decided(job, shown, "skipped", why)]
            made = combinations(resolve(job.matrix, scope)) if job.matrix is not None else [{}]
            return [self._one_of(job, scope, combination, n, len(made)) for n, combination in enumerate(made)]
        except Broken as broken:
            return [self._decided(job, shown, "failure", f"##[error]{broken}")]

    def _one_of(
        self,
        job: Job,
        scope: Scope,
        combination: Mapping[str, Value],
        index: int,
        total: int,
    ) -> Planned:
        strategy: dict[str, Value] = {
            "job-index": index,
            "job-total": total,
            "fail-fast": True,
        }
        inside = scope.having(matrix=combination, strategy=strategy)
        name = job_name(job.name, job.id, insert(job.name or "", inside), combination)
        return Planned(job, name, inside, Stop(self._closing))

    def _decided(self, job: Job, name: str, conclusion: Status, why: str) -> Planned:
        return Planned(job, name, self._scope, Stop(self._closing), Outcome(conclusion, f"{why}\n"))

    def _scope_for(self, job: Job) -> Scope:
        needs: dict[str, Value] = {
            need: {
                "result": self._results[need].result,
                "outputs": dict(self._results[need].outputs),
            }
            for need in job.needs
        }
        scope = self._scope.having(needs=needs, matrix={}, strategy={})
        return Scope(scope.contexts, self._standing(job))

    def _standing(self, job: Job) -> Status:
        if self.cancelled:
            return "cancelled"
        if any(self._results[each].result == "failure" for each in self._ancestors(job)):
            return "failure"
        results = {self._results[need].result for need in job.needs}
        return "success" if results <= {"success"} else "skipped"

    def _ancestors(self, job: Job) -> set[str]:
        by_id = {each.id: each for each in self.workflow.jobs}
        found: set[str] = set()
        waiting = list(job.needs)
        while waiting:
            need = waiting.pop()
            if need not in found:
                found.add(need)
                waiting.extend(by_id[need].needs)
        return found


def _combined(planned: list[Planned]) -> Result:
    found = {_counted(each) for each in planned}
    order: tuple[Status, ...] = ("failure", "cancelled", "success", "skipped")
    outputs: dict[str, Value] = {}
    for each in planned:
        outputs.update(each.outcome.outputs if each.outcome else {})
    return Result(next(status for status in order if status in found), outputs)


def _counted(planned: Planned) -> Status:
    assert planned.outcome is not None
    if planned.outcome.conclusion == "failure" and _may_fail(planned):
        return "success"
    return planned.outcome.conclusion


def _may_fail(planned: Planned) -> bool:
    return _truth(planned.job.continue_on_error, planned, otherwise=False)


def _fails_fast(planned: Planned) -> bool:
    return _truth(planned.job.fail_fast, planned, otherwise=True)


def _truth(value: Value, planned: Planned, otherwise: bool) -> bool:
    try:
        return truthy(resolve(value, planned.scope))
    except Broken:
        return otherwise
