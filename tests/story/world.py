"""The world of a story: people and CI on the playground, Baton beside them, all in this process."""

from __future__ import annotations

import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI

from bot.app import Engine, Parts, opened, worker_of
from bot.engine import tables
from bot.engine.bell import Bell
from bot.engine.inbox import Inbox
from bot.playground.acts.pulls import set_draft
from bot.playground.github.reporter import HubReporter
from bot.playground.start import Playground, start_playground
from bot.playground.visitor import Visitor
from bot.settings import load_settings
from bot.web.front import front
from tests.one_job import run_one_job
from tests.story.cast import Cast, on_stage

PATIENCE = 30.0
QUICK = {
    "BATON_SWEEP_SECONDS": "2",
    "BATON_SETTLE_SECONDS": "1",
    "BATON_CHECKS_SETTLE_SECONDS": "3",
    "BATON_REVIEW_SETTLE_SECONDS": "1",
}


@dataclass
class ByHand:
    """The CI of a story: it reports what the story says, when the story says it."""

    playground: Playground
    reporter: HubReporter

    def turns(self, conclusion: str, sha: str, event: str, name: str = "tests") -> None:
        """One workflow with one job, from start to end, on this commit."""
        repository = self.playground.repository.full_name
        done = "success" if conclusion == "green" else "failure"
        run_one_job(self.reporter, repository, sha, event, done, "log\n", name)


