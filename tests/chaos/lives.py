"""Lives of one feature: people and CI on the playground, and Baton beside them as a process that may die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx2

from bot.playground.model.run import running_model
from bot.playground.start import Playground, start_playground
from tests.acceptance.outside import FAULTS, ROOT, GitHub, clean
from tests.acceptance.playing import Feature, end_state, same
from tests.chaos.dying import read_lines
from tests.chaos.post import Fates, Letter, Post, a_post, all_arrive
from tests.story.cast import Cast, call, on_stage
from tests.story.conftest import FILES, ISSUE, PLAN
from tests.story.world import QUICK, git_repository

PATIENCE = 90.0
LOOKS_AGAIN = 1.0
CALM = 3.0
REST = 40.0
Doom = tuple[str, str]


class Model(Protocol):
    """Who plays the model's part: where it answers, and how many turns it was asked for."""

    @property
    def url(self) -> str: ...

    def turns(self) -> int: ...


@dataclass(frozen=True)
class Tale:
    """Which feature is lived, and with whom. Without a repository it is the demo's; without `people` they only merge."""

    model: Callable[[], AbstractContextManager[Model]]
    issue: str | None = None
    repository: Callable[[Path], Path] | None = None
    people: Callable[[Town], Feature] = lambda town: Feature(town.github, town.github.issue)


@dataclass
class Town:
    """A GitHub with one labelled-to-be issue, its people, and the model's part."""

    playground: Playground
    model: Model
    github: GitHub
    environment: dict[str, str]
    home: Path
    post: Post

    def referee(self) -> dict[str, Any]:
        with self.playground.hub.lock:
            report: dict[str, Any] = self.playground.site.referee.report()
        return report

    def faults(self) -> dict[str, Any]:
        report = self.referee()
        return {name: report[name] for name in FAULTS if report[name]}

    def end_state(self) -> dict[str, Any]:
        return end_state(self.github, self.github.issue)


@dataclass(frozen=True)
class Played:
    """A cast, as a model."""

    cast: Cast

    @property
    def url(self) -> str:
        return self.cast.url

    def turns(self) -> int:
        return len(self.cast.calls)


@dataclass(frozen=True)
class Recorded:
    """The recorded model of the demo."""

    url: str

    def turns(self) -> int:
        return len(httpx2.get(f"{self.url}/_model/calls", timeout=30).json())


@contextmanager
def a_cast() -> Iterator[Model]:
    cast = Cast()
    everybody_knows_their_part(cast)
    with on_stage(cast):
        yield Played(cast)


@contextmanager
def the_recording() -> Iterator[Model]:
    with running_model() as url:
        yield Recorded(url)


# Three stages in some ten seconds, and the six that `make demo` shows.
SMALL = Tale(a_cast, ISSUE, lambda home: git_repository(home / "greeter", FILES))
DEMO = Tale(the_recording)


@contextmanager
def a_town(
    home: Path,
    database_url: str | None = None,
    fates: Fates = all_arrive,
    tale: Tale = SMALL,
    **settings: str,
) -> Iterator[Town]:
    """Everything but Baton."""
    home.mkdir(parents=True, exist_ok=True)
    repository = tale.repository(home) if tale.repository else None
    playground = start_playground(
        port=0, repo=repository, issue_text=tale.issue, ci="green", directory=home / "github"
    )
    try:
        with tale.model() as model, a_post(playground.webhook_url, fates) as post:
            playground.inhabitants.app.webhook_url = post.url
            environment = {
                **playground.environment(),
                **QUICK,
                "BATON_SWEEP_SECONDS": "1",
                "BATON_CHECKS_SETTLE_SECONDS": "5",
                "BATON_DATABASE_URL": database_url or f"sqlite:///{home / 'baton.db'}",
                "BATON_WORKDIR": str(home / "work"),
                "ANTHROPIC_BASE_URL": model.url,
                "ANTHROPIC_API_KEY": "k",
                **settings,
            }
            github = GitHub(playground.state(), home, None)  # type: ignore[arg-type]
            yield Town(playground, model, github, environment, home, post)
    finally:
        playground.stop()


def everybody_knows_their_part(cast: Cast) -> None:
    greet = "def greet(name: str) -> str:\n    return f'hello {name}'\n"
    test = "def test_greet() -> None:\n    assert True\n"
    cast.plays("implementation-orchestrator", [call("submit_plan", **PLAN)])
    cast.plays(
        "backend-developer",
        [call("Read", file_path="backend/greet.py")],
        [call("Write", file_path="backend/greet.py", content=greet)],
        [
            call(
                "finish_stage",
                summary="Greets by name.",
                documents_used=["CLAUDE.md"],
                learnings=["Be kind."],
            )
        ],
    )
    cast.plays(
        "test-engineer",
        [call("Write", file_path="backend/tests/test_greet.py", content=test)],
        [call("finish_stage", summary="Tests the greeting.", documents_used=[], learnings=[])],
    )
    cast.plays("code-reviewer", [call("submit_review", verdict="approved", findings=[])])


