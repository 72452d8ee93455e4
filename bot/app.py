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
from bot.engine.briefing import Briefing
from bot.engine.budget import Budget
from bot.engine.database import Database, sole_process
from bot.engine.discovering import Discovering
from bot.engine.executors import Heart, new_executor_id
from bot.engine.houses import Houses
from bot.engine.inbox import Inbox
from bot.engine.ledger import spent_this_month
from bot.engine.looking import Looking
from bot.engine.marking import Ourselves
from bot.engine.migrations import migrate
from bot.engine.observing import Observing
from bot.engine.performing import Performing
from bot.engine.presenting import Presenting
from bot.engine.sweep import Sweep
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
    texts = {str(path): path.read_text(encoding="utf-8", errors="replace") for path in sorted(directory.glob("*.md"))}
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
        return App(credentials.app_id, key, self.settings.api_url, self.metrics.asked_github)


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
    """The worker half: looks, sweeps, and runs agents."""

    worker: Worker
    runs: AgentRuns
    heart: Heart
    sweep: Sweep

    def start(self) -> None:
        self.runs.launch()
        self.heart.start()
        self.worker.start()
        self.sweep.start()

    def stop(self) -> None:
        """Begin nothing new; a model turn that cannot be waited for is paid again by whoever goes on."""
        self.sweep.stop()
        self.worker.stop()
        left = self.runs.close()
        self.heart.stop()
        if left:
            os._exit(0)

    @property
    def is_ready(self) -> bool:
        return self.worker.is_working()


@contextmanager
def worker_of(parts: Parts, inbox: Inbox | None = None) -> Iterator[Crew]:
    """The worker at work; on SQLite it is the only one. Raises DatabaseInUse, AgentsInvalid."""
    agents = load_agents(parts.settings.agents_dir)
    with ExitStack() as stack:
        stack.enter_context(sole_process(parts.database))
        crew = _crew(parts, agents)
        crew.start()
        stack.callback(crew.stop)
        yield crew


def _crew(parts: Parts, agents: tuple[Agent, ...]) -> Crew:
    settings, database, app = parts.settings, parts.database, parts.app
    login = str(app.itself()["slug"])
    executor = new_executor_id()
    houses = Houses(settings, agents, app, login)
    mirrors = Mirrors(settings.workdir / "mirrors")
    observing = Observing(database, app, login, houses, mirrors, Permissions())
    work = AgentWork(database, observing, houses, _model(settings), settings.prices, settings.workdir)
    limits = RunLimits(settings.runs_at_once, settings.runs_per_worker)
    wake = _Wake()
    runs = AgentRuns(database, executor, work.carry_out, work.ended, settings.prices, limits, marked=wake)
    briefing = Briefing(settings, lambda repository: spent_this_month(database, repository))
    clock = _now
    performing = Performing(database, runs, briefing, clock)
    looking = Looking(
        database,
        observing,
        performing,
        Presenting(database, clock),
        work,
        runs.state,
        Budget(database),
        login,
        settings.api_url,
        clock,
    )
    worker = Worker(database, looking.look, Ourselves(f"{login}[bot]"), executor, parts.metrics.looked)
    wake.worker = worker
    discovering = Discovering(database, app, settings.label)
    sweep = Sweep(
        database,
        executor,
        settings.sweep_seconds,
        discover=discovering.discover,
        redeliver=lambda: redeliver_failed(app),
        woken=worker.wake,
    )
    return Crew(worker, runs, Heart(database, executor, runs), sweep)


class _Wake:
    """Wakes the worker that is made after those who wake it."""

    worker: Worker | None = None

    def __call__(self) -> None:
        if self.worker is not None:
            self.worker.wake()


def _model(settings: Settings) -> AnthropicModel:
    key = settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else None
    return AnthropicModel(api_key=key, base_url=settings.anthropic_base_url)


def _now() -> datetime:
    return datetime.now(UTC)


__all__ = ["AgentsInvalid", "Crew", "Parts", "load_agents", "load_settings", "opened", "worker_of"]
