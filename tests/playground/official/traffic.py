"""A GitHub that is up, and clients that use everything it offers by HTTP."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import jwt

from bot.playground.start import Playground, start_playground

WORKFLOW = """\
name: CI
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: "true"
"""


class Client:
    """One caller; every answer's status is expected."""

    def __init__(self, playground: Playground, authorization: str) -> None:
        headers = {"Authorization": authorization, "Accept": "application/vnd.github+json"}
        self._http = httpx2.Client(base_url=playground.url, headers=headers, trust_env=False)
        self.home = f"/repos/{playground.repository.full_name}"

    def ask(self, method: str, path: str, status: int, body: Any = None, **query: Any) -> Any:
        """`path` below the repository, or from the root where it begins with two slashes."""
        full = path[1:] if path.startswith("//") else self.home + path
        answer = self._http.request(method, full, json=body, params=query or None)
        assert answer.status_code == status, f"{method} {full}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if "json" in answer.headers.get("content-type", "") and answer.content else None

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        return self.ask("GET", path, status, **query)

    def post(self, path: str, body: Any = None, status: int = 201) -> Any:
        return self.ask("POST", path, status, body)

    def patch(self, path: str, body: Any, status: int = 200) -> Any:
        return self.ask("PATCH", path, status, body)

    def put(self, path: str, body: Any = None, status: int = 200) -> Any:
        return self.ask("PUT", path, status, body)

    def delete(self, path: str, status: int = 204, body: Any = None) -> Any:
        return self.ask("DELETE", path, status, body)

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask("POST", "//graphql", 200, {"query": query, "variables": variables})
        return answer

    def close(self) -> None:
        self._http.close()


@contextmanager
def a_github(directory: Path) -> Iterator[Playground]:
    """A playground over a small repository, whose REST answers are recorded."""
    source = directory / "shop"
    write_repository(source)
    nobody = "http://127.0.0.1:9/webhook"  # the discard port: deliveries are kept in the log all the same
    playground = start_playground(0, source, "# Notifications\n\nPlease.", "green", nobody, record=True)
    try:
        yield playground
    finally:
        playground.stop()


def write_repository(source: Path) -> None:
    (source / ".github" / "workflows").mkdir(parents=True)
    (source / ".github" / "workflows" / "ci.yml").write_text(WORKFLOW)
    (source / "README.md").write_text("# Shop\n")
    (source / "docs").mkdir()
    (source / "docs" / "a b.md").write_text("a\n")
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", "-C", str(source), *command], check=True, capture_output=True)


def person(playground: Playground, role: str) -> Client:
    return Client(playground, f"token {playground.inhabitants.people[role].value}")


def app(playground: Playground) -> Client:
    """The App itself, by its JWT."""
    inhabitant = playground.inhabitants.app
    now = int(time.time())
    claims = {"iat": now - 30, "exp": now + 500, "iss": str(inhabitant.id)}
    return Client(playground, f"Bearer {jwt.encode(claims, inhabitant.private_key, algorithm='RS256')}")


def installation(playground: Playground, asker: Client, **narrowed: Any) -> Client:
    identity = playground.inhabitants.installation.id
    made = asker.post(f"//app/installations/{identity}/access_tokens", narrowed)
    return Client(playground, f"Bearer {made['token']}")


def eventually(ask: Any, seconds: float = 10) -> Any:
    """What `ask` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return found
