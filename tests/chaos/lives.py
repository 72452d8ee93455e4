"""Lives of one small feature: people and CI on the playground, and Baton beside them as a process that may die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.playground.start import Playground, start_playground
from tests.acceptance.outside import FAULTS, ROOT, GitHub, clean
from tests.acceptance.playing import Feature, end_state, same
from tests.chaos.dying import read_lines
from tests.chaos.post import Fates, Letter, Post, a_post, all_arrive
from tests.story.cast import Cast, call, on_stage
from tests.story.conftest import FILES, ISSUE, PLAN
from tests.story.world import QUICK, git_repository

PATIENCE = 90.0
CALM = 3.0
Doom = tuple[str, str]


@dataclass
class Town:
    """A GitHub with one labelled-to-be issue, its people, and the model's part."""

    playground: Playground
    cast: Cast
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


@contextmanager
def a_town(
    home: Path, database_url: str | None = None, fates: Fates = all_arrive, **settings: str
) -> Iterator[Town]:
    """Everything but Baton."""
    home.mkdir(parents=True, exist_ok=True)
    cast = Cast()
    everybody_knows_their_part(cast)
    repository = git_repository(home / "greeter", FILES)
    playground = start_playground(
        port=0, repo=repository, issue_text=ISSUE, ci="green", directory=home / "github"
    )
    try:
        with on_stage(cast), a_post(playground.webhook_url, fates) as post:
            playground.inhabitants.app.webhook_url = post.url
            environment = {
                **playground.environment(),
                **QUICK,
                "BATON_SWEEP_SECONDS": "1",
                "BATON_CHECKS_SETTLE_SECONDS": "5",
                "BATON_DATABASE_URL": database_url or f"sqlite:///{home / 'baton.db'}",
                "BATON_WORKDIR": str(home / "work"),
                "ANTHROPIC_BASE_URL": cast.url,
                "ANTHROPIC_API_KEY": "k",
                **settings,
            }
            github = GitHub(playground.state(), home, None)  # type: ignore[arg-type]
            yield Town(playground, cast, github, environment, home, post)
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
    **settings: str,
) -> Life:
    """A feature from its label to its report, with Baton dying at each of these points.

    `afterwards` says what more is wrong once all is at rest.
    """
    with a_town(home, database_url, fates, **settings) as town, baton_dying(town, dooms, spared) as process:
        began = time.monotonic()
        feature = Feature(town.github, town.github.issue)
        feature.label()
        until_over(town, feature, process, patience)
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
            len(town.cast.calls),
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


def until_over(town: Town, feature: Feature, baton: subprocess.Popen[bytes], patience: float) -> None:
    """People do their part; the time runs anew whenever something happens."""
    before: object = None
    end = time.monotonic() + patience
    while not feature.closed:
        feature.act()
        now = (len(read_lines(town.home / "hits.jsonl")), len(town.playground.hub.happenings))
        if now != before:
            before, end = now, time.monotonic() + patience
        if baton.poll() is not None:
            raise AssertionError(f"Baton ended by itself, with {baton.poll()}.\n{story(town)}")
        if time.monotonic() > end:
            raise AssertionError(f"Nothing for {patience:.0f} s.\n{story(town)}")
        time.sleep(0.1)


def at_rest(town: Town, expected: dict[str, Any] | None) -> tuple[dict[str, Any], list[str]]:
    """How GitHub looks once nothing happens any more; and how that differs from what was expected."""
    end = time.monotonic() + 40
    quiet_since, before = time.monotonic(), -1
    while True:
        count = len(town.playground.hub.happenings)
        if count != before:
            before, quiet_since = count, time.monotonic()
        if time.monotonic() - quiet_since > CALM:
            state = town.end_state()
            done = ("baton: done" in state["issue"][3]) if expected is None else not same(expected, state)
            if done or time.monotonic() > end:
                return state, same(expected, state) if expected is not None else []
        time.sleep(0.2)


def story(town: Town) -> str:
    lines = [
        f"{each.at:%H:%M:%S.%f} {each.actor} {each.text[:160]}" for each in town.playground.hub.happenings
    ]
    log = town.home / "baton.log"
    said = log.read_text(errors="replace")[-6000:] if log.exists() else ""
    return "\n".join(lines[-40:]) + "\n" + said


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
