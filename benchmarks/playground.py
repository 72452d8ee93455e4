"""How long a request to the playground takes, beside npm's `emulate` for the same calls, in one run.

Both run in processes of their own and are asked in turns by one connection each. They are not the same thing: the
playground works on real git, checks permissions, and has a webhook made of every change; `emulate` keeps objects
in memory. Where Node, npm or the package cannot be had, only the playground is measured, and that is said.
"""

from __future__ import annotations

import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

EMULATE = "emulate@0.11.2"
ROUNDS, WARM_UP = 120, 15
SEED = {
    "tokens": {"measured": {"login": "mara", "scopes": ["repo"]}},
    "github": {
        "users": [{"login": "mara", "name": "Mara"}],
        "repos": [{"owner": "mara", "name": "small", "auto_init": True}],
    },
}
# It would listen on every interface of this machine.
LOOPBACK_ONLY = """\
import net from "node:net";
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (where, ...more) {
  const port = typeof where === "object" ? where.port : where;
  return listen.call(this, { port, host: "127.0.0.1" }, ...more.filter((each) => typeof each === "function"));
};
"""
CALLS: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("GET", "", None),
    ("GET", "/issues/1", None),
    ("GET", "/issues?per_page=30", None),
    ("GET", "/issues/1/comments?per_page=30", None),
    ("GET", "/branches/main", None),
    ("POST", "/issues/1/comments", {"body": "A comment of a usual length, for measuring."}),
    ("POST", "/issues", {"title": "An issue", "body": "With a text."}),
)


@dataclass(frozen=True)
class Place:
    """One of the two, up and with issue 1 in it."""

    name: str
    client: httpx2.Client
    home: str

    def asks(self, method: str, path: str, body: dict[str, Any] | None) -> float:
        """Milliseconds until the whole answer is there."""
        began = time.perf_counter()
        answer = self.client.request(method, self.home + path, json=body)
        spent = time.perf_counter() - began
        assert answer.is_success, f"{self.name}: {method} {path}: {answer.status_code} {answer.text[:300]}"
        return 1000 * spent


def measure(say: Callable[[str], None] = print) -> dict[str, Any]:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        places = [stack.enter_context(our_playground(directory))]
        why_not = ""
        try:
            places.append(stack.enter_context(emulate(directory)))
        except (OSError, subprocess.SubprocessError, AssertionError, httpx2.HTTPError) as error:
            why_not = str(error)
            say(f"{EMULATE} was not measured: {error}")
        figures = {
            f"{method} {path.partition('?')[0] or '/'}": compared(places, method, path, body)
            for method, path, body in CALLS
        }
    for call, figure in figures.items():
        beside = (
            f"   emulate {figure['emulate_ms']:6.2f} ms   ratio {figure['ratio']:5.2f}"
            if "ratio" in figure
            else ""
        )
        say(f"{call:34} playground {figure['playground_ms']:6.2f} ms{beside}")
    return {
        "rounds": ROUNDS,
        "calls": figures,
        **({"emulate": EMULATE} if not why_not else {"not_measured": why_not}),
    }


def compared(places: list[Place], method: str, path: str, body: dict[str, Any] | None) -> dict[str, float]:
    """The medians, asked in turns so that both meet the same machine."""
    times: dict[str, list[float]] = {place.name: [] for place in places}
    for at in range(WARM_UP + ROUNDS):
        for place in places:
            spent = place.asks(method, path, body)
            if at >= WARM_UP:
                times[place.name].append(spent)
    found = {f"{name}_ms": round(statistics.median(each), 3) for name, each in times.items()}
    if len(places) == 2:
        found["ratio"] = round(found["playground_ms"] / found["emulate_ms"], 2)
    return found


@contextmanager
def our_playground(directory: Path) -> Iterator[Place]:
    source, state = directory / "small", directory / "state.json"
    source.mkdir()
    git = ["git", "-c", "user.name=Mara", "-c", "user.email=mara@example.com"]
    (source / "README.md").write_text("# Small\n")
    for arguments in (["init", "-q", "--initial-branch=main"], ["add", "."], ["commit", "-qm", "Begin"]):
        subprocess.run([*git, *arguments], cwd=source, check=True, capture_output=True)
    command = [sys.executable, "-m", "bot.cli", "playground", "--no-baton", "--port", "0", "--ci", "off"]
    process = subprocess.Popen(
        [*command, "--repo", str(source), "--state", str(state)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(state.exists, process, "The playground")
        told = json.loads(state.read_text())
        with client(told["api_url"], told["people"]["maintainer"]["token"]) as opened:
            yield with_an_issue(Place("playground", opened, f"/repos/{told['repository']}"))
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def emulate(directory: Path) -> Iterator[Place]:
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node and npm, "Node and npm are missing; on Debian: apt-get install nodejs npm"
    home = directory / "emulate"
    home.mkdir()
    (home / "package.json").write_text('{"private": true}')
    install = [npm, "install", EMULATE, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(install, cwd=home, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, f"npm could not install it: {done.stderr.strip()[:300]}"
    (home / "seed.json").write_text(json.dumps(SEED))
    (home / "loopback.mjs").write_text(LOOPBACK_ONLY)
    port = free_port()
    entry = home / "node_modules/emulate/dist/index.js"
    command = [
        node,
        "--import",
        "./loopback.mjs",
        str(entry),
        "start",
        "-s",
        "github",
        "-p",
        str(port),
        "--seed",
        "seed.json",
    ]
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: listens(port), process, EMULATE)
        with client(f"http://127.0.0.1:{port}", "measured") as opened:
            yield with_an_issue(Place("emulate", opened, "/repos/mara/small"))
    finally:
        process.terminate()
        process.wait(20)


def with_an_issue(place: Place) -> Place:
    place.asks("POST", "/issues", {"title": "The first", "body": "With a text."})
    return place


def client(url: str, token: str) -> httpx2.Client:
    return httpx2.Client(
        base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30
    )


def until(holds: Callable[[], bool], process: subprocess.Popen[bytes], who: str, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert process.poll() is None and time.monotonic() < end, f"{who} did not start."
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    measure()
