"""`baton demo`: the main job from label to report, on a GitHub on this machine, with scripted people and model."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.ending import Stop

if TYPE_CHECKING:
    from bot.playground.start import Playground
    from bot.playground.visitor import Visitor

PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.1


def add_to(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    full: Annotated[
        bool,
        typer.Option("--full", help="With refusals, a revision, a question, a red check and a conflict."),
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the summary there.")
    ] = None,
) -> None:
    """The main job from label to report, on a GitHub on this machine; the model's part is recorded."""
    if full:
        raise Stop(
            "`baton demo --full` comes with a later version: it plays a revision, a question, a review, a red check "
            "and a conflict, which this version waits at with a sentence. `baton demo` plays the feature without them."
        )
    began = time.monotonic()
    with _stage() as scene:
        _play(scene, began)
        summary = _summary(scene, time.monotonic() - began)
    if json_file is not None:
        json_file.write_text(json.dumps(summary, indent=2) + "\n")
    _print_table(summary)


@dataclass(frozen=True)
class _Scene:
    """Everything that is up while the demo plays."""

    playground: Playground
    model_url: str
    baton_url: str
    maintainer: Visitor
    reviewer: Visitor
    home: Path

    @property
    def issue(self) -> int:
        number: int = self.playground.state()["issue"]
        return number

    @property
    def feature_url(self) -> str:
        return f"{self.baton_url}/api/features/{self.playground.repository.full_name}/{self.issue}"


@contextmanager
def _stage() -> Iterator[_Scene]:
    """The playground, the scripted model and Baton, each up before the next."""
    from bot.cli.beside import baton_beside
    from bot.playground.model.run import running_model
    from bot.playground.start import start_playground
    from bot.playground.visitor import Visitor

    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baton-demo-")))
        playground = start_playground(port=0)
        stack.callback(playground.stop)
        model_url = stack.enter_context(running_model())
        environment = {
            **playground.environment(),
            "BATON_DATABASE_URL": f"sqlite:///{home / 'baton.db'}",
            "BATON_WORKDIR": str(home / "work"),
            "ANTHROPIC_BASE_URL": model_url,
            "ANTHROPIC_API_KEY": "recorded",
        }
        baton_url = stack.enter_context(baton_beside(environment, home))
        state = playground.state()
        people = {
            role: Visitor(state["api_url"], state["repository"], person["login"], person["token"])
            for role, person in state["people"].items()
        }
        yield _Scene(playground, model_url, baton_url, people["maintainer"], people["reviewer"], home)


def _play(scene: _Scene, began: float) -> None:
    """The people's part: label, approve, and merge what is green, until the issue is closed."""
    telling = _Telling(scene, began)
    telling.opening()
    scene.maintainer.labels(scene.issue)
    approved = False
    merged: set[int] = set()
    quiet_since = time.monotonic()
    while scene.maintainer.reads_issue(scene.issue)["state"] == "open":
        if telling.tell_news():
            quiet_since = time.monotonic()
        if not approved and _plan_is_shown(scene):
            scene.maintainer.comments(scene.issue, "/approve")
            approved = True
        for pull in _ready_to_merge(scene, merged):
            scene.reviewer.merges(pull)
            merged.add(pull)
        if time.monotonic() - quiet_since > PATIENCE_SECONDS:
            raise Stop(_stuck(scene))
        time.sleep(POLL_SECONDS)
    _until(lambda: _feature(scene)["state"] == "completed", 15)
    telling.tell_news()


def _plan_is_shown(scene: _Scene) -> bool:
    comments = scene.maintainer.reads_comments(scene.issue)
    return any("Ready to proceed?" in comment["body"] for comment in comments)


def _ready_to_merge(scene: _Scene, merged: set[int]) -> Iterator[int]:
    """Open pull requests on which the stage gate and CI have reported, and nothing is red or running."""
    for pull in scene.reviewer.reads_pull_requests():
        if pull["number"] in merged:
            continue
        checks = scene.reviewer.reads_checks(pull["head"]["sha"])
        names = {check["name"] for check in checks}
        done = all(check["status"] == "completed" for check in checks)
        green = all(check["conclusion"] in ("success", "neutral", "skipped") for check in checks)
        if (
            "Baton / stage gate" in names
            and len(names) > 1
            and done
            and green
            and pull["requested_reviewers"]
        ):
            yield int(pull["number"])


