"""Lives of a feature with two web servers and two workers on one PostgreSQL, while processes die and stand still.

By chance, which a seed repeats, at some moment of each life: a worker is killed and perhaps started again, a web server
is killed and started again, a worker is stopped for longer than its lease and than it may be silent, and wakes up; and
PostgreSQL is restarted. Whoever is struck is the one at work at that moment.
"""

from __future__ import annotations

import random
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import psycopg

from bot.playground.start import free_port
from tests.acceptance.outside import Baton, until
from tests.acceptance.playing import Feature
from tests.chaos.lives import SMALL, Tale, Town, a_town, at_rest, story, until_over
from tests.postgres import Cluster

LEASE_SECONDS = 4
PATIENCE = 120.0
PROGRAM = (sys.executable, "-m", "tests.chaos.leasing_briefly")
BEGUN = re.compile(r"created the branch baton/\d+-[\w-]+/(?P<stage>\d+)-")
OPENED = re.compile(r"opened pull request #(?P<number>\d+): .*\(baton/\d+-[\w-]+/(?P<stage>\d+)-.* → ")
MERGED = re.compile(r"merged pull request #(?P<number>\d+) ")


class What(Enum):
    """What befalls them."""

    WORKER_KILLED = "a worker is killed"
    WEB_KILLED = "a web server is killed"
    WORKER_STALLED = "a worker stands still and wakes up"
    DATABASE_RESTARTED = "PostgreSQL is restarted"
    DATABASE_CRASHED = "PostgreSQL crashes and is started again"


@dataclass(frozen=True)
class Blow:
    """Something that befalls them once so many things have happened on GitHub. After `seconds` it is mended, if ever."""

    after: int
    what: What
    seconds: float | None


def blows_of(seed: int, length: int) -> tuple[Blow, ...]:
    """One of each, in any order, somewhere in a feature of this length."""
    chance = random.Random(seed)
    falls = (What.DATABASE_RESTARTED, What.DATABASE_CRASHED)
    blows = [
        (What.WORKER_KILLED, chance.choice((None, chance.uniform(0, 3)))),
        (What.WEB_KILLED, chance.uniform(0, 3)),
        (What.WORKER_STALLED, chance.uniform(9, 12)),
        (chance.choice(falls), chance.uniform(0, 3)),
    ]
    moments = sorted(chance.sample(range(2, int(length * 0.85)), len(blows)))
    chance.shuffle(blows)
    return tuple(Blow(after, what, seconds) for after, (what, seconds) in zip(moments, blows, strict=True))


@dataclass
class Together:
    """What became of one feature."""

    seconds: float
    struck: tuple[str, ...]
    kills: int
    turns: int
    length: int
    state: dict[str, Any]
    differences: list[str]
    faults: dict[str, Any]
    out_of_order: list[str]
    tracebacks: int


