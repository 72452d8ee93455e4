"""Starts a GitHub on loopback: people, the App, one repository, its CI, and the way in."""

from __future__ import annotations

import random
import re
import shutil
import socket
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from bot.playground.acts.issues import open_issue
from bot.playground.ci.contexts import Place
from bot.playground.ci.ports import Mode
from bot.playground.ci.runner import DEFAULT_MINUTES, WorkflowRunner
from bot.playground.github.application import Application
from bot.playground.github.reporter import HubReporter
from bot.playground.github.site import Site
from bot.playground.hub import CodeMoved, Hub
from bot.playground.making import PEOPLE, Inhabitants, add_repository, populate
from bot.playground.official.recording import Recording
from bot.playground.state import Issue, Repository

HOST = "127.0.0.1"
PATIENCE = 20.0
OWNER = "acme"
# What a laptop wants other than the world: nobody waits a minute there.
LAPTOP = {
    "BATON_SWEEP_SECONDS": "10",
    "BATON_CHECKS_SETTLE_SECONDS": "30",
    "BATON_REVIEW_SETTLE_SECONDS": "5",
}


@dataclass(slots=True)
class Playground:
    """A GitHub that is up. `hub` for those in the process, `state()` for everybody else."""

    hub: Hub
    site: Site
    inhabitants: Inhabitants
    repository: Repository
    issue: Issue | None
    url: str
    webhook_url: str
    baton_port: int
    ci: WorkflowRunner
    directory: Path
    recording: Recording
    _server: uvicorn.Server
    _thread: threading.Thread
    _temporary: bool
    baton_url: str | None = None
    _stopped: bool = field(default=False)

    def state(self) -> dict[str, Any]:
        """What `baton playground --state` writes."""
        app = self.inhabitants.app
        return {
            "api_url": self.url,
            "html_url": self.url,
            "repository": self.repository.full_name,
            "clone_url": f"{self.url}/{self.repository.full_name}.git",
            "issue": self.issue.number if self.issue is not None else None,
            "baton_url": self.baton_url,
            "webhook_secret": app.webhook_secret,
            "app": {"id": app.id, "slug": app.slug},
            "environment": self.environment(),
            "control_url": self.url,
            "people": {
                called: {
                    "login": self.inhabitants.people[called].user.login,
                    "token": self.inhabitants.people[called].value,
                    "permission": role,
                }
                for called, role, _, _ in PEOPLE
            },
        }

    def environment(self) -> dict[str, str]:
        """What `baton serve` needs to connect."""
        app = self.inhabitants.app
        return {
            "BATON_GITHUB_APP_ID": str(app.id),
            "BATON_GITHUB_PRIVATE_KEY": app.private_key,
            "BATON_GITHUB_WEBHOOK_SECRET": app.webhook_secret,
            "BATON_GITHUB_API_URL": self.url,
            "BATON_HOST": HOST,
            "BATON_PORT": str(self.baton_port),
            **LAPTOP,
        }

    def stop(self) -> None:
        """Ends the server, the CI and the webhooks, and removes what was only for now."""
        if self._stopped:
            return
        self._stopped = True
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self.ci.close()
        self.site.stop()
        if self._temporary:
            shutil.rmtree(self.directory, ignore_errors=True)


