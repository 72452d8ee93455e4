"""Baton and its GitHub as processes of their own, used as an outsider does: by command, REST and signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).resolve().parents[2]
BATON = [sys.executable, "-m", "bot.cli"]
READY_SECONDS = 60.0
PATIENCE = 60.0
FAULTS = ("doubled", "too_fast", "during_retry_after", "outside_token", "forced_updates", "protected_paths")


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without anything that would reach Baton by accident."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "ANTHROPIC_"))}
    return {**own, "PYTHONPATH": str(ROOT), **environment}


def baton(
    *arguments: str,
    home: Path,
    environment: Mapping[str, str] | None = None,
    given: str | None = None,
    seconds: float = 60,
) -> subprocess.CompletedProcess[str]:
    """One command, run to its end in an empty directory."""
    return subprocess.run(
        [*BATON, *arguments],
        env=clean(environment or {}),
        cwd=home,
        input=given if given is not None else "",
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE, pause: float = 0.05) -> Any:
    """What `holds` gives once it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"Not within {seconds:.0f} s: {what}.")


class Person:
    """Somebody with a token, in one repository."""

    def __init__(self, api_url: str, repository: str, login: str, token: str) -> None:
        self.login = login
        self._repository = f"/repos/{repository}"
        self._http = httpx2.Client(base_url=api_url, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    def asks(self, verb: str, path: str, data: Any = None) -> Any:
        answer = self._http.request(verb, f"{self._repository}{path}", json=data)
        assert answer.status_code < 400, f"{verb} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def all(self, path: str) -> list[dict[str, Any]]:
        """Every page of a list."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            more = self.asks("GET", f"{path}{'&' if '?' in path else '?'}per_page=100&page={page}")
            found += more
            if len(more) < 100:
                return found
            page += 1

    def opens_issue(self, title: str, text: str) -> int:
        return int(self.asks("POST", "/issues", {"title": title, "body": text})["number"])

    def labels(self, issue: int) -> None:
        self.asks("POST", f"/issues/{issue}/labels", {"labels": ["baton"]})

    def comments(self, number: int, text: str) -> int:
        return int(self.asks("POST", f"/issues/{number}/comments", {"body": text})["id"])

    def merges(self, pull_request: int) -> str:
        return str(self.asks("PUT", f"/pulls/{pull_request}/merge", {"merge_method": "merge"})["sha"])

    def issue(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.asks("GET", f"/issues/{number}")
        return found

    def texts(self, number: int) -> list[str]:
        """What Baton's App has said there."""
        return [
            each["body"] for each in self.all(f"/issues/{number}/comments") if each["user"]["type"] == "Bot"
        ]

    def check_runs(self, sha: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.asks("GET", f"/commits/{sha}/check-runs?per_page=100")[
            "check_runs"
        ]
        return found


@dataclass
class GitHub:
    """`baton playground --no-baton` that is up, and what its state file says."""

    state: dict[str, Any]
    home: Path
    process: subprocess.Popen[bytes]
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for role, each in self.state["people"].items():
            self.people[role] = Person(
                self.state["api_url"], self.state["repository"], each["login"], each["token"]
            )

    @property
    def environment(self) -> dict[str, str]:
        return dict(self.state["environment"])

    @property
    def issue(self) -> int:
        return int(self.state["issue"])

    def control(self, verb: str, path: str, data: Any = None) -> Any:
        answer = httpx2.request(verb, f"{self.state['control_url']}/_playground{path}", json=data, timeout=30)
        assert answer.status_code < 400, answer.text
        return answer.json() if answer.content else None

    def happened(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("GET", f"/log?after={after}")
        return found

    def referee(self) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", "/referee")
        return found

    def model_calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx2.get(
            f"{self.environment['ANTHROPIC_BASE_URL']}/_model/calls", timeout=30
        ).json()
        return found

    def found_nothing_wrong(self) -> None:
        report = self.referee()
        wrong = {name: report[name] for name in FAULTS if report[name]}
        assert not wrong, json.dumps(wrong, indent=1)


@contextmanager
def github(home: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[GitHub]:
    """The playground without Baton, as its own process, until the end of the block."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "s.json"
    log = home / "playground.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*BATON, "playground", "--no-baton", "--state", str(file), "--port", "0", *options],
            env=clean(environment or {}),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: file.exists() or process.poll() is not None, "the playground is up", READY_SECONDS)
        assert process.poll() is None, log.read_text()
        yield GitHub(json.loads(file.read_text()), home, process)
    finally:
        ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Asked to end as `docker stop` and systemd ask, and killed only if it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Baton:
    """`baton serve`, or a worker, with exactly the environment given; killed and started again at will."""

    def __init__(
        self,
        environment: Mapping[str, str],
        home: Path,
        *command: str,
        program: Sequence[str] = tuple(BATON),
    ) -> None:
        self.environment = dict(environment)
        self._program = program
        self._home = home
        self._command = command or ("serve",)
        self.log = home / f"baton-{'-'.join(self._command)}-{time.monotonic_ns()}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.ready_seconds: list[float] = []
        home.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"http://{self.environment['BATON_HOST']}:{self.environment['BATON_PORT']}"

    def start(self) -> None:
        began = time.monotonic()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*self._program, *self._command],
                env=clean(self.environment),
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if self._command[0] == "serve":
            until(self._ready, f"Baton is ready; {self.log}", READY_SECONDS)
            self.ready_seconds.append(time.monotonic() - began)

    def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()[-3000:]
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stall(self) -> None:
        """SIGSTOP: it stands still in whatever it does, and does not know."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.process is not None:
            ended(self.process)

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def feature(self, repository: str, issue: int) -> dict[str, Any]:
        answer = httpx2.get(f"{self.url}/api/features/{repository}/{issue}", timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def until_completed(place: GitHub, issue: int, *batons: Baton) -> None:
    """Each of them says so."""
    repository = place.state["repository"]
    until(
        lambda: all(each.feature(repository, issue)["state"] == "completed" for each in batons),
        f"#{issue} is completed",
    )


@contextmanager
def running(*batons: Baton) -> Iterator[None]:
    """All of them up, one after another; stopped at the end."""
    try:
        for each in batons:
            each.start()
        yield
    finally:
        for each in batons:
            each.stop()


def beside(place: GitHub, **settings: str) -> Baton:
    """A Baton that connects with exactly what the state file says."""
    return Baton({**place.environment, **settings}, place.home / "baton-home")


def git_repository(path: Path, files: Mapping[str, str], branch: str = "main") -> Path:
    """A repository with one commit."""
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    for arguments in (
        ["init", "--quiet", f"--initial-branch={branch}"],
        ["add", "."],
        ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-qm", "First"],
    ):
        subprocess.run(["git", *arguments], cwd=path, check=True, capture_output=True)
    return path


def sentence_without_traceback(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """It ended with this code and said these words, to a person."""
    said = done.stdout + done.stderr
    assert done.returncode == code, f"{done.returncode}: {said}"
    assert "Traceback" not in said, said
    for word in words:
        assert word in said, f"{word!r} is missing in:\n{said}"
