"""An agent's run goes on after a crash, and what was paid is not paid again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.crew.endings import Finished, GaveUp
from bot.crew.records import RunOutcome, TurnRecord, Usage
from bot.engine.agent_runs import AgentRuns, RunLimits, RunState
from bot.engine.database import Database, database_now
from bot.engine.durable_steps import DurableSteps
from bot.engine.executors import Heart, new_executor_id
from bot.engine.ledger import spent_on_feature
from bot.engine.tables import feature, metadata, repository, run_start
from bot.settings import DEFAULT_PRICES
from tests.postgres import Cluster, running_cluster

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
RUN = "1:12:1:stage-database:1"
SONNET = "claude-sonnet-5-5"
ROOM = RunLimits()


@pytest.fixture
def planted(database: Database) -> Database:
    """A database with one feature, of both kinds in turn."""
    return plant(database)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """The same on SQLite alone, for what does not depend on the database."""
    opened = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    metadata.create_all(opened.engine)
    yield plant(opened)
    opened.dispose()


def plant(database: Database) -> Database:
    with database.writing() as connection:
        connection.execute(insert(repository).values(id=1, owner="o", name="r", seen_at=NOW))
        connection.execute(insert(feature).values(repository_id=1, issue=12, created_at=NOW))
    return database


def worker(database: Database, log: Path, dies_at: int, seconds: float, *run: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.engine.run_worker", database.url, str(log)]
    return subprocess.Popen([*command, str(dies_at), str(seconds), *run], cwd=ROOT)


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def marks(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(feature.c.wanted)).scalar_one())


class Crew:
    """A scripted crew in this process."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.turns: list[str] = []
        self.nothing: dict[str, TurnRecord] = {}
        self.outcomes: dict[str, RunOutcome] = {}
        self.go_on = threading.Event()
        self.go_on.set()
        self.act: Callable[[str, Mapping[str, Any], DurableSteps], RunOutcome] = self.three_turns
        self.most_at_once = self.at_once = 0

    def three_turns(self, run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            for number in (1, 2, 3):
                steps.turn(number, lambda number=number: self.turn(run_id, number))  # type: ignore[misc]
            return RunOutcome(Finished(str(request["task"])), turns=3)
        finally:
            self.at_once -= 1

    def turn(self, run_id: str, number: int) -> TurnRecord:
        self.turns.append(f"{run_id} {number}")
        self.go_on.wait(20)
        return TurnRecord(({"type": "text", "text": "ok"},), "end_turn", Usage(1_000_000, 0), model=SONNET)

    @contextmanager
    def at_work(self, limits: RunLimits = ROOM) -> Iterator[AgentRuns]:
        me = new_executor_id()
        runs = AgentRuns(
            self.database,
            me,
            lambda *given: self.act(*given),
            lambda _, run_id, outcome: self.outcomes.update({run_id: outcome}),
            DEFAULT_PRICES,
            limits,
        )
        heart = Heart(self.database, me, runs)
        runs.launch()
        heart.start()
        try:
            yield runs
        finally:
            self.go_on.set()
            runs.close(5)
            heart.stop()

    def ended(self, run_id: str) -> Callable[[], bool]:
        return lambda: run_id in self.outcomes


def start(runs: AgentRuns, run_id: str, repository_id: int = 1, after: str | None = None) -> None:
    runs.start(run_id, 1, repository_id, SONNET, {"task": "the work"}, after)


def test_a_run_ends_with_its_outcome_and_marks_its_feature(planted: Database) -> None:
    crew = Crew(planted)
    with crew.at_work() as runs:
        assert runs.state(RUN) is RunState.UNKNOWN
        start(runs, RUN)
        wait_for(crew.ended(RUN))
        wait_for(lambda: runs.state(RUN) is RunState.OVER)
    assert crew.outcomes[RUN].ending == Finished("the work")
    assert marks(planted) == 1
    with planted.reading() as connection:
        assert spent_on_feature(connection, 1) == pytest.approx(9.0)


def test_a_run_that_is_started_twice_is_one_run(file: Database) -> None:
    crew = Crew(file)
    with crew.at_work() as runs:
        start(runs, RUN)
        start(runs, RUN)
        wait_for(crew.ended(RUN))
        start(runs, RUN)
        time.sleep(0.5)
    assert crew.turns == [f"{RUN} {number}" for number in (1, 2, 3)]


def test_a_killed_worker_pays_no_turn_twice(planted: Database, tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert worker(planted, log, 3, 30, RUN).wait(60) == -9
    assert not any(line.startswith("outcome") for line in lines(log))
    second = worker(planted, log, 0, 30)
    wait_for(lambda: f"outcome {RUN} finished 5" in lines(log))
    log.with_suffix(".leave").touch()
    assert second.wait(60) == 0
    made = [line for line in lines(log) if line != "ready"]
    first_life = [f"{what} {RUN} {number}" for number in (1, 2) for what in ("turn", "batch")]
    died, second_life = (
        [f"turn {RUN} 3"],
        [f"{what} {RUN} {number}" for number in (3, 4, 5) for what in ("turn", "batch")],
    )
    assert made == [*first_life, *died, *second_life, f"outcome {RUN} finished 5"]
    assert marks(planted) == 1
    with planted.reading() as connection:
        assert spent_on_feature(connection, 1) == pytest.approx(5 * (0.003 + 0.00015))


def test_a_run_that_waited_when_its_worker_died_is_taken_up(file: Database, tmp_path: Path) -> None:
    crew = Crew(file)
    with crew.at_work(RunLimits(at_once=1, per_worker=1, per_repository=1)) as runs:
        crew.go_on.clear()
        start(runs, RUN)
        wait_for(lambda: crew.turns)
        start(runs, "waiting")
        assert runs.state("waiting") is RunState.WAITING
    with Crew(file).at_work() as runs:
        wait_for(lambda: runs.state("waiting") is RunState.OVER)


@pytest.fixture
def server(postgresql: Cluster) -> Iterator[Database]:
    """The same on PostgreSQL alone, where several workers may live."""
    opened = Database(postgresql.fresh_database())
    metadata.create_all(opened.engine)
    yield plant(opened)
    opened.dispose()


@contextmanager
def waiting_worker(database: Database, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that lives, and is stalled for now, so that another surely begins the run."""
    process = worker(database, log, 0, 60)
    wait_for(lambda: "ready" in lines(log))
    process.send_signal(signal.SIGSTOP)
    yield process
    log.with_suffix(".leave").touch()
    assert process.wait(30) == 0


def test_a_living_worker_adopts_what_a_dead_one_had_begun(server: Database, tmp_path: Path) -> None:
    log = tmp_path / "second"
    with waiting_worker(server, log) as second:
        assert worker(server, tmp_path / "first", 3, 30, RUN).wait(60) == -9
        second.send_signal(signal.SIGCONT)
        wait_for(lambda: f"outcome {RUN} finished 5" in lines(log))
    assert f"turn {RUN} 2" not in lines(log)
    assert f"turn {RUN} 3" in lines(log)


def test_a_stalled_worker_that_wakes_up_adds_nothing(server: Database, tmp_path: Path) -> None:
    stalled_log, log = tmp_path / "stalled", tmp_path / "second"
    with waiting_worker(server, log) as second:
        stalled = worker(server, stalled_log, -3, 60, RUN)
        wait_for(lambda: f"turn {RUN} 3" in lines(stalled_log))
        second.send_signal(signal.SIGCONT)
        wait_for(lambda: f"outcome {RUN} finished 5" in lines(log))
        stalled.send_signal(signal.SIGCONT)
        time.sleep(1.5)
        stalled.kill()
        stalled.wait()
    assert lines(stalled_log)[-1] == f"turn {RUN} 3"
    assert marks(server) == 1
    with server.reading() as connection:
        assert spent_on_feature(connection, 1) == pytest.approx(5 * (0.003 + 0.00015))


def test_a_stopped_run_ends_after_its_turn_and_a_later_one_goes_on_from_there(planted: Database) -> None:
    crew = Crew(planted)
    with crew.at_work() as runs:
        crew.go_on.clear()
        start(runs, RUN)
        wait_for(lambda: crew.turns == [f"{RUN} 1"])
        runs.stop(RUN)
        crew.go_on.set()
        wait_for(crew.ended(RUN))
        wait_for(lambda: runs.state(RUN) is RunState.OVER)
        start(runs, "again", after=RUN)
        wait_for(crew.ended("again"))
    stopped = crew.outcomes[RUN]
    assert isinstance(stopped.ending, GaveUp) and stopped.ending.why == "stopped"
    assert stopped.turns == 1
    assert stopped.cost_usd == pytest.approx(3.0)
    assert crew.turns == [f"{RUN} 1", "again 2", "again 3"]
    assert isinstance(crew.outcomes["again"].ending, Finished)
    with planted.reading() as connection:
        assert spent_on_feature(connection, 1) == pytest.approx(9.0)


def test_a_run_stopped_before_there_was_room_takes_no_turn(file: Database) -> None:
    crew = Crew(file)
    with crew.at_work() as runs:
        runs.stop(RUN)
        start(runs, RUN)
        wait_for(crew.ended(RUN))
    assert crew.turns == []


def test_an_error_in_a_turn_is_the_runs_outcome(file: Database) -> None:
    crew = Crew(file)

    def fail(run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
        steps.turn(1, lambda: crew.turn(run_id, 1))
        steps.turn(2, lambda: crew.nothing["missing"])
        raise AssertionError

    crew.act = fail
    with crew.at_work() as runs:
        start(runs, RUN)
        wait_for(crew.ended(RUN))
    ending = crew.outcomes[RUN].ending
    assert isinstance(ending, GaveUp) and ending.why == "unexpected_error"
    assert (crew.outcomes[RUN].turns, marks(file)) == (1, 1)


def test_an_error_before_the_first_turn_is_tried_again(file: Database) -> None:
    crew, tries = Crew(file), []

    def fail_once(run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
        tries.append(run_id)
        if len(tries) == 1:
            raise OSError("the network was away")
        return crew.three_turns(run_id, request, steps)

    crew.act = fail_once
    with crew.at_work() as runs:
        start(runs, RUN)
        wait_for(crew.ended(RUN))
    assert isinstance(crew.outcomes[RUN].ending, Finished)


def test_three_starts_without_a_turn_end_the_run(file: Database) -> None:
    with file.writing() as connection:
        connection.execute(insert(run_start).values(run_id=RUN, in_vain=3))
    crew = Crew(file)
    with crew.at_work() as runs:
        start(runs, RUN)
        wait_for(crew.ended(RUN))
    ending = crew.outcomes[RUN].ending
    assert isinstance(ending, GaveUp) and ending.why == "started_in_vain"
    assert "Look into Baton's log" in ending.sentence
    assert crew.turns == []


def test_a_worker_that_dies_in_its_first_turn_counts_a_start_in_vain(file: Database, tmp_path: Path) -> None:
    worker(file, tmp_path / "log", 1, 30, RUN).wait(60)
    with file.reading() as connection:
        assert connection.execute(select(run_start.c.in_vain)).scalar_one() == 1


@pytest.mark.parametrize("why", ["started_in_vain", "stopped", "unexpected_error"])
def test_a_run_that_ends_early_in_a_later_life_keeps_its_paid_turns(
    file: Database, tmp_path: Path, why: str
) -> None:
    worker(file, tmp_path / "log", 2, 30, RUN).wait(60)
    crew = Crew(file)

    def fails(run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
        raise OSError("the disk is full")

    with file.writing() as connection:
        if why == "started_in_vain":
            connection.execute(update(run_start).values(in_vain=3))
        if why == "stopped":
            connection.execute(update(run_start).values(stop_asked_at=database_now(connection)))
    crew.act = fails if why == "unexpected_error" else crew.act
    with crew.at_work() as runs:
        wait_for(crew.ended(RUN))
        wait_for(lambda: runs.state(RUN) is RunState.OVER)
    ending = crew.outcomes[RUN].ending
    assert isinstance(ending, GaveUp) and ending.why == why
    assert crew.turns == []
    assert crew.outcomes[RUN].turns == 1


def test_a_worker_that_leaves_politely_counts_no_start_in_vain(file: Database) -> None:
    crew = Crew(file)
    with crew.at_work() as runs:
        crew.go_on.clear()
        start(runs, RUN)
        wait_for(lambda: crew.turns)
        runs._closing.set()
        crew.go_on.set()
        wait_for(lambda: not runs._active)
    assert crew.outcomes == {}
    with file.reading() as connection:
        assert connection.execute(select(run_start.c.in_vain)).scalar_one() == 0
    again = Crew(file)
    with again.at_work():
        wait_for(again.ended(RUN))
    assert again.turns == [f"{RUN} 2", f"{RUN} 3"]


def test_runs_of_one_repository_share_its_places(file: Database) -> None:
    crew = Crew(file)
    with crew.at_work(RunLimits(at_once=4, per_worker=4, per_repository=1)) as runs:
        for number in range(3):
            start(runs, f"run-{number}")
        wait_for(lambda: len(crew.outcomes) == 3)
    assert crew.most_at_once == 1


def test_an_outcome_that_cannot_be_recorded_is_tried_again(file: Database) -> None:
    crew, tries = Crew(file), []

    class Failing(dict[str, RunOutcome]):
        def update(self, *given: Any, **more: Any) -> None:
            tries.append(given)
            if len(tries) == 1:
                raise OSError("disk full")
            super().update(*given, **more)

    crew.outcomes = Failing()
    with crew.at_work() as runs:
        start(runs, RUN)
        wait_for(crew.ended(RUN))
    assert marks(file) == 1


def test_a_run_waits_for_a_database_that_is_restarted_between_its_turns(tmp_path: Path) -> None:
    with running_cluster() as cluster:
        opened = plant_anew(cluster)
        crew = Crew(opened)

        def restarts(run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
            steps.turn(1, lambda: crew.turn(run_id, 1))
            cluster.stop()
            threading.Timer(1.0, cluster.start).start()
            steps.turn(2, lambda: crew.turn(run_id, 2))
            return RunOutcome(Finished(str(request["task"])), turns=2)

        crew.act = restarts
        with crew.at_work() as runs:
            start(runs, RUN)
            wait_for(crew.ended(RUN), 60)
        assert isinstance(crew.outcomes[RUN].ending, Finished)
        assert crew.turns == [f"{RUN} 1", f"{RUN} 2"]
        with opened.reading() as connection:
            assert spent_on_feature(connection, 1) == pytest.approx(6.0)
        opened.dispose()


def test_a_run_that_begins_while_the_database_is_away_is_not_lost(tmp_path: Path) -> None:
    with running_cluster() as cluster:
        opened = plant_anew(cluster)
        crew, tries = Crew(opened), []

        def needs_it_first(run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
            tries.append(run_id)
            if len(tries) == 1:
                cluster.stop()
                threading.Timer(3.0, cluster.start).start()
                marks(opened)
            return crew.three_turns(run_id, request, steps)

        crew.act = needs_it_first
        with crew.at_work() as runs:
            start(runs, RUN)
            wait_for(crew.ended(RUN), 60)
        assert isinstance(crew.outcomes[RUN].ending, Finished)
        opened.dispose()


def plant_anew(cluster: Cluster) -> Database:
    opened = Database(cluster.fresh_database())
    metadata.create_all(opened.engine)
    return plant(opened)
