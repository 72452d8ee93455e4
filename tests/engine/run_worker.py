"""A worker process for the tests of agent runs: a scripted crew whose turns are written to a file.

Arguments: database URL, log file, turn at which to die (0: never; negative: to stall), seconds to work (less
when the log's neighbour `.leave` is there), and a run to start.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.crew.endings import Finished
from bot.crew.records import BatchRecord, Block, RunOutcome, TurnRecord, Usage
from bot.engine.agent_runs import AgentRuns
from bot.engine.database import Database
from bot.engine.durable_steps import DurableSteps
from bot.engine.executors import Heart, new_executor_id
from bot.settings import DEFAULT_PRICES

TURNS = 5


def scripted_crew(log: Path, dies_at: int) -> Any:
    """A crew that takes five turns; each really made turn is a line in the log."""

    def work(run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
        for number in range(1, TURNS + 1):
            steps.turn(number, lambda number=number: turn(run_id, number))  # type: ignore[misc]
            steps.batch(number, lambda number=number: batch(run_id, number))  # type: ignore[misc]
        return RunOutcome(Finished(f"did {request['task']}"), turns=TURNS)

    def turn(run_id: str, number: int) -> TurnRecord:
        write(log, f"turn {run_id} {number}")
        if number == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == -dies_at:
            os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(0.05)
        content: tuple[Block, ...] = ({"type": "thinking", "thinking": f"{number} é", "signature": "s="},)
        return TurnRecord(content, "tool_use", Usage(1000, 10), model="claude-sonnet-5-5")

    def batch(run_id: str, number: int) -> BatchRecord:
        write(log, f"batch {run_id} {number}")
        return BatchRecord(files={"a.py": f"# {number}\n", "b.py": None})

    return work


def write(log: Path, line: str) -> None:
    with log.open("a") as file:
        file.write(line + "\n")


def write_outcome(log: Path) -> Any:
    def finished(_: Connection, run_id: str, outcome: RunOutcome) -> None:
        write(log, f"outcome {run_id} {outcome.ending.kind} {outcome.turns}")

    return finished


def main() -> None:
    url, log, dies_at, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    database, me = Database(url), new_executor_id()
    work = scripted_crew(log, dies_at)
    runs = AgentRuns(database, me, work, write_outcome(log), DEFAULT_PRICES)
    heart = Heart(database, me, runs, beat_seconds=0.2, dead_after=timedelta(seconds=1.5))
    runs.launch()
    heart.start()
    write(log, "ready")
    if len(sys.argv) > 5:
        runs.start(
            sys.argv[5], feature_id=1, repository_id=1, model="claude-sonnet-5-5", request={"task": "it"}
        )
    until = time.monotonic() + seconds
    while time.monotonic() < until and not log.with_suffix(".leave").exists():
        time.sleep(0.05)
    still_busy = runs.close()
    heart.stop()
    os._exit(1 if still_busy else 0)


if __name__ == "__main__":
    main()
