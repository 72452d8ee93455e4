"""A feature's life on the playground, driven one look at a time: no threads, a clock that is moved by hand."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, Row, event, select, update

from bot.crew.conversation import ModelCall
from bot.crew.endings import Asked, Finished, GaveUp, Planned, Reviewed
from bot.crew.records import RunOutcome, TurnRecord, Usage
from bot.engine import tables
from bot.engine.agent_runs import RunState
from bot.engine.agent_work import AgentWork
from bot.engine.briefing import Briefing
from bot.engine.database import Database, insert_or_leave
from bot.engine.houses import Houses
from bot.engine.installed_agents import load_agents
from bot.engine.leasing import LEASE_SECONDS, Leased, lease_next
from bot.engine.looking import Looking
from bot.engine.marking import ensure_feature, mark
from bot.engine.observing import Observing
from bot.engine.performing import Performing, Scene
from bot.engine.presenting import Presenting
from bot.github.auth import App, Permissions
from bot.github.rules import Rules
from bot.moves import Move
from bot.plan.agent import Agent
from bot.plan.plan import Plan, PlannedStage, PlannersQuestion, SkippedStage
from bot.plan.stage_kind import StageKind
from bot.settings import Settings, load_settings
from bot.workspace.mirror import Mirrors
from tests.github.homes import Home

# What goes wrong on purpose needs no traceback of every local variable.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

CONFIGURATION = "ci: optional\n"
FILES = {
    "README.md": "# Small\n",
    "CLAUDE.md": "# How we work\n\nSmall steps.\n",
    ".github/baton.yml": CONFIGURATION,
}
PLAN = Plan(
    feature="Notifications",
    stages=(
        PlannedStage(StageKind.DEVOPS, "A container", "devops-engineer", (), ("Dockerfile",)),
        PlannedStage(
            StageKind.TESTING, "Tests", "test-engineer", (StageKind.DEVOPS,), ("tests/test_notifications.py",)
        ),
        PlannedStage(StageKind.REVIEW, "Review", "code-reviewer", (StageKind.TESTING,)),
    ),
    skipped=tuple(
        SkippedStage(kind, "Not needed.")
        for kind in (StageKind.DATABASE, StageKind.API, StageKind.BACKEND, StageKind.FRONTEND)
    ),
    acceptance_criteria=("People are told.",),
)
SHORT = replace(PLAN, stages=(PLAN.stages[0], replace(PLAN.stages[2], needs=(StageKind.DEVOPS,))))

Written = tuple[Any, Mapping[str, str | None]]


def finished(files: Mapping[str, str | None], *learnings: str) -> Written:
    return Finished("Did it as planned.", (), learnings, tuple(files)), files


def planned(plan: Plan) -> Written:
    return Planned(plan.to_data()), {}


SCRIPT: dict[str, Written] = {
    "plan": planned(PLAN),
    "devops": finished({"Dockerfile": "FROM scratch\n"}, "Containers are built from scratch."),
    "testing": finished({"tests/test_notifications.py": "def test_it() -> None:\n    assert 1 + 1 == 2\n"}),
    "verdict": (Reviewed("approved", ()), {}),
}


def settings_of(home: Home, directory: Path) -> Settings:
    """As on a laptop, and more impatient."""
    app = home.town.playground.inhabitants.app
    environment = {
        "BATON_GITHUB_APP_ID": str(app.id),
        "BATON_GITHUB_PRIVATE_KEY": app.private_key,
        "BATON_GITHUB_WEBHOOK_SECRET": "secret",
        "BATON_GITHUB_API_URL": home.town.playground.url,
        "BATON_WORKDIR": str(directory),
        "BATON_CHECKS_SETTLE_SECONDS": "0.001",
        "BATON_SETTLE_SECONDS": "2",
    }
    return load_settings(environment, None)


@cache
def packaged_agents(directory: Path) -> tuple[Agent, ...]:
    """Their files are the same for every process of a test run."""
    return load_agents(directory)


class NoModel:
    """Nobody asks a model here: runs are completed by the script."""

    def reply(self, call: ModelCall) -> TurnRecord:
        raise AssertionError("A model was asked.")


class ScriptedRuns:
    """Runs end at once, with what the script says of their chapter."""

    def __init__(
        self, database: Database, script: Mapping[str, Written], clock: Callable[[], datetime]
    ) -> None:
        self._database, self._script, self._clock = database, script, clock
        self.started: list[str] = []
        self.stopped: list[str] = []
        self.holding: set[str] = set()

    def start(
        self, run_id: str, feature_id: int, repository_id: int, model: str, request: Mapping[str, Any]
    ) -> None:
        self.started.append(run_id)
        if self._line(run_id) not in self.holding:
            self.complete(run_id, feature_id)

    def complete(self, run_id: str, feature_id: int) -> None:
        ending, files = self._script[self._line(run_id)]
        with self._database.writing() as connection:
            kept = update(tables.run).where(tables.run.c.id == run_id).values(files=json.dumps(files))
            connection.execute(kept)
            AgentWork.ended(connection, run_id, RunOutcome(ending, turns=3, usage=Usage(), cost_usd=0.05))
            mark(connection, [feature_id], self._clock())

    def stop(self, run_id: str) -> None:
        self.stopped.append(run_id)

    def state(self, run_id: str) -> RunState:
        with self._database.reading() as connection:
            result = connection.execute(
                select(tables.run.c.result).where(tables.run.c.id == run_id)
            ).scalar_one_or_none()
        if result is not None:
            return RunState.OVER
        return RunState.WAITING if run_id in self.started else RunState.UNKNOWN

    def _line(self, run_id: str) -> str:
        """The script's line for a run: its chapter, or as much of it as the script knows by itself.

        `devops/1/mend` is found under `devops/mend`, and `verdict/1/1` under `verdict/1` before `verdict`.
        """
        first, *rest = run_id.split(":")[3].split("/")
        named = [f"{first}/{rest[-1]}"] if len(rest) > 1 else []
        return next((name for name in named if name in self._script), first)


@dataclass
class Clock:
    """The present, and as far into the future as it was moved."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


