"""A GitHub with one small repository, and clients that speak for its people and its App."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from bot.playground.making import new_key
from bot.playground.start import Playground, start_playground

FILES = {"README.md": "# Small\n", "src/a.txt": "one\ntwo\nthree\nfour\nfive\n", "src/b.txt": "b\n"}


@dataclass
class Client:
    """Speaks HTTP for somebody."""

    http: httpx2.Client
    repository: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """`path` below the repository unless it starts with two slashes."""
        where = path[1:] if path.startswith("//") else f"/repos/{self.repository}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(method, where, json=body, headers=named)

    def get(self, path: str, **headers: str) -> Any:
        return good(self.ask("GET", path, **headers))

    def post(self, path: str, body: Any = None) -> Any:
        return good(self.ask("POST", path, body))

    def patch(self, path: str, body: Any) -> Any:
        return good(self.ask("PATCH", path, body))

    def put(self, path: str, body: Any = None) -> Any:
        return good(self.ask("PUT", path, body))

    def delete(self, path: str) -> Any:
        return good(self.ask("DELETE", path))


def good(answer: httpx2.Response) -> Any:
    assert answer.is_success, (
        f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    )
    return answer.json() if answer.content else None


@dataclass
class Town:
    """The GitHub of a test."""

    playground: Playground
    _open: list[httpx2.Client] = field(default_factory=list)

    @property
    def state(self) -> dict[str, Any]:
        return self.playground.state()

    def person(self, role: str) -> Client:
        return self.client(self.state["people"][role]["token"])

    @property
    def maintainer(self) -> Client:
        return self.person("maintainer")

    def client(self, token: str | None) -> Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        http = httpx2.Client(
            base_url=self.playground.url, headers=headers, timeout=20, trust_env=False, verify=False
        )
        self._open.append(http)
        return Client(http, self.playground.repository.full_name)

    def jwt(self, **claims: Any) -> str:
        now = int(time.time())
        told = {"iss": str(self.state["app"]["id"]), "iat": now - 60, "exp": now + 500, **claims}
        return jwt.encode(
            told, loaded(self.state["environment"]["BATON_GITHUB_PRIVATE_KEY"]), algorithm="RS256"
        )

    @property
    def app(self) -> Client:
        """The App itself, with its JWT."""
        return self.client(self.jwt())

    @property
    def installation(self) -> int:
        return self.playground.inhabitants.installation.id

    def token(self, **narrowed: Any) -> str:
        minted = self.app.post(f"//app/installations/{self.installation}/access_tokens", narrowed)
        return str(minted["token"])

    def bot(self, **narrowed: Any) -> Client:
        """The App with a token of its installation."""
        return self.client(self.token(**narrowed))

    def clone_url(self, token: str) -> str:
        return str(self.state["clone_url"]).replace("://", f"://x:{token}@")

    def sha(self, branch: str = "main") -> str:
        found = self.playground.repository.git.branch(branch)
        assert found is not None
        return found

    def control(self, method: str, path: str, body: Any = None) -> Any:
        with httpx2.Client(base_url=self.playground.url, trust_env=False, verify=False) as http:
            return good(http.request(method, f"/_playground{path}", json=body))

    def referee(self) -> Any:
        return self.control("GET", "/referee")

    # -- what most tests begin with
    def commit(self, who: Client, files: Mapping[str, str | None], parent: str | None = None) -> str:
        parent = parent or self.sha()
        entries = [
            {"path": path, "mode": "100644", "type": "blob"}
            | ({"sha": None} if text is None else {"content": text})
            for path, text in files.items()
        ]
        tree = who.post("/git/trees", {"base_tree": parent, "tree": entries})["sha"]
        made = who.post("/git/commits", {"message": "Change files", "tree": tree, "parents": [parent]})
        return str(made["sha"])

    def branch(
        self, who: Client, name: str, files: Mapping[str, str | None], parent: str | None = None
    ) -> str:
        sha = self.commit(who, files, parent)
        who.post("/git/refs", {"ref": f"refs/heads/{name}", "sha": sha})
        return sha

    def pull(self, who: Client, name: str, files: Mapping[str, str | None], **more: Any) -> Any:
        self.branch(who, name, files)
        return who.post("/pulls", {"title": f"Change by {name}", "head": name, "base": "main", **more})

    def close(self) -> None:
        for each in self._open:
            each.close()
        self.playground.stop()


@cache
def one_key() -> str:
    """The App's key of all tests of a process; to make one takes as long as a test."""
    return new_key()


@cache
def loaded(pem: str) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey)
    return key


def git(*arguments: str, cwd: Path, ok: bool = True) -> subprocess.CompletedProcess[str]:
    identity = ["-c", "user.name=Mara", "-c", "user.email=mara@example.com", "-c", "init.defaultBranch=main"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or not ok, done.stderr
    return done


def small_repository(into: Path, branch: str = "main", files: dict[str, str] | None = None) -> Path:
    into.mkdir(parents=True)
    git("init", "-q", f"--initial-branch={branch}", cwd=into)
    for path, text in (FILES if files is None else files).items():
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_text(text)
    git("add", "-A", cwd=into)
    git("commit", "-q", "-m", "Begin", cwd=into)
    return into


@dataclass
class Received:
    """One webhook as it came in."""

    event: str
    headers: dict[str, str]
    body: bytes
    payload: Any


class Receiver:
    """Somebody who listens for webhooks."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers = 202
        receiver = self

        class Listening(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the standard library's name
                import json

                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.received.append(Received(headers["x-github-event"], headers, body, json.loads(body)))
                self.send_response(receiver.answers)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhook"

    def names(self) -> list[str]:
        return [
            each.event + (f".{each.payload['action']}" if "action" in each.payload else "")
            for each in self.received
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def opened(directory: Path, **settings: Any) -> Iterator[Town]:
    """A town over the small repository; `settings` are `start_playground`'s."""
    if "repo" not in settings:
        settings["repo"] = small_repository(directory / "small")
    settings.setdefault("ci", "off")
    settings.setdefault("private_key", one_key())
    settings.setdefault("issue_text", "# Notifications\n\nTell people what happens.")
    playground = start_playground(
        0, directory=directory / "playground", cache=directory / "cache", **settings
    )
    town = Town(playground)
    try:
        yield town
    finally:
        town.close()
