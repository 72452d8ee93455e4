"""Agents at work: long runs that are paid by the turn, and go on where they were after a crash."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import Connection

from bot.crew.endings import GaveUp
from bot.crew.ledger import Ledger, price_of
from bot.crew.records import RunOutcome
from bot.crew.request import Limits
from bot.engine.database import Database, database_now
from bot.engine.durable_steps import FINISH, DurableSteps, Stopped
from bot.engine.marking import mark
from bot.engine.outages import Interrupted, patiently
from bot.engine.run_starts import STARTS_IN_VAIN, Booking, Starts
from bot.engine.stored_json import Json
from bot.settings import Price

log = structlog.get_logger()

# Never the code's version: DBOS leaves the work of another version lying where it is.
APPLICATION_VERSION = "baton"
WORKFLOW = "agent_run.v1"
QUEUE = "agent_runs"
POLL_SECONDS = 0.1
PAUSES_BETWEEN_TRIES = (1.0, 5.0)
CLOSE_SECONDS = 15.0

Work = Callable[[str, Mapping[str, Any], DurableSteps], RunOutcome]
Finished = Callable[[Connection, str, RunOutcome], None]


@dataclass(frozen=True)
class RunLimits:
    """How many runs go on at once: in all, in one process, in one repository."""

    at_once: int = 8
    per_worker: int = 4
    per_repository: int = 2


class RunState(Enum):
    """Where a run is, as its engine knows."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    RUNNING = "running"
    OVER = "over"


