"""The composition root: the only place that knows every part, and puts them together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.crew.model import AnthropicModel
from bot.engine.agent_runs import AgentRuns, RunLimits
from bot.engine.agent_work import AgentWork
from bot.engine.bell import Bell
from bot.engine.briefing import Briefing
from bot.engine.database import Database, sole_process
from bot.engine.discovering import Discovering
from bot.engine.executors import Heart, new_executor_id
from bot.engine.houses import Houses
from bot.engine.ledger import spent_in_repository
from bot.engine.looking import Looking
from bot.engine.marker import Marker
from bot.engine.marking import Ourselves
from bot.engine.migrations import migrate
from bot.engine.observing import Observing
from bot.engine.performing import Performing
from bot.engine.presenting import Presenting
from bot.engine.sweep import Sweeping
from bot.engine.timers import Timer
from bot.engine.worker import Worker
from bot.github.auth import App, Permissions
from bot.github.deliveries import redeliver_failed
from bot.plan.agent import Agent
from bot.plan.agent_file import read_agents
from bot.plan.problem import Problem
from bot.settings import Settings, load_settings
from bot.web.metrics import Metrics
from bot.workspace.mirror import Mirrors


class AgentsInvalid(Exception):
    """The agents' files do not let Baton start; the text names file, line and what is wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"Baton cannot start with these agents:\n{lines}")


def load_agents(directory: Path) -> tuple[Agent, ...]:
    """The agents of a directory. Raises AgentsInvalid."""
    texts = {
        str(path): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(directory.glob("*.md"))
    }
    read = read_agents(texts)
    if read.errors or not read.agents:
        nothing = Problem(str(directory), 1, "error", "there is no agent's file here.")
        raise AgentsInvalid(read.errors or (nothing,))
    return read.agents


@dataclass(frozen=True)
class Parts:
    """What both halves of Baton share: the settings, the database, the App and the counters."""

    settings: Settings
    database: Database
    metrics: Metrics

    @property
    def app(self) -> App:
        credentials = self.settings.app
        if credentials is None:
            raise ValueError("No App is configured.")
        key = credentials.private_key.get_secret_value()
        return App(
            credentials.app_id, key, self.settings.api_url, lambda verb, path: self.metrics.requested(verb)
        )


@contextmanager
def opened(settings: Settings) -> Iterator[Parts]:
    """The database, migrated, and closed again."""
    database = Database(settings.database_url)
    try:
        migrate(database)
        yield Parts(settings, database, Metrics())
    finally:
        database.dispose()


@dataclass(frozen=True)
class Crew:
    """The worker half: marks, looks, sweeps, and runs agents."""

    marker: Marker
    worker: Worker
    runs: AgentRuns
    heart: Heart
    timers: tuple[Timer, ...]

    def start(self) -> None:
        self.runs.launch()
        self.heart.start()
        self.marker.start()
        self.worker.start()
        for timer in self.timers:
            timer.start()

    def stop(self) -> None:
        """Begin nothing new; a model turn that cannot be waited for is paid again by whoever goes on."""
        for timer in self.timers:
            timer.stop()
        self.marker.stop()
        self.worker.stop()
        left = self.runs.close()
        self.heart.stop()
        if left:
            os._exit(0)

    @property
    def is_ready(self) -> bool:
        return self.worker.is_working()


@contextmanager
def worker_of(parts: Parts, arrived: Bell) -> Iterator[Crew]:
    """The worker at work; on SQLite it is the only one. Raises DatabaseInUse, AgentsInvalid."""
    agents = load_agents(parts.settings.agents_dir)
    with ExitStack() as stack:
        stack.enter_context(sole_process(parts.database))
        crew = _crew(parts, agents, arrived)
        crew.start()
        stack.callback(crew.stop)
        yield crew


def _crew(parts: Parts, agents: tuple[Agent, ...], arrived: Bell) -> Crew:
    settings, database, app = parts.settings, parts.database, parts.app
    login = str(app.itself()["slug"])
    executor = new_executor_id()
    houses = Houses(settings, agents, app, login)
    mirrors = Mirrors(settings.workdir / "mirrors")
    observing = Observing(database, app, login, houses, mirrors, Permissions())
    work = AgentWork(database, observing, houses, _model(settings), settings.prices, settings.workdir)
    limits = RunLimits(settings.runs_at_once, settings.runs_per_worker)
    marked = Bell()
    runs = AgentRuns(database, executor, work.carry_out, work.ended, settings.prices, limits, marked=marked.ring)
    briefing = Briefing(settings, lambda repository: _spent_this_month(database, repository))
    clock = _now
    performing = Performing(database, runs, briefing, clock)
    looking = Looking(
        database,
        observing,
        performing,
        Presenting(database, clock),
        work,
        runs.state,
        login,
        settings.api_url,
        clock,
    )
    worker = Worker(database, looking.look, executor, marked, parts.metrics.looked)
    marker = Marker(database, arrived, marked, lambda: Ourselves(f"{login}[bot]"))
    discovering = Discovering(database, app, settings.label)
    sweeping = Sweeping(
        settings.sweep_seconds,
        discover=discovering.discover,
        redeliver=lambda: redeliver_failed(app),
        marked=marked.ring,
    )
    return Crew(marker, worker, runs, Heart(database, executor, runs), sweeping.timers(database, executor))


def _model(settings: Settings) -> AnthropicModel:
    key = settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else None
    return AnthropicModel(api_key=key, base_url=settings.anthropic_base_url)


def _spent_this_month(database: Database, repository_id: int) -> float:
    first = _now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with database.reading() as connection:
        return spent_in_repository(connection, repository_id, first)


def _now() -> datetime:
    return datetime.now(UTC)


__all__ = ["AgentsInvalid", "Crew", "Parts", "load_agents", "load_settings", "opened", "worker_of"]