@dataclass
class World:
    """Verbs of the world, and what a person can see of it."""

    playground: Playground
    cast: Cast
    parts: Parts
    crew: Engine
    mara: Visitor
    tomas: Visitor
    tove: Visitor
    otto: Visitor
    ci: ByHand
    home: Path

    @property
    def issue(self) -> int:
        number: int = self.playground.state()["issue"]
        return number

    # --- what Baton says of itself ---

    def feature(self) -> Any:
        with self.parts.database.reading() as connection:
            wanted = tables.feature.c.issue == self.issue
            return connection.execute(tables.feature.select().where(wanted)).one_or_none()

    def waiting_for(self) -> str:
        row = self.feature()
        return str(row.waiting_for) if row else ""

    def state(self) -> str:
        row = self.feature()
        return str(row.state) if row and row.state else ""

    # --- what people see on GitHub ---

    def comments_of_baton(self) -> list[str]:
        return [
            each["body"] for each in self.mara.reads_comments(self.issue) if each["user"]["type"] == "Bot"
        ]

    def minimized(self) -> list[str]:
        """How Baton's comments begin that are folded away."""
        with self.playground.hub.lock:
            comments = self.playground.repository.issues[self.issue].comments
            return [each.body.splitlines()[1].split()[0] for each in comments if each.minimized_reason]

    def comment_with(self, text: str) -> str:
        """The one comment of Baton's that says this."""
        found = [body for body in self.comments_of_baton() if text in body]
        assert len(found) == 1, f"{len(found)} comments say {text!r}:\n" + "\n---\n".join(
            self.comments_of_baton()
        )
        return found[0]

    def state_labels(self) -> list[str]:
        labels = self.mara.reads_issue(self.issue)["labels"]
        return [label["name"] for label in labels if label["name"].startswith("baton: ")]

    def open_pull(self) -> dict[str, Any]:
        pulls = self.mara.reads_pull_requests()
        assert len(pulls) == 1, [pull["title"] for pull in pulls]
        return pulls[0]

    def referee(self) -> dict[str, Any]:
        with self.playground.hub.lock:
            report: dict[str, Any] = self.playground.site.referee.report()
        return report

    # --- waiting, bounded ---

    def until(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if holds():
                return
            time.sleep(0.05)
        raise AssertionError(
            f"Not within {PATIENCE:.0f} s: {what}. Baton is {self.state()}: {self.waiting_for()}"
        )

    def until_baton_waits_for(self, text: str) -> None:
        self.until(lambda: text in self.waiting_for(), f"Baton waits for {text!r}")

    def until_state(self, state: str) -> None:
        self.until(lambda: self.state() == state, f"the feature is {state}")

    def stays(self, seconds: float, holds: Callable[[], bool]) -> None:
        """Nothing happens that should not, for a while that holds several looks."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert holds(), f"It changed: {self.state()}: {self.waiting_for()}"
            time.sleep(0.1)

    # --- shorter ways through the story ---

    def plan_is_shown(self) -> None:
        self.mara.labels(self.issue)
        self.until_baton_waits_for("comment `/approve` to start")
        self.until(lambda: self.state_labels() == ["baton: your turn"], "the label says whose turn it is")

    def stage_is_in_review(self) -> dict[str, Any]:
        self.until(lambda: len(self.mara.reads_pull_requests()) == 1, "a pull request is open")
        return self.open_pull()

    def first_stage_is_in_review(self) -> dict[str, Any]:
        """Planned, approved, and its first pull request open."""
        self.plan_is_shown()
        self.mara.comments(self.issue, "/approve")
        return self.stage_is_in_review()

    def reviews(
        self, pull: int, body: str, *remarks: tuple[str, int, str], event: str = "REQUEST_CHANGES"
    ) -> int:
        """Tomas writes a review with remarks on lines of files; the review's id."""
        comments = [
            {"path": path, "line": line, "side": "RIGHT", "body": text} for path, line, text in remarks
        ]
        made = self.tomas.asks(
            "POST", f"/pulls/{pull}/reviews", {"event": event, "body": body, "comments": comments}
        )
        return int(made["id"])

    def commits_of(self, pull: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tomas.asks("GET", f"/pulls/{pull}/commits?per_page=100")
        return found

    def said_in_threads(self, pull: int) -> list[str]:
        """What Baton says in review threads, without its hidden first line."""
        said = self.tomas.asks("GET", f"/pulls/{pull}/comments?per_page=100")
        return [each["body"].partition("\n")[2].strip() for each in said if each["user"]["type"] == "Bot"]

    def commits(self, path: str, text: str, branch: str = "main") -> str:
        """Tomas changes a file on a branch, on GitHub; the commit's SHA."""
        there = self.tomas.asks("GET", f"/git/trees/{branch}?recursive=1")["tree"]
        data = {"message": f"Change {path}", "content": b64encode(text.encode()).decode(), "branch": branch}
        known = next((entry["sha"] for entry in there if entry["path"] == path), None)
        data |= {"sha": known} if known else {}
        return str(self.tomas.asks("PUT", f"/contents/{path}", data)["commit"]["sha"])

    def drafts(self, pull: int, draft: bool = True) -> None:
        """Mara converts it to a draft, or marks it ready for review."""
        hub, repository = self.playground.hub, self.playground.repository
        with hub.lock:
            opened = next(each for each in repository.pulls if each.number == pull)
            set_draft(hub, opened, repository.owner, draft)

    def stage_is_merged(self, method: str = "merge") -> str:
        """CI green on the open pull request, then a person merges it; the merge commit's SHA."""
        pull = self.stage_is_in_review()
        self.ci.turns("green", pull["head"]["sha"], "pull_request")
        self.until_baton_waits_for(f"#{pull['number']} is green and ready")
        return self.tomas.merges(pull["number"], method)


@contextmanager
def a_world(
    home: Path,
    repo: Path | None = None,
    issue: str | None = None,
    ci: Literal["run", "green", "off"] = "off",
    **settings: str,
) -> Iterator[World]:
    """Everything up, and down again at the end."""
    cast = Cast()
    playground = start_playground(
        port=0,
        repo=repo,
        issue_text=issue,
        ci=ci,
        directory=home / "github",
        record=True,
    )
    try:
        with on_stage(cast):
            environment = {
                **playground.environment(),
                **QUICK,
                "BATON_DATABASE_URL": f"sqlite:///{home / 'baton.db'}",
                "BATON_WORKDIR": str(home / "work"),
                "ANTHROPIC_BASE_URL": cast.url,
                "ANTHROPIC_API_KEY": "k",
                **settings,
            }
            with opened(load_settings(environment, None)) as parts:
                yield from _with_baton(playground, cast, parts, home)
    finally:
        playground.stop()


def _with_baton(playground: Playground, cast: Cast, parts: Parts, home: Path) -> Iterator[World]:
    arrived = Bell()
    inbox = Inbox(parts.database, arrived.ring)
    inbox.start()
    site = front(FastAPI(), inbox, parts.settings.webhook_secrets, parts.metrics)
    config = uvicorn.Config(site, host="127.0.0.1", port=parts.settings.port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    state = playground.state()
    people = {
        role: Visitor(state["api_url"], state["repository"], person["login"], person["token"])
        for role, person in state["people"].items()
    }
    try:
        with worker_of(parts, arrived) as crew:
            yield World(
                playground,
                cast,
                parts,
                crew,
                people["maintainer"],
                people["reviewer"],
                people["triager"],
                people["outsider"],
                ByHand(playground, HubReporter(playground.hub)),
                home,
            )
    finally:
        server.should_exit = True
        thread.join(10)
        inbox.stop()


def git_repository(path: Path, files: dict[str, str], branch: str = "main") -> Path:
    """A repository with one commit of these files; with none of them, one without any commit."""
    path.mkdir(parents=True)
    _git(path, "init", "--quiet", f"--initial-branch={branch}")
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    if files:
        _git(path, "add", ".")
        _git(path, "-c", "user.name=Mara", "-c", "user.email=mara@example.org", "commit", "-qm", "First")
    return path


def _git(path: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=path, check=True, capture_output=True)