class AgentRuns:
    """Starts, stops, resumes and adopts runs; one in a process, as DBOS wants it."""

    def __init__(
        self,
        database: Database,
        executor_id: str,
        work: Work,
        finished: Finished,
        prices: Mapping[str, Price],
        limits: RunLimits = RunLimits(),
        marked: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._starts = Starts(database)
        self._executor_id = executor_id
        self._work = work
        self._finished = finished
        self._prices = prices
        self._limits = limits
        self._marked = marked
        self._closing = threading.Event()
        self._active: set[str] = set()
        self._workflow: Callable[..., Any] = _unlaunched

    # --- what the story's moves ask for; never inside a transaction, for DBOS has connections of its own

    def start(
        self,
        run_id: str,
        feature_id: int,
        repository_id: int,
        model: str,
        request: Mapping[str, Any],
        after: str | None = None,
    ) -> None:
        """Let a run begin when there is room; again with the same id it is the same run.

        `after` names a stopped run of the same request, whose turns are taken over instead of paid again.
        """
        if (
            after is not None
            and self.state(after) is RunState.OVER
            and self.state(run_id) is RunState.UNKNOWN
        ):
            self._go_on_from(after, run_id, repository_id)
            return
        with SetWorkflowID(run_id), SetEnqueueOptions(queue_partition_key=str(repository_id)):
            DBOS.enqueue_workflow(QUEUE, self._workflow, feature_id, model, dict(request))

    def stop(self, run_id: str) -> None:
        """Let a run end after the turn that is under way; its outcome then says `stopped`."""
        self._starts.ask_to_stop(run_id)

    def state(self, run_id: str) -> RunState:
        """Whether a run is known, waits for room, goes on, or is over."""
        status = DBOS.get_workflow_status(run_id)
        if status is None:
            return RunState.UNKNOWN
        waiting = {"ENQUEUED": RunState.WAITING, "DELAYED": RunState.WAITING, "PENDING": RunState.RUNNING}
        return waiting.get(status.status, RunState.OVER)

    # --- life of the process

    def launch(self) -> None:
        """Take up work; what is pending of this database begins to go on."""
        config: DBOSConfig = {
            "name": "baton",
            "system_database_url": self._database.url,
            "application_version": APPLICATION_VERSION,
            "executor_id": self._executor_id,
            "serializer": Json(),
            "log_level": "WARNING",
        }
        DBOS(config=config)

        def agent_run(feature_id: int, model: str, request: dict[str, Any]) -> dict[str, Any]:
            return self._run(feature_id, model, request)

        self._workflow = DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(agent_run)
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            global_concurrency=self._limits.at_once,
            worker_concurrency=min(self._limits.per_worker, self._limits.at_once),
            partition_concurrency=min(self._limits.per_repository, self._limits.at_once),
            polling_interval_sec=POLL_SECONDS,
            on_conflict="always_update",
        )

    def close(self, seconds: float = CLOSE_SECONDS) -> tuple[str, ...]:
        """Begin no turn any more and wait for those under way; gives the runs that still are in one.

        Those threads cannot be broken off: a process that is given any must leave by `os._exit`, and what
        they would have recorded is then made again, once, by the process that adopts the run.
        """
        self._closing.set()
        deadline = time.monotonic() + seconds
        while self._active and time.monotonic() < deadline:
            time.sleep(0.05)
        DBOS.destroy(destroy_registry=True)
        return tuple(sorted(self._active))

    def owners(self) -> Collection[str]:
        """The processes that have begun runs which are not over."""
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {status.executor_id for status in pending if status.executor_id}

    def adopt(self, executors: Collection[str]) -> int:
        """Let the runs that these processes had begun go on; each passes to one process only."""
        return len(DBOS._recover_pending_workflows(sorted(executors)))

    # --- a run itself

    def _run(self, feature_id: int, model: str, request: Mapping[str, Any]) -> dict[str, Any]:
        run_id = str(DBOS.workflow_id)
        self._active.add(run_id)
        try:
            outcome = self._outcome(run_id, feature_id, model, request)
            DBOS.run_step({"name": FINISH}, lambda: self._finish(run_id, feature_id, outcome))
            return outcome.to_json()
        except Interrupted:
            patiently(lambda: self._starts.uncount(run_id), self._closing)
            raise
        finally:
            self._active.discard(run_id)

    def _outcome(self, run_id: str, feature_id: int, model: str, request: Mapping[str, Any]) -> RunOutcome:
        price = price_of(model, self._prices)
        ledger = Ledger(Limits(), price)
        booking = patiently(lambda: Booking(self._database, run_id, feature_id, price), self._closing)
        steps = DurableSteps(
            ledger,
            stop_asked=lambda: self._starts.stop_asked(run_id),
            closing=self._closing,
            recorded=booking.book,
            before=patiently(lambda: _on_record(run_id), self._closing),
        )
        ending = self._ending(run_id, request, steps)
        steps.take_up_the_rest()
        return _ended(ledger, ending) if isinstance(ending, GaveUp) else ending

    def _ending(self, run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome | GaveUp:
        for pause in (*PAUSES_BETWEEN_TRIES, None):
            if not patiently(lambda: self._starts.count(run_id), self._closing):
                return GaveUp("started_in_vain", IN_VAIN)
            try:
                return self._work(run_id, request, steps)
            except Stopped as stopped:
                return GaveUp("stopped", str(stopped))
            except Exception as error:
                log.exception("run_failed", run=run_id)
                if pause is None or steps.begun:  # once steps are recorded, they must come in their order
                    return GaveUp("unexpected_error", _unexpected(error))
                self._closing.wait(pause)
                if self._closing.is_set():
                    raise Interrupted from None
        raise AssertionError("the last try always returns")

    def _finish(self, run_id: str, feature_id: int, outcome: RunOutcome) -> None:
        """Record how the run ended and mark its feature in one transaction; there is no going on without."""
        pause = 0.5
        while True:
            try:
                with self._database.writing() as connection:
                    self._finished(connection, run_id, outcome)
                    mark(connection, [feature_id], database_now(connection))
                break
            except Exception:
                log.exception("outcome_not_recorded", run=run_id)
                if self._closing.wait(pause):
                    raise Interrupted from None
                pause = min(pause * 2, 30)
        self._marked()

    def _go_on_from(self, stopped: str, run_id: str, repository_id: int) -> None:
        kept = [step for step in DBOS.list_workflow_steps(stopped) if step["function_name"] != FINISH]
        first_new = 1 + max((step["function_id"] for step in kept), default=0)
        self._starts.take_over(stopped, run_id)
        with SetWorkflowID(run_id):
            DBOS.fork_workflow(
                stopped,
                first_new,
                application_version=APPLICATION_VERSION,
                queue_name=QUEUE,
                queue_partition_key=str(repository_id),
            )


IN_VAIN = (
    f"This run was started {STARTS_IN_VAIN} times and came to no turn before the process died or failed. "
    "Look into Baton's log for the reason."
)


def _on_record(run_id: str) -> tuple[str, ...]:
    """The names of a run's recorded steps, but for its end's; asked outside of the run, where asking is no step."""
    with ThreadPoolExecutor(1) as outside:
        steps = outside.submit(DBOS.list_workflow_steps, run_id, load_output=False).result()
    ordered = sorted(steps, key=lambda step: step["function_id"])
    return tuple(step["function_name"] for step in ordered if step["function_name"] != FINISH)


def _unexpected(error: Exception) -> str:
    return (
        f"The run broke off on an error that Baton does not know ({type(error).__name__}). "
        "Look into Baton's log for the run's id."
    )


def _ended(ledger: Ledger, ending: GaveUp) -> RunOutcome:
    return RunOutcome(
        ending,
        turns=ledger.turns,
        usage=ledger.usage,
        cost_usd=ledger.cost_usd,
        input_usd=ledger.input_usd,
        optimal_input_usd=ledger.optimal_input_usd,
    )


def _unlaunched(*_: object) -> None:
    raise RuntimeError("The agent runs are not launched in this process; only a worker starts them.")
