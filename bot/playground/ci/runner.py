"""The CI itself: hears what happened, runs at most two jobs at once, reports what came of it."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from bot.playground.ci.caches import own_cache
from bot.playground.ci.contexts import Place, github_context
from bot.playground.ci.event import Event, asks_to_skip
from bot.playground.ci.expressions import insert, resolve
from bot.playground.ci.functions import Broken
from bot.playground.ci.job import Order, Outcome, run_job
from bot.playground.ci.ports import Annotation, EventName, Mode, Reporter
from bot.playground.ci.reading import read_workflow
from bot.playground.ci.room import Room
from bot.playground.ci.run import Planned, Run
from bot.playground.ci.source import GitRefused, Source, fetch_source
from bot.playground.ci.values import Value, number_of, truthy
from bot.playground.ci.workflow import BrokenWorkflow, Trigger, Workflow

_log = logging.getLogger(__name__)
DEFAULT_MINUTES = 10.0


@dataclass(frozen=True)
class _Ended:
    run: Run
    planned: Planned
    outcome: Outcome


@dataclass(frozen=True)
class _Close:
    pass


class WorkflowRunner:
    """Runs a repository's workflows; one thread keeps the runs, `at_once` threads run jobs in order of arrival."""

    def __init__(
        self,
        reporter: Reporter,
        *,
        cache: Path,
        mode: Mode = "run",
        at_once: int = 2,
        minutes: float = DEFAULT_MINUTES,
        place: Place | None = None,
        machine: Mapping[str, str] | None = None,
    ) -> None:
        self._reporter = reporter
        self._cache = own_cache(cache.absolute())
        self._mode = mode
        self._minutes = minutes
        self._place = place or Place()
        self._machine = dict(os.environ if machine is None else machine)
        self._work = Path(tempfile.mkdtemp(prefix="playground-ci-"))
        self._inbox: SimpleQueue[Event | _Ended | _Close] = SimpleQueue()
        self._jobs: SimpleQueue[tuple[Run, Planned] | None] = SimpleQueue()
        self._closing = threading.Event()
        self._quiet = threading.Condition()
        self._open = 0
        self._active: list[Run] = []
        keeper = threading.Thread(target=self._keep, name="ci", daemon=True)
        runners = [
            threading.Thread(target=self._work_off, name=f"ci-{n}", daemon=True) for n in range(at_once)
        ]
        self._threads = [keeper, *runners]
        for thread in self._threads:
            thread.start()

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
        """Takes note and returns at once: the caller may hold locks that the reporter needs."""
        if self._mode == "off" or self._closing.is_set():
            return
        self._count(1)
        where = git_dir.absolute()
        self._inbox.put(Event(event, repository, where, sha, branch, base_branch, number, changed, action))

    def idle(self, timeout: float = 60.0) -> bool:
        """Waits until nothing is queued and nothing runs; answers whether that came true in time."""
        with self._quiet:
            return self._quiet.wait_for(lambda: self._open == 0, timeout)

    def close(self) -> None:
        """Ends what runs, forgets what is queued; nothing is reported any more."""
        self._closing.set()
        self._inbox.put(_Close())
        for thread in self._threads:
            thread.join(timeout=10.0)
        shutil.rmtree(self._work, ignore_errors=True)

    def _count(self, change: int) -> None:
        with self._quiet:
            self._open += change
            self._quiet.notify_all()

    def _keep(self) -> None:
        while True:
            message = self._inbox.get()
            if isinstance(message, _Close) or self._closing.is_set():
                break
            try:
                if isinstance(message, Event):
                    self._heard(message)
                else:
                    self._ended(message)
            except Exception:  # noqa: BLE001  whatever it is, the other runs go on
                _log.exception("The playground's CI gave up on %s", message)
                self._give_up(message)
        for _ in self._threads:
            self._jobs.put(None)

    def _heard(self, event: Event) -> None:
        directory = Path(tempfile.mkdtemp(prefix="event-", dir=self._work))
        try:
            source = fetch_source(event, directory / "source.git")
            if isinstance(source, Source) and not asks_to_skip(source.message(event.head_sha)):
                for path, text in source.workflow_files().items():
                    self._consider(event, source, path, text)
                # Only now: a run that is over at once would take the source from those behind it.
                for run in [each for each in self._active if each.event is event]:
                    self._advance(run)
        except GitRefused as refused:
            _log.warning("No workflow runs for %s of %s: %s", event.name, event.head_sha, refused)
        finally:
            self._forget_source(directory)
            self._count(-1)

    def _consider(self, event: Event, source: Source, path: str, text: str) -> None:
        workflow = read_workflow(path, text)
        # Where the triggers cannot be read GitHub knows none either, and complains on every push.
        triggers = {"push": Trigger()} if workflow.triggers is None else workflow.triggers
        if not event.starts(triggers):
            return
        run_id = self._reporter.run_started(
            event.repository, event.head_sha, event.name, workflow.name, path, event.branch, event.number
        )
        if isinstance(workflow, BrokenWorkflow):
            self._report_broken(run_id, workflow.why, path)
        else:
            self._begin(run_id, event, source, workflow)

    def _report_broken(self, run_id: int, why: str, path: str) -> None:
        job_id = self._reporter.job_queued(run_id, path.rsplit("/", 1)[-1])
        annotation = Annotation(path, 1, 1, "failure", why)
        self._reporter.job_finished(job_id, "failure", f"##[error]{why}\n", (), (annotation,))
        self._reporter.run_finished(run_id, "startup_failure")

    def _begin(self, run_id: int, event: Event, source: Source, workflow: Workflow) -> None:
        github = github_context(event, source, workflow, run_id, self._place)
        run = Run(run_id, event, source, workflow, github, self._closing)
        try:
            self._supersede(run)
        except Broken as broken:
            why = f"`concurrency:` of {workflow.path} cannot be read: {broken}"
            self._report_broken(run_id, why, workflow.path)
            return
        self._count(1)
        self._active.append(run)

    def _supersede(self, run: Run) -> None:
        concurrency = run.workflow.concurrency
        if concurrency is None:
            return
        run.group = insert(concurrency.group, run.scope).lower()
        if truthy(resolve(concurrency.cancel_in_progress, run.scope)):
            for other in self._active:
                if other.event.repository == run.event.repository and other.group == run.group:
                    other.cancel()

    def _advance(self, run: Run) -> None:
        while jobs := run.next_jobs():
            for planned in jobs:
                planned.id = self._reporter.job_queued(run.id, planned.name)
                if planned.outcome is None:
                    self._jobs.put((run, planned))
                else:
                    self._report(run, planned, planned.outcome)
        conclusion = run.conclusion
        if conclusion is not None:
            self._reporter.run_finished(run.id, conclusion)
            self._over(run)

    def _over(self, run: Run) -> None:
        self._active.remove(run)
        self._forget_source(run.source.git_dir.parent)
        self._count(-1)

    def _forget_source(self, directory: Path) -> None:
        if all(run.source.git_dir.parent != directory for run in self._active):
            shutil.rmtree(directory, ignore_errors=True)

    def _give_up(self, message: Event | _Ended) -> None:
        for run in list(self._active):
            if run.event is message or (isinstance(message, _Ended) and run is message.run):
                run.cancel()
                self._over(run)

    def _ended(self, ended: _Ended) -> None:
        if ended.run in self._active:
            self._report(ended.run, ended.planned, ended.outcome)
            self._advance(ended.run)

    def _report(self, run: Run, planned: Planned, outcome: Outcome) -> None:
        self._reporter.job_finished(
            planned.id, outcome.conclusion, outcome.log, outcome.steps, outcome.annotations
        )
        run.ended(planned, outcome)

    def _work_off(self) -> None:
        while (taken := self._jobs.get()) is not None:
            if self._closing.is_set():
                continue
            run, planned = taken
            try:
                self._work_on(run, planned)
            except Exception as broken:  # noqa: BLE001  the job must end, or everybody waits for ever
                _log.exception("The playground's CI failed in job %s", planned.name)
                why = f"##[error]The playground's CI itself failed, not the job: {broken!r}\n"
                self._inbox.put(_Ended(run, planned, Outcome("failure", why)))

    def _work_on(self, run: Run, planned: Planned) -> None:
        if planned.stop.is_set():
            self._inbox.put(_Ended(run, planned, Outcome("cancelled", "Cancelled before it began.\n")))
            return
        self._reporter.job_started(planned.id)
        if self._mode == "green":
            log = "Reported as success without being run: this playground was started with --ci green.\n"
            self._inbox.put(_Ended(run, planned, Outcome("success", log)))
            return
        minutes = self._minutes_of(planned)
        order = Order(run.event, run.source, run.workflow, planned.job, planned.scope, minutes, self._cache)
        room = Room(self._work, self._cache, _github(planned), planned.job.id, self._machine)
        try:
            outcome = run_job(order, room, planned.stop, self._closing)
            self._inbox.put(_Ended(run, planned, outcome))
        finally:
            room.close()  # after the report: removing many files takes a while

    def _minutes_of(self, planned: Planned) -> float:
        asked = planned.job.timeout_minutes
        try:
            minutes = number_of(resolve(asked, planned.scope)) if asked is not None else self._minutes
        except Broken:
            return self._minutes
        return min(self._minutes, minutes) if minutes > 0 else self._minutes


def _github(planned: Planned) -> dict[str, Value]:
    github = planned.scope.contexts["github"]
    return dict(github) if isinstance(github, dict) else {}