class Watched(Performing):
    """Keeps the names of the moves that were done, in their order."""

    moves: list[str]
    before: Callable[[Move], None] = staticmethod(lambda move: None)

    def do(self, move: Move, scene: Scene) -> None:
        self.before(move)
        self.moves.append(type(move).__name__)
        super().do(move, scene)


@dataclass
class Process:
    """What a Baton process holds in memory: thrown away by a crash."""

    home: Home
    database: Database
    settings: Settings
    runs: ScriptedRuns
    clock: Clock
    moves: list[str]
    mirrors: Mirrors

    def __post_init__(self) -> None:
        login = self.home.town.slug
        agents = packaged_agents(self.settings.agents_dir)
        houses = Houses(self.settings, agents, self.home.app, login, lambda: self.clock().timestamp())
        self.houses = houses
        self.observing = self.observing_at(self.home.app)
        work = AgentWork(
            self.database, self.observing, houses, NoModel(), self.settings.prices, self.settings.workdir
        )
        self.performing = Watched(
            self.database, self.runs, Briefing(self.settings, lambda repository: 0.0), self.clock
        )
        self.performing.moves = self.moves
        self.presenting = Presenting(self.database, self.clock)
        self.looking = Looking(
            self.database,
            self.observing,
            self.performing,
            self.presenting,
            work,
            self.runs.state,
            login,
            self.settings.api_url,
            self.clock,
        )

    def observing_at(self, app: App) -> Observing:
        return Observing(
            self.database,
            app,
            self.home.town.slug,
            self.houses,
            self.mirrors,
            Permissions(self.clock),
            Rules(lambda: self.clock().timestamp()),
        )