# --- one life -----------------------------------------------------------------------------------


@dataclass
class Life:
    """What became of one feature."""

    seconds: float
    hits: tuple[Mapping[str, Any], ...]
    starts: int
    turns: int
    state: dict[str, Any]
    faults: dict[str, Any]
    writes: int
    passed: frozenset[Doom]
    differences: list[str] = field(default_factory=list)
    letters: tuple[Letter, ...] = ()
    asked: frozenset[str] = frozenset()

    @property
    def kills(self) -> int:
        return len(self.hits)


def live(
    home: Path,
    dooms: Sequence[Doom] = (),
    expected: dict[str, Any] | None = None,
    database_url: str | None = None,
    spared: Iterable[Doom] = (),
    patience: float = PATIENCE,
    fates: Fates = all_arrive,
    afterwards: Callable[[Town], list[str]] = lambda town: [],
    tale: Tale = SMALL,
    **settings: str,
) -> Life:
    """A feature from its label to its report, with Baton dying at each of these points.

    `afterwards` says what more is wrong once all is at rest.
    """
    with (
        a_town(home, database_url, fates, tale, **settings) as town,
        baton_dying(town, dooms, spared) as process,
    ):
        began = time.monotonic()
        feature = tale.people(town)
        feature.label()
        until_over(town, feature, lambda: ended_by_itself(process), patience)
        state, differences = at_rest(town, expected)
        seconds = time.monotonic() - began - CALM
        differences += afterwards(town)
        hits = tuple(read_lines(home / "hits.jsonl"))
        starts = len(read_lines(home / "starts.jsonl"))
        writes = int(town.referee()["requests"]["writes"])
        passed = frozenset(pair_of(each) for each in read_lines(home / "passed.jsonl"))
        return Life(
            seconds,
            hits,
            starts,
            town.model.turns(),
            state,
            town.faults(),
            writes,
            passed,
            differences,
            tuple(town.post.letters),
            frozenset(town.referee()["requests"]["by_kind"]),
        )


def pair_of(line: Mapping[str, Any]) -> Doom:
    return (str(line["name"]), str(line["point"]))


def until_over(town: Town, feature: Feature, ended: Callable[[], str], patience: float) -> None:
    """People do their part; the time runs anew whenever something happens. `ended` says which Baton left, if one did."""
    before: object = None
    end = time.monotonic() + patience
    acted = 0.0
    while True:
        now = (len(read_lines(town.home / "hits.jsonl")), len(town.playground.hub.happenings))
        # Nobody may ask GitHub more than 5,000 times an hour, and a life can be that long.
        if now != before or time.monotonic() - acted > LOOKS_AGAIN:
            acted = time.monotonic()
            if feature.closed:
                return
            feature.act()
        if now != before:
            before, end = now, time.monotonic() + patience
        if said := ended():
            raise AssertionError(f"{said}\n{story(town)}")
        if time.monotonic() > end:
            raise AssertionError(f"Nothing for {patience:.0f} s.\n{story(town)}")
        time.sleep(0.1)


def ended_by_itself(baton: subprocess.Popen[bytes]) -> str:
    code = baton.poll()
    return "" if code is None else f"Baton ended by itself, with {code}."


def at_rest(town: Town, expected: dict[str, Any] | None) -> tuple[dict[str, Any], list[str]]:
    """How GitHub looks once nothing happens any more; and how that differs from what was expected."""
    quiet_since, before = time.monotonic(), (-1, -1)
    while True:
        now = (len(read_lines(town.home / "hits.jsonl")), len(town.playground.hub.happenings))
        if now != before:
            before, quiet_since = now, time.monotonic()
        quiet = time.monotonic() - quiet_since
        if quiet > CALM:
            state = town.end_state()
            done = ("baton: done" in state["issue"][3]) if expected is None else not same(expected, state)
            if done or quiet > REST:
                return state, same(expected, state) if expected is not None else []
        time.sleep(0.2)


def story(town: Town) -> str:
    lines = [
        f"{each.at:%H:%M:%S.%f} {each.actor} {each.text[:160]}" for each in town.playground.hub.happenings
    ]
    logs = sorted(town.home.glob("baton*.log"))
    said = [f"--- {log.name}\n{log.read_text(errors='replace')[-6000:]}" for log in logs]
    return "\n".join([*lines[-40:], *said])


@contextmanager
def baton_dying(
    town: Town, dooms: Sequence[Doom], spared: Iterable[Doom] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Baton beside the town, started again after each death; its log is in `home/baton.log`."""
    (town.home / "dooms.json").write_text(json.dumps({"dooms": list(dooms), "spared": list(spared)}))
    lease = {"CHAOS_LEASE_SECONDS": "4"} if "postgresql" in town.environment["BATON_DATABASE_URL"] else {}
    with (town.home / "baton.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.dying", str(town.home)],
            env=clean({**town.environment, **lease, "PYTHONPATH": str(ROOT)}),
            cwd=town.home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
