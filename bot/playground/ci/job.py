"""One job on the runner: its steps one after another, until the log and the conclusion are there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.playground.ci.actions import Toolbox
from bot.playground.ci.event import Event
from bot.playground.ci.expressions import holds, insert, resolve
from bot.playground.ci.functions import Broken, Scope, Status
from bot.playground.ci.hashing import hash_files
from bot.playground.ci.log import JobLog
from bot.playground.ci.ports import Annotation, StepResult
from bot.playground.ci.process import StopSign
from bot.playground.ci.room import Room
from bot.playground.ci.source import Source
from bot.playground.ci.step import (
    Clock,
    Interrupted,
    NotUsed,
    Passed,
    Red,
    StepEnd,
    StepRunner,
    Unprovided,
    texts,
)
from bot.playground.ci.values import Value, text_of, truthy
from bot.playground.ci.workflow import Job, Step, Workflow

_AFTER_THE_END = 60.0  # seconds that the always() steps of an ended job have


@dataclass(frozen=True)
class Order:
    """What the runner is asked to do: one job, its matrix values among what expressions see."""

    event: Event
    source: Source
    workflow: Workflow
    job: Job
    scope: Scope
    minutes: float
    cache: Path


@dataclass(frozen=True)
class Outcome:
    """How a job ended."""

    conclusion: Status
    log: str = ""
    steps: tuple[StepResult, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    outputs: Mapping[str, Value] = field(default_factory=dict)


def run_job(order: Order, room: Room, stop: StopSign, closing: StopSign) -> Outcome:
    """Runs a job in its room; `stop` cancels it, `closing` ends it without its last steps."""
    return _RunningJob(order, room, stop, closing).run()


class _RunningJob:
    """A job while it runs."""

    def __init__(self, order: Order, room: Room, stop: StopSign, closing: StopSign) -> None:
        self._order = order
        self._room = room
        self._closing = closing
        self._log = JobLog()
        self._status: Status = "success"
        self._results: list[StepResult] = []
        self._steps: dict[str, Value] = {}
        self._interrupted = self._whole = False
        clock = Clock(time.monotonic() + 60 * order.minutes, stop)
        self._runner = StepRunner(room, self._log, order.job.defaults, clock)
        matrix = order.scope.contexts.get("matrix")
        self._toolbox = self._runner.toolbox = Toolbox(
            order.source,
            order.event,
            f"{order.job.fingerprint} {matrix!r}",
            room.workspace,
            order.cache,
            self._log.say,
            self._runner.command,
        )

    def run(self) -> Outcome:
        try:
            self._set_up()
            for step in self._order.job.steps:
                if self._closing.is_set() or self._status == "skipped":
                    break
                self._step(step)
            outputs = self._outputs()
            self._whole = not self._interrupted
        finally:
            self._toolbox.give_back(self._whole)
        self._record("Complete job", datetime.now(UTC), "success")
        annotations = tuple(self._log.annotations)
        return Outcome(self._status, self._log.text(), tuple(self._results), annotations, outputs)

    def _set_up(self) -> None:
        started = datetime.now(UTC)
        self._log.say("The playground's CI, on this machine")
        for missing in self._order.job.not_provided:
            self._log.say(f"##[warning]`{missing}:` is not provided here; the steps run without it")
        try:
            for owner in (self._order.workflow.env, self._order.job.env):
                self._room.variables.update(texts(resolve(owner, self._scope()), "env"))
        except Broken as broken:
            self._log.error(str(broken))
            self._status = "failure"
        self._record("Set up job", started, self._status)

    def _step(self, step: Step) -> None:
        started = datetime.now(UTC)
        self._log.begin_step()
        scope = self._scope()
        name = _name(step, scope)
        try:
            wanted = holds(step.condition, scope)
        except Broken as broken:
            self._log.error(f"The condition of '{name}' cannot be read: {broken}")
            self._settle(step, name, started, Red())
            return
        if not wanted:
            self._record(name, started, "skipped")
            self._remember(step, "skipped", "skipped", {})
            return
        self._settle(step, name, started, self._runner.run(step, scope))

    def _settle(self, step: Step, name: str, started: datetime, end: StepEnd) -> None:
        match end:
            case Passed(outputs):
                self._finish(step, name, started, "success", outputs)
            case NotUsed():
                self._finish(step, name, started, "skipped", {})
            case Unprovided():
                self._finish(step, name, started, "skipped", {})
                self._status = "skipped" if self._status == "success" else self._status
            case Red(outputs):
                self._finish(step, name, started, "failure", outputs)
            case Interrupted(out_of_time):
                self._interrupt(out_of_time)
                self._finish(step, name, started, "cancelled", {})

    def _finish(
        self,
        step: Step,
        name: str,
        started: datetime,
        outcome: Status,
        outputs: Mapping[str, str],
    ) -> None:
        conclusion: Status = outcome
        if outcome == "failure":
            if self._may_fail(step):
                conclusion = "success"
            elif self._status == "success":
                self._status = "failure"
        self._record(name, started, conclusion)
        self._remember(step, outcome, conclusion, outputs)

    def _may_fail(self, step: Step) -> bool:
        try:
            return truthy(resolve(step.continue_on_error, self._scope()))
        except Broken as broken:
            self._log.error(f"continue-on-error cannot be read: {broken}")
            return False

    def _interrupt(self, out_of_time: bool) -> None:
        self._status = "cancelled"
        self._interrupted = True
        clock = self._runner.clock
        clock.stop = self._closing
        clock.job_deadline = time.monotonic() + _AFTER_THE_END
        if out_of_time:
            minutes = text_of(float(self._order.minutes))
            unit = "minute" if minutes == "1" else "minutes"
            self._log.error(
                "The job running on runner playground has exceeded the maximum execution time"
                f" of {minutes} {unit}."
            )
        self._log.error("The operation was canceled.")

    def _remember(
        self,
        step: Step,
        outcome: Status,
        conclusion: Status,
        outputs: Mapping[str, str],
    ) -> None:
        if step.id is not None:
            self._steps[step.id] = {
                "outcome": outcome,
                "conclusion": conclusion,
                "outputs": dict(outputs),
            }

    def _record(self, name: str, started: datetime, conclusion: str) -> None:
        number = len(self._results) + 1
        self._results.append(StepResult(number, name, conclusion, started, datetime.now(UTC)))

    def _scope(self) -> Scope:
        scope = self._order.scope.having(
            github=self._room.github,
            runner=self._room.runner,
            env=dict(self._room.variables),
            steps=dict(self._steps),
            job={"status": self._status},
        )
        return Scope(
            scope.contexts,
            self._status,
            lambda patterns: hash_files(self._room.workspace, patterns),
        )

    def _outputs(self) -> Mapping[str, Value]:
        scope = self._scope()
        try:
            return {name: resolve(value, scope) for name, value in self._order.job.outputs.items()}
        except Broken as broken:
            self._log.error(f"The job's outputs cannot be read: {broken}")
            return {}


def _name(step: Step, scope: Scope) -> str:
    if step.name is not None:
        try:
            return insert(step.name, scope)
        except Broken:
            return step.name
    lines = (step.uses or step.run or "").strip().split("\n")
    return f"Run {lines[0]}"
