"""A GitHub on loopback with many small repositories, so that a module of tests needs only one of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2

from bot.facts.seen import Seen
from bot.github.auth import READING, App
from bot.github.connection import Connection
from bot.github.effects import Effects, Permit
from bot.github.observe import Look, observe
from bot.github.reading import Trigger
from bot.playground.making import add_repository
from bot.playground.start import Playground, start_playground
from bot.playground.state import Issue, PullRequest, Repository
from tests.playground.github.town import Client, good, small_repository

OFFENCES = (
    "doubled",
    "too_fast",
    "during_retry_after",
    "outside_token",
    "forced_updates",
    "protected_paths",
)
ISSUE = "# Notifications\n\nTell people what happens."
LABEL = "baton"


class MemoryJournal:
    """The journal of effects as a dictionary; `unsettled` are those whose outcome is not known."""

    def __init__(self) -> None:
        self.unsettled: dict[str, Mapping[str, Any]] = {}
        self.known: dict[str, Mapping[str, Any]] = {}

    def outcome(self, identity: str) -> Mapping[str, Any] | None:
        return self.known.get(identity)

    def intend(self, identity: str, arguments: Mapping[str, Any]) -> None:
        self.unsettled[identity] = arguments

    def record(self, identity: str, result: Mapping[str, Any]) -> None:
        self.unsettled.pop(identity, None)
        self.known[identity] = result

    def forget(self, identity: str) -> None:
        self.unsettled.pop(identity, None)


@dataclass
class Town:
    """The GitHub that is up."""

    playground: Playground
    directory: Path
    _clients: dict[str, httpx2.Client] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def app_id(self) -> int:
        return self.playground.inhabitants.app.id

    @property
    def slug(self) -> str:
        return self.playground.inhabitants.app.slug

    @property
    def installation(self) -> int:
        return self.playground.inhabitants.installation.id

    @property
    def private_key(self) -> str:
        return self.playground.inhabitants.app.private_key

    def app(self, counted: Any = None, private_key: str | None = None) -> App:
        """Baton's App, new: no token is kept from another test."""
        key = private_key or self.private_key
        return App(self.app_id, key, self.playground.url, counted or (lambda verb, path: None))

    def home(self, source: Path | None = None, empty: bool = False, branch: str = "main") -> Home:
        """A repository of its own, by default with three small files, and an issue in it."""
        name = f"small-{next(self._numbers)}"
        source = None if empty else source or self.directory / "source"
        hub = self.playground.hub
        placed = add_repository(
            hub,
            self.playground.inhabitants,
            name,
            self.directory / "repositories",
            source,
            default_branch=branch,
        )
        home = Home(self, placed)
        home.issue_number = int(
            home.maintainer.post("/issues", {"title": "Notifications", "body": ""})["number"]
        )
        return home

    def client(self, role: str, repository: str) -> Client:
        if role not in self._clients:
            token = self.playground.inhabitants.people[role].value
            headers = {"Authorization": f"Bearer {token}"}
            self._clients[role] = httpx2.Client(
                base_url=self.playground.url, headers=headers, timeout=20, trust_env=False
            )
        return Client(self._clients[role], repository)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        if "" not in self._clients:
            self._clients[""] = httpx2.Client(base_url=self.playground.url, timeout=20, trust_env=False)
        return good(self._clients[""].request(method, f"/_playground{path}", json=body))

    def fault(self, method: str, path: str, fault: str, **more: Any) -> None:
        self.control("POST", "/faults", {"method": method, "path": path, "fault": fault, **more})

    def calm(self) -> None:
        """No faults any more, tokens live for an hour again, and nobody was told to wait: the next Baton is another."""
        self.control("DELETE", "/faults")
        self.playground.site.referee.need_not_wait()
        self.control("POST", "/tokens", {"lifetime": 3600})

    def offences(self) -> dict[str, list[str]]:
        report = self.control("GET", "/referee")
        return {name: [str(each["what"]) for each in report[name]] for name in OFFENCES if report[name]}

    def requests(self) -> Mapping[str, Any]:
        counted: Mapping[str, Any] = self.control("GET", "/referee")["requests"]
        return counted

    def close(self) -> None:
        for each in self._clients.values():
            each.close()
        self.playground.stop()