@dataclass
class Fleet:
    """The processes, and the database that they share."""

    town: Town
    cluster: Cluster
    url: str
    webs: tuple[Baton, ...]
    workers: tuple[Baton, ...]
    down: set[int] = field(default_factory=set)
    struck: list[str] = field(default_factory=list)
    menders: list[threading.Timer] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    chance: random.Random = field(default_factory=random.Random)

    @property
    def all(self) -> tuple[Baton, ...]:
        return (*self.webs, *self.workers)

    def ended(self) -> str:
        """Which of those that nobody killed has left, if one has."""
        for each in self.all:
            if id(each) not in self.down and has_ended(each):
                return f"{each.log.name} ended by itself."
        return ""

    # --- who is at work

    def at_work(self, among: Sequence[Baton], seconds: float = 3.0) -> Baton:
        """One that looks at the feature or runs an agent just now; anyone where nobody does for so long."""
        end = time.monotonic() + seconds
        up = [each for each in among if id(each) not in self.down]
        while time.monotonic() < end:
            busy = self._pids_at_work()
            found = [each for each in up if each.process and each.process.pid in busy]
            if found:
                return self.chance.choice(found)
            time.sleep(0.01)
        return self.chance.choice(up or list(among))

    def _pids_at_work(self) -> set[int]:
        question = (
            "SELECT leased_by FROM feature WHERE leased_until > clock_timestamp() "
            "UNION SELECT executor_id FROM dbos.workflow_status WHERE status = 'PENDING'"
        )
        try:
            with psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=5) as connection:
                owners = [row[0] for row in connection.execute(question).fetchall() if row[0]]
        except psycopg.Error:
            return set()
        return {int(owner.rsplit("-", 2)[1]) for owner in owners}

    # --- what befalls them

    def strike(self, blow: Blow) -> None:
        match blow.what:
            case What.WORKER_KILLED:
                self._kill(self.at_work(self.workers), blow)
            case What.WEB_KILLED:
                self._kill(self.chance.choice(self.webs), blow)
            case What.WORKER_STALLED:
                self._stall(self.at_work(self.workers), blow)
            case What.DATABASE_RESTARTED:
                self._restart(signal.SIGINT, blow)
            case What.DATABASE_CRASHED:
                self._restart(signal.SIGQUIT, blow)

    def _kill(self, baton: Baton, blow: Blow) -> None:
        self._say(blow, baton)
        self.down.add(id(baton))
        baton.kill()
        if blow.seconds is not None:
            self._later(blow.seconds, lambda: self._start_again(baton))

    def _start_again(self, baton: Baton) -> None:
        """As an init system does: once more where the database was away while it started."""
        while not self.over.is_set():
            with suppress(AssertionError):
                self._start(baton)
            if not has_ended(baton):
                break
        self.down.discard(id(baton))

    def _start(self, baton: Baton) -> None:
        before = baton.said().count("worker_ready")
        baton.start()
        if baton in self.workers:
            until(
                lambda: has_ended(baton) or baton.said().count("worker_ready") > before, "the worker is ready"
            )

    def _stall(self, baton: Baton, blow: Blow) -> None:
        self._say(blow, baton)
        baton.stall()
        self.down.add(id(baton))

        def wake() -> None:
            baton.wake()
            self.down.discard(id(baton))

        self._later(blow.seconds or 0, wake)

    def _later(self, seconds: float, mend: Callable[[], None]) -> None:
        mender = threading.Timer(seconds, mend)
        self.menders.append(mender)
        mender.start()

    def _restart(self, how: signal.Signals, blow: Blow) -> None:
        self._say(blow)
        self.cluster.stop(how)
        time.sleep(blow.seconds or 0)
        self.cluster.start()

    def _say(self, blow: Blow, baton: Baton | None = None) -> None:
        whom = f" ({baton.log.stem.rpartition('-')[0]})" if baton else ""
        happened = len(self.town.playground.hub.happenings)
        self.struck.append(f"after {happened}: {blow.what.value}{whom}, {blow.seconds or 0:.1f} s")

    # --- life

    def start(self) -> None:
        for each in self.all:
            each.start()
        self._until_all_work()

    def _until_all_work(self) -> None:
        end = time.monotonic() + 60
        while not all("worker_ready" in each.said() for each in self.workers):
            assert time.monotonic() < end and not self.ended(), self.ended() or story(self.town)
            time.sleep(0.05)

    def come_to_rest(self) -> None:
        """Everybody is awake, and started again who is."""
        for mender in self.menders:
            mender.join(90)

    def stop(self) -> None:
        self.over.set()
        for mender in self.menders:
            mender.cancel()
        for mender in self.menders:
            mender.join(90)
        for each in self.all:
            if each.process is not None and each.process.poll() is None:
                each.wake()
                each.stop()


def has_ended(baton: Baton) -> bool:
    return baton.process is not None and baton.process.poll() is not None


