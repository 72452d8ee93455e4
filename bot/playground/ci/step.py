"""One step of a job: its script or its action, until it succeeded or failed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground.ci.actions import Failed, NotRun, Provided, Toolbox, ToolMissing
from bot.playground.ci.expressions import insert, resolve
from bot.playground.ci.functions import Broken, Scope
from bot.playground.ci.log import JobLog
from bot.playground.ci.process import Ended, Exited, Stopped, StopSign, TimedOut, run
from bot.playground.ci.room import Room
from bot.playground.ci.shell import write_script
from bot.playground.ci.values import Value, number_of, text_of
from bot.playground.ci.workflow import Defaults, Step


@dataclass(frozen=True)
class Passed:
    """The step did what it is for."""

    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotUsed:
    """The step's action is none that runs here; the job goes on."""


@dataclass(frozen=True)
class Unprovided:
    """The machine lacks the tool that the job is about; the job is reported as skipped."""


@dataclass(frozen=True)
class Red:
    """The step failed; the log says why."""

    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Interrupted:
    """The job was cancelled, or its time was over, while the step ran."""

    out_of_time: bool


StepEnd = Passed | NotUsed | Unprovided | Red | Interrupted


@dataclass
class Clock:
    """Until when the job may run, and whether it was asked to stop."""

    job_deadline: float
    stop: StopSign
    step_deadline: float = 0.0

    def begin_step(self, minutes: float | None) -> None:
        """A step may have less time than its job."""
        own = self.job_deadline if minutes is None else time.monotonic() + 60 * minutes
        self.step_deadline = min(self.job_deadline, own)


class StepRunner:
    """Runs the steps of one job in its room."""

    def __init__(self, room: Room, log: JobLog, defaults: Defaults, clock: Clock) -> None:
        self.clock = clock
        self.toolbox: Toolbox | None = None
        self._room = room
        self._log = log
        self._defaults = defaults

    def run(self, step: Step, scope: Scope) -> StepEnd:
        """Runs the step; whatever is wrong with it is in the log afterwards."""
        try:
            own = texts(resolve(step.env, scope), "env")
            inside = scope.having(env={**self._room.variables, **own})
            minutes = resolve(step.timeout_minutes, inside)
            self.clock.begin_step(None if minutes is None else number_of(minutes))
            if step.uses is not None:
                return self._use(step, inside, own)
            return self._script(step, inside, own)
        except Broken as broken:
            self._log.error(str(broken))
            return Red()

    def _script(self, step: Step, scope: Scope, own: Mapping[str, str]) -> StepEnd:
        text = insert(step.run or "", scope)
        defaults = Defaults(step.shell, step.working_directory).over(self._defaults)
        files = self._room.step_files(step.number)
        environment = self._room.environment(
            {**own, **files.environment(), "GITHUB_ACTION": step.id or "__run"}
        )
        shell = insert(defaults.shell or "", scope)
        script = write_script(text, shell, self._room.root / "temp" / f"step-{step.number}", environment)
        shown = {**self._room.variables, **own}
        variables = ["env:", *(f"  {name}: {value}" for name, value in shown.items())] if shown else []
        first = text.strip().split("\n")[0]
        self._log.group(
            f"Run {first}",
            *text.rstrip().split("\n"),
            f"shell: {script.shown}",
            *variables,
        )
        directory = self._room.directory(insert(defaults.working_directory or "", scope))
        ended = self.command(list(script.command), directory, environment)
        outputs = files.outputs()
        self._room.keep(files)
        return self._judged(ended, outputs)

    def command(self, command: list[str], directory: Path, environment: Mapping[str, str]) -> Ended:
        """Runs a command on the step's clock, its output in the log."""
        clock = self.clock
        return run(
            command,
            directory,
            environment,
            clock.step_deadline,
            clock.stop,
            self._log.heard,
        )

    def _judged(self, ended: Ended, outputs: Mapping[str, str]) -> StepEnd:
        match ended:
            case Exited(0):
                return Passed(outputs)
            case Exited(code):
                # GitHub shows a process ended by signal N as a shell does.
                self._log.error(f"Process completed with exit code {code if code > 0 else 128 - code}.")
                return Red(outputs)
            case Stopped():
                return Interrupted(out_of_time=False)
            case TimedOut():
                if time.monotonic() >= self.clock.job_deadline:
                    return Interrupted(out_of_time=True)
                self._log.error("The step took longer than its timeout-minutes and was ended.")
                return Red(outputs)

    def _use(self, step: Step, scope: Scope, own: Mapping[str, str]) -> StepEnd:
        assert self.toolbox is not None and step.uses is not None
        inputs = texts(resolve(step.inputs, scope), "with")
        shown = ["with:", *(f"  {name}: {value}" for name, value in inputs.items())] if inputs else []
        self._log.group(f"Run {step.uses}", *shown)
        outcome = self.toolbox.use(step.uses, inputs, self._room.environment(own))
        match outcome:
            case Provided(path, variables, outputs):
                for directory in reversed(path):
                    self._room.put_in_front(str(directory))
                self._room.tools.update(variables)
                return Passed(outputs)
            case NotRun(why):
                self._log.say(why)
                return NotUsed()
            case ToolMissing(why):
                self._log.say(f"##[warning]{why}")
                return Unprovided()
            case Failed(why):
                if self.clock.stop.is_set() or time.monotonic() >= self.clock.job_deadline:
                    return Interrupted(out_of_time=not self.clock.stop.is_set())
                self._log.error(why)
                return Red()


def texts(raw: Value, where: str) -> dict[str, str]:
    """Names and values as the environment carries them."""
    if raw is None or raw == "":
        return {}
    if not isinstance(raw, Mapping):
        raise Broken(f"`{where}:` is not a mapping of names to values")
    return {name: text_of(value) for name, value in raw.items()}