@dataclass
class Life:
    """One feature, its GitHub, its database, and the process that looks."""

    home: Home
    database: Database
    directory: Path
    script: dict[str, Written] = field(default_factory=lambda: dict(SCRIPT))
    clock: Clock = field(default_factory=Clock)
    moves: list[str] = field(default_factory=list)
    merged: set[int] = field(default_factory=set)
    allows_errors: bool = False
    # Runs have a process of their own: it does not die with the one that looks.
    outside_database: Database | None = None

    def __post_init__(self) -> None:
        self.settings = settings_of(self.home, self.directory)
        self.outside = self.outside_database or QuickDatabase(self.database.url)
        # What git said of a commit holds for every process.
        self.mirrors = Mirrors(self.settings.workdir / "mirrors")
        self.runs = ScriptedRuns(self.outside, self.script, self.clock)
        self.start()
        with self.outside.writing() as connection:
            row = {
                "id": self.home.repository.id,
                "owner": self.home.repository.owner.login,
                "name": self.home.repository.name,
                "installation_id": self.home.town.installation,
                "seen_at": self.clock(),
            }
            connection.execute(insert_or_leave(connection, tables.repository, "id"), row)
            self.feature_id = ensure_feature(
                connection, self.home.repository.id, self.home.issue_number, self.clock()
            )

    def close(self) -> None:
        self.outside.dispose()
        self.database.dispose()

    def start(self) -> None:
        """A new process on the same database."""
        self.process = self.another_process(self.moves)

    def another_process(self, moves: list[str]) -> Process:
        return Process(self.home, self.database, self.settings, self.runs, self.clock, moves, self.mirrors)

    # --- looking

    def lease(self) -> Leased | None:
        return lease_next(self.database, "test", self.clock())

    def look(self) -> str:
        """Mark the feature as a delivery would, look once, and give the sentence that people read."""
        self.mark()
        leased = self.lease()
        assert leased is not None, "The feature is leased by somebody."
        self.process.looking.look(leased)
        if "does not know" in self.waiting_for and not self.allows_errors:
            raise AssertionError(self.waiting_for)
        return self.waiting_for

    def mark(self) -> None:
        with self.outside.writing() as connection:
            mark(connection, [self.feature_id], self.clock())

    def after_a_crash(self) -> None:
        """The lease of the dead process runs out, and another process begins."""
        self.clock.forward(LEASE_SECONDS + 1)
        self.start()

    @property
    def row(self) -> Row[Any]:
        with self.database.reading() as connection:
            known = select(tables.feature).where(tables.feature.c.id == self.feature_id)
            return connection.execute(known).one()

    @property
    def state(self) -> str | None:
        state: str | None = self.row.state
        return state

    @property
    def waiting_for(self) -> str:
        return str(self.row.waiting_for)

    def rows(self, table: Any) -> list[Row[Any]]:
        with self.database.reading() as connection:
            return list(connection.execute(select(table)).all())

    # --- a whole life

    def do_peoples_part(self) -> None:
        """What a willing maintainer does in this state."""
        lives = len(self.rows(tables.generation))
        if self.state == "awaiting_approval" and len(self.rows(tables.approval)) < lives:
            said = [each["body"] for each in self.home.comments()]
            if said.count("/approve") < lives:
                self.home.say("/approve", by="reviewer")
        if self.state == "in_review" and "ready" in self.waiting_for:
            for pull in self.home.repository.pulls:
                gates = [run for suite in self.home.repository.suites for run in suite.runs]
                is_judged = any(run.head_sha == pull.head_sha for run in gates)
                is_asked = bool(pull.requested_reviewers)
                if pull.issue.state == "open" and is_judged and is_asked and pull.number not in self.merged:
                    self.merged.add(pull.number)
                    self.home.reviewer.put(f"/pulls/{pull.number}/merge", {})

    def until(self, *states: str, looks: int = 60) -> str:
        """Look, and do people's part, until the feature is in one of these states."""
        for _ in range(looks):
            if self.state in states:
                return str(self.state)
            self.do_peoples_part()
            before = self.waiting_for
            try:
                self.look()
            except Crash:
                self.after_a_crash()
                continue
            if self.waiting_for == before:
                self.clock.forward(15)
        raise AssertionError(f"{self.state} after {looks} looks: {self.waiting_for}")

    def complete(self, looks: int = 60) -> None:
        self.home.label()
        self.until("completed", looks=looks)


def begun(home: Home, database: Database, directory: Path) -> Life:
    """A life with a short plan: one stage, and what was learned."""
    tables.metadata.create_all(database.engine)
    life = Life(home, database, directory / "work")
    life.script["plan"] = planned(SHORT)
    return life