@contextmanager
def a_fleet(town: Town, cluster: Cluster, url: str, seed: int) -> Iterator[Fleet]:
    """Two `serve` and two `worker`; every other seed lets the web servers work too, every other two share a directory."""
    chance = random.Random(seed)
    webs_work, share = chance.random() < 0.5, chance.random() < 0.5
    ports = (town.playground.baton_port, free_port())

    def one(number: int, *command: str) -> Baton:
        settings = {
            "BATON_DATABASE_URL": url,
            "BATON_PORT": str(ports[number] if command[0] == "serve" else ports[0]),
            "BATON_WORKDIR": str(town.home / ("work" if share else f"work-{number}-{command[0]}")),
            "CHAOS_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        baton = Baton({**town.environment, **settings}, town.home, *command, program=PROGRAM)
        baton.log = town.home / f"baton-{command[0]}-{number}-0.log"
        return baton

    serve = ("serve",) if webs_work else ("serve", "--no-worker")
    webs = (one(0, *serve), one(1, *serve))
    town.post.others = (f"http://127.0.0.1:{ports[1]}/webhook",)
    fleet = Fleet(town, cluster, url, webs, (one(0, "worker"), one(1, "worker")), chance=chance)
    try:
        fleet.start()
        yield fleet
    finally:
        fleet.stop()


def live_together(
    home: Path,
    cluster: Cluster,
    seed: int,
    blows: Sequence[Blow] = (),
    expected: dict[str, Any] | None = None,
    tale: Tale = SMALL,
    say: Callable[[str], None] = print,
) -> Together:
    """A feature from its label to its report, with all of this befalling those who work at it."""
    with a_town(home, tale=tale) as town, a_fleet(town, cluster, cluster.fresh_database(), seed) as fleet:
        began = time.monotonic()
        feature = Feature(town.github, town.github.issue)
        feature.label()
        wrong: list[BaseException] = []
        fate = threading.Thread(target=befall, args=(fleet, blows, wrong), daemon=True)
        fate.start()
        until_over(town, feature, lambda: "; ".join(map(str, wrong)) or fleet.ended(), PATIENCE)
        seconds = time.monotonic() - began
        fate.join(PATIENCE)
        fleet.come_to_rest()
        state, differences = at_rest(town, expected)
        lived = Together(
            seconds,
            tuple(fleet.struck),
            sum(1 for each in fleet.struck if "killed" in each or "stands still" in each),
            town.model.turns(),
            len(town.playground.hub.happenings),
            state,
            differences,
            town.faults(),
            out_of_order(town),
            sum(each.said().count("Traceback") for each in fleet.all),
        )
        say(
            f"seed {seed}: {lived.seconds:.0f} s, {lived.turns} turns, {'; '.join(lived.struck) or 'undisturbed'}"
        )
        if lived.differences or lived.faults or lived.out_of_order:
            say(story(town))
        return lived


def befall(fleet: Fleet, blows: Sequence[Blow], wrong: list[BaseException]) -> None:
    try:
        for blow in blows:
            while len(fleet.town.playground.hub.happenings) < blow.after:
                time.sleep(0.005)
            fleet.strike(blow)
    except BaseException as error:  # noqa: BLE001 - told by the thread that waits
        wrong.append(error)


def out_of_order(town: Town) -> list[str]:
    """Where a stage began before the one before it was merged, or twice."""
    wrong: list[str] = []
    begun: list[int] = []
    numbers: dict[int, int] = {}
    merged: set[int] = set()
    for line in (each.text for each in town.playground.hub.happenings):
        if found := MERGED.search(line):
            merged.add(numbers.get(int(found["number"]), 0))
        elif found := OPENED.search(line):
            numbers[int(found["number"])] = int(found["stage"])
        elif found := BEGUN.search(line):
            stage = int(found["stage"])
            missing = [earlier for earlier in begun if earlier not in merged]
            if stage in begun or missing or stage != len(begun) + 1:
                wrong.append(line)
            begun.append(stage)
    return wrong if begun else ["no stage was begun"]