def _feature(scene: _Scene) -> dict[str, Any]:
    import httpx2

    answer = httpx2.get(scene.feature_url, timeout=30)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _until(holds: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(POLL_SECONDS)


def _stuck(scene: _Scene) -> str:
    feature = _feature(scene)
    log = scene.home.joinpath("baton.log").read_text(errors="replace")
    return (
        f"The demo stood still for {PATIENCE_SECONDS:.0f} s. Baton is {feature['state']}: {feature['waiting_for']}\n"
        f"The end of its log:\n{log[-3000:]}"
    )


class _Telling:
    """Prints the story live, as GitHub's own log of it tells."""

    # What a reader of the story need not see: CI's inner steps, and the branches of pull requests.
    HIDDEN = (
        "started ",
        "check “",
        "created branch",
        "edited a comment",
        "took the label",
        "reacted",
        "added the",
    )

    def __init__(self, scene: _Scene, began: float) -> None:
        self._scene = scene
        self._began = began
        self._read = 0

    def opening(self) -> None:
        state = self._scene.playground.state()
        self._line(
            "", f"A GitHub is up at {state['html_url']} with {state['repository']}; its CI runs for real."
        )
        self._line("", f"Baton is up at {self._scene.baton_url}, on SQLite. The model's part is recorded.")

    def tell_news(self) -> bool:
        import httpx2

        url = f"{self._scene.playground.url}/_playground/log?after={self._read}"
        news = httpx2.get(url, timeout=30).json()
        for each in news:
            self._read = max(self._read, int(each["number"]))
            if not each["text"].startswith(self.HIDDEN):
                self._line(each["actor"], each["text"])
        return bool(news)

    def _line(self, actor: str, text: str) -> None:
        seconds = time.monotonic() - self._began
        flat = " ".join(text.split())
        typer.echo(f"{seconds:6.1f} s  {actor:<19.19} {flat[:160]}")


def _summary(scene: _Scene, seconds: float) -> dict[str, Any]:
    """The contract's summary: the feature as the API gives it, and what it took."""
    import httpx2

    referee = httpx2.get(f"{scene.playground.url}/_playground/referee", timeout=30).json()
    feature = _feature(scene)
    requests = {key: referee["requests"][key] for key in ("reads", "writes", "by_kind")}
    summary = {**feature, "seconds": round(seconds, 1), "requests": requests, "model": _model_usage(scene)}
    summary["pull_requests"] = [_pull_request(scene, stage) for stage in feature["plan"]["stages"]]
    return summary


def _model_usage(scene: _Scene) -> dict[str, Any]:
    import httpx2

    calls = httpx2.get(f"{scene.model_url}/_model/calls", timeout=30).json()

    def total(key: str) -> int:
        return sum(int(call["usage"].get(key) or 0) for call in calls)

    return {
        "calls": len(calls),
        "input_tokens": total("input_tokens"),
        "cache_read_tokens": total("cache_read_input_tokens"),
        "cache_write_tokens": total("cache_creation_input_tokens"),
        "output_tokens": total("output_tokens"),
        "cost_ratio": _cost_ratio(scene),
    }


def _cost_ratio(scene: _Scene) -> float | None:
    """What all runs paid for input, against the least that an append-only history could cost."""
    from bot.engine.database import Database
    from bot.engine.ledger import input_cost_ratio

    database = Database(f"sqlite:///{scene.home / 'baton.db'}")
    try:
        with database.reading() as connection:
            return input_cost_ratio(connection)
    finally:
        database.dispose()


def _pull_request(scene: _Scene, stage: dict[str, Any]) -> dict[str, Any]:
    number = stage["pull_request"]
    if number is None:
        return {"number": None, "files": 0, "checks": []}
    pull = scene.reviewer.asks("GET", f"/pulls/{number}")
    checks = scene.reviewer.reads_checks(pull["head"]["sha"])
    return {
        "number": number,
        "files": pull["changed_files"],
        "checks": [f"{check['name']}: {check['conclusion']}" for check in checks],
        "opened_at": pull["created_at"],
        "merged_at": pull["merged_at"],
    }


def _print_table(summary: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{summary['title']}: {summary['state']}", title_justify="left")
    for column in ("Stage", "Agent", "Pull request", "Files", "Checks", "Open for"):
        table.add_column(column, overflow="fold")
    for stage, pull in zip(summary["plan"]["stages"], summary["pull_requests"], strict=True):
        number = f"{stage['number']}. " if stage["number"] else ""
        table.add_row(
            f"{number}{stage['kind']}",
            stage["agent"] or "",
            f"#{pull['number']} {stage['state']}" if pull["number"] else stage["state"],
            str(pull["files"]),
            ", ".join(pull["checks"]),
            _open_for(pull),
        )
    console = Console(width=max(Console().width, 100))
    console.print()
    console.print(table)
    requests, model = summary["requests"], summary["model"]
    ratio = f", {model['cost_ratio']:.2f} times the least possible input cost" if model["cost_ratio"] else ""
    console.print(
        f"{summary['seconds']:.0f} s; {requests['writes']} writes and {requests['reads']} reads on GitHub; "
        f"{model['calls']} model calls{ratio}; ${summary['cost']:.2f} at list prices."
    )
    if summary["state"] != "completed":
        raise Stop(f"The feature is {summary['state']}: {summary['waiting_for']}")


def _open_for(pull: dict[str, Any]) -> str:
    from datetime import datetime

    if not pull.get("merged_at"):
        return ""
    opened, merged = (datetime.fromisoformat(pull[key]) for key in ("opened_at", "merged_at"))
    return f"{(merged - opened).total_seconds():.0f} s"