def start_playground(
    port: int = 4010,
    repo: Path | None = None,
    issue_text: str | None = None,
    ci: Mode | None = None,
    webhook_url: str | None = None,
    *,
    directory: Path | None = None,
    cache: Path | None = None,
    record: bool = False,
    baton_url: str | None = None,
    slug: str = "baton-app",
    private_key: str | None = None,
    ci_minutes: float = DEFAULT_MINUTES,
) -> Playground:
    """Brings a GitHub up with one repository in it: a copy of `repo`, or the demo's with its feature.

    `issue_text` has the title in its first line (`# Title`). Without `ci` the demo's workflows run for real
    and those of somebody's repository report success without running. Webhooks go to `webhook_url`, or to
    `/webhook` on the free port that the environment names as BATON_PORT. `directory` keeps the repositories;
    without it they go away at the end. `private_key` (PEM) is the App's; without it a new one is made.
    `ci_minutes` is what any job may take at most. GitFailed says what is wrong with a `repo` that is none, OSError that the port is taken.
    """
    listener = listen(port)
    hub = Hub(f"http://{HOST}:{listener.getsockname()[1]}")
    home = directory or Path(tempfile.mkdtemp(prefix="playground-"))
    try:
        inhabitants = populate(hub, OWNER, slug, private_key)
        repository = place_repository(hub, inhabitants, home, repo)
    except BaseException:
        listener.close()
        if directory is None:
            shutil.rmtree(home, ignore_errors=True)
        raise
    text = issue_text if issue_text is not None or repo is not None else demo_issue()
    with hub.lock:
        issue = write_issue(hub, inhabitants, repository, text) if text else None
    # Only now: nobody listens yet who could have heard of the issue.
    baton_port = int(webhook_url.rsplit(":", 1)[1].split("/")[0]) if webhook_url else free_port()
    inhabitants.app.webhook_url = webhook_url or f"http://{HOST}:{baton_port}/webhook"
    site = Site(hub)
    mode: Mode = ci or ("run" if repo is None else "green")
    runner = WorkflowRunner(
        HubReporter(hub), cache=cache or default_cache(), mode=mode, minutes=ci_minutes, place=Place(hub.url)
    )
    hub.code_told.append(lambda moved: tell(runner, moved))
    recording = Recording(on=record)
    server, thread = serve(Application(site, recording), listener)
    return Playground(
        hub, site, inhabitants, repository, issue, hub.url, inhabitants.app.webhook_url, baton_port, runner,
        home, recording, server, thread, directory is None, baton_url,
    )  # fmt: skip


def place_repository(hub: Hub, inhabitants: Inhabitants, home: Path, repo: Path | None) -> Repository:
    if repo is not None:
        return add_repository(hub, inhabitants, name_of(repo), home / "repositories", repo)
    from bot.playground.demo.seed import make_repository

    source = make_repository(home / "corkboard")
    placed = add_repository(hub, inhabitants, "corkboard", home / "repositories", source)
    shutil.rmtree(source, ignore_errors=True)
    placed.required_checks["main"] = ("Backend tests",)
    return placed


def name_of(repo: Path) -> str:
    """A name that GitHub would take, from the directory's."""
    name = repo.resolve().name.removesuffix(".git") or repo.resolve().parent.name
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-") or "repository"


def write_issue(hub: Hub, inhabitants: Inhabitants, repository: Repository, text: str) -> Issue:
    """Opens the issue as the maintainer; its first line is the title."""
    first, _, rest = text.strip().partition("\n")
    title = first.lstrip("#").strip() or "Untitled"
    return open_issue(hub, repository, inhabitants.people["maintainer"].user, title, rest.strip())


def demo_issue() -> str:
    from bot.playground.demo.seed import ISSUE

    return ISSUE


def tell(runner: WorkflowRunner, moved: CodeMoved) -> None:
    runner.happened(
        moved.event, moved.repository.full_name, moved.repository.git.directory, moved.sha, moved.branch,
        moved.base_branch, moved.number, moved.changed, moved.action,
    )  # fmt: skip


def default_cache() -> Path:
    """Where the CI keeps environments by lock hash, over runs of the playground."""
    return Path(tempfile.gettempdir()) / "baton-playground-cache"


def listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise OSError(
            error.errno, f"Port {port} of {HOST} is taken. Choose another, or 0 for a free one"
        ) from error


def free_port() -> int:
    """A free port that no outgoing connection will take meanwhile: below those that systems give to them."""
    for port in random.sample(range(20_000, 32_000), 200):
        try:
            with socket.create_server((HOST, port)):
                return port
        except OSError:
            continue
    raise OSError(f"No free port between 20000 and 32000 on {HOST}.")


def serve(application: Application, listener: socket.socket) -> tuple[uvicorn.Server, threading.Thread]:
    """Uvicorn in a thread of its own, answering when this returns."""
    config = uvicorn.Config(
        application, log_level="error", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="github", daemon=True)
    thread.start()
    end = time.monotonic() + PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RuntimeError("The playground did not start: its server ended or took longer than 20 s.")
        time.sleep(0.005)
    return server, thread