@dataclass
class Home:
    """One repository, its people, and Baton's ways to it."""

    town: Town
    repository: Repository
    issue_number: int = 0

    @property
    def full_name(self) -> str:
        return self.repository.full_name

    def person(self, role: str) -> Client:
        return self.town.client(role, self.full_name)

    @property
    def maintainer(self) -> Client:
        return self.person("maintainer")

    @property
    def reviewer(self) -> Client:
        return self.person("reviewer")

    @property
    def outsider(self) -> Client:
        return self.person("outsider")

    # --- Baton

    @cached_property
    def app(self) -> App:
        return self.town.app()

    @cached_property
    def _reads(self) -> Connection:
        return self.app.on(self.town.installation, self.repository.id, READING)

    @cached_property
    def _writes(self) -> Connection:
        return self.app.writing_to(self.town.installation, self.repository.id)

    def reads(self) -> Connection:
        return self._reads

    def writes(self) -> Connection:
        return self._writes

    def effects(self, journal: MemoryJournal | None = None, permit: Permit | None = None) -> Effects:
        return Effects(
            self.writes(), self.full_name, journal or MemoryJournal(), self.town.slug, permit or Permit()
        )

    def seen(self, **asked: Any) -> Seen:
        given = {
            "full_name": self.full_name,
            "issue": self.issue_number,
            "branch": self.repository.default_branch,
            "trigger": Trigger(LABEL),
            "own_app": self.town.app_id,
            "own_login": self.town.slug,
        }
        return observe(self.reads(), Look(**{**given, **asked}))

    # --- what people do

    def label(self, name: str = LABEL, by: str = "maintainer") -> None:
        self.person(by).post(f"/issues/{self.issue_number}/labels", {"labels": [name]})

    def unlabel(self, name: str = LABEL) -> None:
        self.maintainer.delete(f"/issues/{self.issue_number}/labels/{name}")

    def say(self, body: str, by: str = "maintainer") -> int:
        return int(self.person(by).post(f"/issues/{self.issue_number}/comments", {"body": body})["id"])

    def comments(self, number: int | None = None) -> list[Any]:
        found: list[Any] = self.maintainer.get(f"/issues/{number or self.issue_number}/comments?per_page=100")
        return found

    def sha(self, branch: str = "main") -> str:
        found = self.repository.git.branch(branch)
        assert found is not None
        return found

    def branch(self, name: str, files: Mapping[str, str], parent: str | None = None) -> str:
        """A new branch by a person, with these files changed on top of main."""
        start = parent or self.sha()
        entries = [{"path": p, "mode": "100644", "type": "blob", "content": t} for p, t in files.items()]
        tree = self.maintainer.post("/git/trees", {"base_tree": start, "tree": entries})["sha"]
        made = self.maintainer.post("/git/commits", {"message": "Change", "tree": tree, "parents": [start]})
        self.maintainer.post("/git/refs", {"ref": f"refs/heads/{name}", "sha": made["sha"]})
        return str(made["sha"])

    # --- the state itself, for what no person does by REST

    @property
    def issue(self) -> Issue:
        return self.repository.issues[self.issue_number]

    def pull(self, number: int) -> PullRequest:
        found = self.repository.issues[number].pull
        assert found is not None
        return found


@contextmanager
def town_in(directory: Path) -> Iterator[Town]:
    """A GitHub over small repositories, in this directory, until the end."""
    small_repository(directory / "source")
    playground = start_playground(
        0,
        repo=directory / "source",
        issue_text=ISSUE,
        ci="off",
        directory=directory / "playground",
        cache=directory / "cache",
    )
    town = Town(playground, directory)
    try:
        yield town
    finally:
        town.close()
