"""The composition root: the only place that knows every part, and puts them together."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
import uvicorn
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.crew.late import LateModel
from bot.engine.agent_runs import AgentRuns, RunLimits, Work
from bot.engine.agent_work import AgentWork
from bot.engine.bell import Bell
from bot.engine.briefing import Briefing
from bot.engine.budget import note_limits
from bot.engine.database import Database, sole_process
from bot.engine.discovering import Discovering
from bot.engine.executors import Heart, new_executor_id
from bot.engine.houses import Houses
from bot.engine.inbox import Inbox
from bot.engine.installed_agents import load_agents
from bot.engine.leasing import LEASE_SECONDS, free_leases_of_the_dead
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
from bot.engine.worker import Look, Worker
from bot.github.auth import App, Permissions
from bot.github.deliveries import redeliver_failed
from bot.github.effects import Effects, MakesEffects
from bot.github.errors import GitHubError, Gone, Unauthorized
from bot.github.rules import Rules
from bot.plan.agent import Agent
from bot.settings import Settings, SettingsInvalid, SettingsProblem, load_settings
from bot.web.front import front
from bot.web.listening import listen
from bot.web.metrics import Metrics
from bot.web.setup import Setup
from bot.web.site import make_site
from bot.workspace.mirror import Mirrors
from bot.workspace.own_directory import own_directory

log = structlog.get_logger()


class CannotIntroduceItself(Exception):
    """GitHub does not answer Baton, or does not know it; the text names the settings that say who and where."""


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
            credentials.app_id,
            key,
            self.settings.api_url,
            counted=lambda verb, path: self.metrics.requested(verb),
            running_low=partial(note_limits, self.database),
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
class Making:
    """How that is made which touches the world; another composition may stand between Baton and the world."""

    effects: MakesEffects = Effects
    look: Callable[[Look], Look] = lambda look: look
    work: Callable[[Work], Work] = lambda work: work
    lease_seconds: float = LEASE_SECONDS


@dataclass(frozen=True)
class Engine:
    """The engine at work: it marks, looks, sweeps, and runs agents."""

    marker: Marker
    worker: Worker
    runs: AgentRuns
    heart: Heart
    timers: tuple[Timer, ...]
    model: LateModel

    def start(self) -> None:
        self.runs.launch()
        self.heart.start()
        self.marker.start()
        self.worker.start()
        for timer in self.timers:
            timer.start()
        self.model.warm_up()

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
def worker_of(parts: Parts, arrived: Bell, making: Making = Making()) -> Iterator[Engine]:
    """The worker at work; on SQLite it is the only one. Raises DatabaseInUse, AgentsInvalid."""
    agents = load_agents(parts.settings.agents_dir)
    with (
        sole_process(parts.database),
        own_directory(parts.settings.workdir / "checkouts") as checkouts,
    ):
        free_leases_of_the_dead(parts.database)
        engine = _engine(parts, agents, arrived, making, checkouts)
        engine.start()
        try:
            yield engine
        finally:
            engine.stop()


def _engine(
    parts: Parts, agents: tuple[Agent, ...], arrived: Bell, making: Making, checkouts: Path
) -> Engine:
    settings, database, app = parts.settings, parts.database, parts.app
    login = _own_login(app, settings)
    executor = new_executor_id()
    houses = Houses(settings, agents, app, login)
    mirrors = Mirrors(settings.workdir / "mirrors")
    observing = Observing(database, app, login, houses, mirrors, Permissions(), Rules())
    model = _model(settings)
    work = AgentWork(database, observing, houses, model, settings.prices, checkouts)
    limits = RunLimits(settings.runs_at_once, settings.runs_per_worker, settings.runs_per_repository)
    marked = Bell()
    runs = AgentRuns(
        database,
        executor,
        making.work(work.carry_out),
        work.ended,
        settings.prices,
        limits,
        marked=marked.ring,
    )
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
        making.effects,
    )
    worker = Worker(
        database, making.look(looking.look), executor, marked, parts.metrics.looked, making.lease_seconds
    )
    marker = Marker(database, arrived, marked, lambda: Ourselves(f"{login}[bot]"))
    discovering = Discovering(database, app, settings.label)
    sweeping = Sweeping(
        settings.sweep_seconds,
        discover=discovering.discover,
        redeliver=lambda: redeliver_failed(app),
        marked=marked.ring,
    )
    return Engine(
        marker, worker, runs, Heart(database, executor, runs), sweeping.timers(database, executor), model
    )


def _own_login(app: App, settings: Settings) -> str:
    try:
        return str(app.itself()["slug"])
    except (Unauthorized, Gone) as error:
        raise CannotIntroduceItself(
            f"{error} {settings.api_url} does not know this App: set BATON_GITHUB_APP_ID and "
            "BATON_GITHUB_PRIVATE_KEY to those of one App of that GitHub."
        ) from error
    except GitHubError as error:
        raise CannotIntroduceItself(
            f"{error} Baton asked {settings.api_url}, which BATON_GITHUB_API_URL names. Start it again when that "
            "answers, or correct the address."
        ) from error


def _model(settings: Settings) -> LateModel:
    key = settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else None
    return LateModel(key, settings.anthropic_base_url)


def _spent_this_month(database: Database, repository_id: int) -> float:
    first = _now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with database.reading() as connection:
        return spent_in_repository(connection, repository_id, first)


def _now() -> datetime:
    return datetime.now(UTC)


# --- running ------------------------------------------------------------------------------------


def serve(with_worker: bool = True, making: Making = Making()) -> None:
    """The web server, and the worker beside it, until a signal. Without an App it offers to make one."""
    settings = load_settings(app_required=False)
    if settings.has_half_an_app:
        settings = load_settings()
    _check_key(settings)
    _begin_logging()
    for warning in settings.warnings:
        log.warning("setting", variable=warning.variable, wrong=warning.wrong, do=warning.remedy)
    with ExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port))
        parts = stack.enter_context(opened(settings))
        arrived = Bell()
        inbox = Inbox(parts.database, arrived.ring)
        inbox.start()
        stack.callback(inbox.stop)
        readiness = Readiness(parts.database)
        if with_worker and settings.app is not None:
            readiness.worker = stack.enter_context(worker_of(parts, arrived, making))
        _answer(parts, inbox, readiness, listener)


def work(making: Making = Making()) -> None:
    """The worker alone, until a signal."""
    settings = load_settings()
    _check_key(settings)
    _begin_logging()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened(settings) as parts, worker_of(parts, Bell(), making):
        log.info("worker_ready")
        stop.wait()


def _check_key(settings: Settings) -> None:
    """Raises SettingsInvalid where the App's key could not sign."""
    if settings.app is None:
        return
    try:
        load_pem_private_key(settings.app.private_key.get_secret_value().encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        wrong = "this is not a whole private key without a password."
        remedy = "Paste the whole .pem file, or generate a new key on the App's page at GitHub."
        raise SettingsInvalid([SettingsProblem("BATON_GITHUB_PRIVATE_KEY", wrong, remedy)]) from None


def _answer(parts: Parts, inbox: Inbox, readiness: Readiness, listener: socket.socket) -> None:
    settings = parts.settings
    setup = Setup(settings) if settings.app is None else None
    site = make_site(parts.database, settings, parts.metrics, readiness.checks, setup)
    config = uvicorn.Config(
        front(site, inbox, settings.webhook_secrets, parts.metrics),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=10,
    )
    log.info("serving", address=settings.address, port=listener.getsockname()[1])
    if setup is not None:
        print(f"No App is configured yet. Make one at {setup.address}, then start Baton again.", flush=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        # Uvicorn raises the signal again when it has stopped; what is still to be put away must not die of it.
        signal.signal(number, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listener])


class Readiness:
    """Whether Baton can work: the database answers, and the worker, where there is one, is at work."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.worker: Engine | None = None

    @property
    def checks(self) -> tuple[Callable[[], str], ...]:
        return (self.database, self.the_worker)

    def database(self) -> str:
        return "" if self._database.answers() else "The database does not answer."

    def the_worker(self) -> str:
        return (
            ""
            if self.worker is None or self.worker.is_ready
            else "The worker has stopped; look into the log."
        )


def _begin_logging() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False)
            if sys.stderr.isatty()
            else structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