def story_of(home: Home) -> dict[str, Any]:
    """What GitHub shows in the end, without what differs from one repository to the next."""
    repository = home.repository
    issues = {
        number: {
            "title": issue.title,
            "state": issue.state,
            "labels": sorted(label.name for label in issue.labels),
            "comments": [
                (each.author.login, each.minimized_reason, plain(each.body, home), reactions(each))
                for each in issue.comments
            ],
            "body": plain(issue.body or "", home),
            "head": issue.pull.head_ref if issue.pull else None,
            "merged": issue.pull.merged if issue.pull else None,
            "asked": sorted(each.login for each in issue.pull.requested_reviewers) if issue.pull else [],
        }
        for number, issue in repository.issues.items()
    }
    checks = [
        (run.name, run.conclusion, plain(run.title or "", home))
        for suite in repository.suites
        for run in suite.runs
    ]
    files = repository.git.run("ls-tree", "-r", "main").decode()
    return {
        "issues": issues,
        "branches": sorted(repository.git.branches()),
        "checks": sorted(checks, key=str),
        "files": files,
    }


def reactions(comment: Any) -> list[str]:
    return sorted(f"{each.user.login} {each.content}" for each in comment.reactions)


def plain(text: str, home: Home) -> str:
    """Without SHAs, ids, times and the repository's name."""
    text = text.replace(home.full_name, "o/r")
    text = re.sub(r'"generation":"[^"]*"', '"generation":"G"', text)
    text = re.sub(r'"key":"((?:review|thread):)?\d+"', r'"key":"\1ID"', text)  # what was answered
    text = re.sub(r"\bLE_\w+", "G", text)
    text = re.sub(r"\b(?:[0-9a-f]{40}|[0-9a-f]{7})\b", "SHA", text)  # one in a thousand has no digit
    text = re.sub(r"\d{4}-\d\d-\d\d|\d\d:\d\d(:\d\d)?( UTC)?", "TIME", text)
    return re.sub(r"\d+ (seconds?|minutes?|hours?|min|s|h)\b", "SPAN", text)


class Crash(BaseException):
    """The process dies here, with whatever it had in memory."""


class QuickDatabase(Database):
    """Does not wait for the disk: processes die here, machines do not."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _do_not_wait_for_the_disk)


def _do_not_wait_for_the_disk(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class MortalDatabase(QuickDatabase):
    """A database whose process dies around its writes: once before the commit of each, and once right after it.

    Writes are told apart by what they write, effects by their identity too: so each has its two deaths.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.deaths: list[tuple[str, str]] = []
        self.is_mortal = True
        event.listen(self.engine, "before_cursor_execute", _note_what_is_written)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            connection.info["written"] = []
            yield connection
            written = "; ".join(connection.info["written"])
            self._die("before", written)
        self._die("after", written)

    def _die(self, moment: str, written: str) -> None:
        """After a write only when it was tried again: the first time it was lost."""
        death = (moment, written)
        if not self.is_mortal or not written or death in self.deaths:
            return
        self.deaths.append(death)
        raise Crash


def _note_what_is_written(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    if statement.startswith(("INSERT", "UPDATE", "DELETE")):
        texts = parameters.values() if isinstance(parameters, Mapping) else parameters
        kinds = [kind_of(each) for each in texts if isinstance(each, str) and re.match(r"[a-z-]+:", each)]
        what = " ".join(statement.partition(" WHERE ")[0].split())
        connection.info.setdefault("written", []).append(
            f"{what} {' '.join(kinds) if 'effect' in what else ''}"
        )


def kind_of(identity: str) -> str:
    """`comment:stage:…` and `comment:plan:…` are of two kinds, `commit:…` of one."""
    parts = identity.split(":")
    return ":".join(parts[:2]) if parts[0] == "comment" else parts[0]


__all__ = [
    "FILES",
    "PLAN",
    "SCRIPT",
    "SHORT",
    "Asked",
    "Crash",
    "GaveUp",
    "Life",
    "MortalDatabase",
    "PlannersQuestion",
    "QuickDatabase",
    "begun",
    "finished",
    "planned",
    "settings_of",
    "story_of",
]
