"""The post between GitHub and Baton: it loses, doubles and delays letters as it is told, and GitHub believes all arrived."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2

PATIENCE = 30.0
HOP_BY_HOP = {"host", "connection", "content-length", "accept-encoding"}


@dataclass(frozen=True)
class Letter:
    """One delivery as GitHub sent it, and which of all it was."""

    number: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> str:
        return self.headers["x-github-event"]


@dataclass(frozen=True)
class Fate:
    """After how many seconds it arrives, each time; lost where there are none."""

    arrivals: tuple[float, ...] = (0.0,)


ARRIVES, LOST, TWICE = Fate(), Fate(()), Fate((0.0, 0.2))
Fates = Callable[[Letter], Fate]


def all_arrive(letter: Letter) -> Fate:
    return ARRIVES


def lost(*numbers: int) -> Fates:
    """These are lost, the others arrive."""
    return lambda letter: LOST if letter.number in numbers else ARRIVES


def all_lost(letter: Letter) -> Fate:
    return LOST


def all_twice(letter: Letter) -> Fate:
    return TWICE


def out_of_order(seed: int, latest: float = 1.0) -> Fates:
    """Each takes its own time, so that later ones overtake earlier ones."""
    chance = random.Random(seed)
    return lambda letter: Fate((chance.uniform(0, latest),))


def late(seconds: float) -> Fates:
    return lambda letter: Fate((seconds,))


def all_at_once(seed: int) -> Fates:
    """Lost, doubled, overtaken and late together."""
    chance = random.Random(seed)
    return lambda letter: Fate(tuple(chance.uniform(0, 3) for _ in range(chance.choice((0, 1, 1, 2, 3)))))


@dataclass
class Post:
    """Carries letters to one address, or to each of several in turn, as a load balancer does."""

    address: str
    fates: Fates = all_arrive
    others: tuple[str, ...] = ()
    letters: list[Letter] = field(default_factory=list)
    url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _couriers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(32))
    _client: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=PATIENCE, trust_env=False))

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """One at a time, so that what is not delayed arrives in its order."""
        with self._lock:
            letter = Letter(len(self.letters), headers, body)
            self.letters.append(letter)
            for seconds in self.fates(letter).arrivals:
                if seconds:
                    self._couriers.submit(self._carry_later, letter, seconds)
                else:
                    self.carry(letter)

    def carry(self, letter: Letter, guid: str | None = None) -> int:
        """What Baton answered; 0 where nobody was there."""
        doors = (self.address, *self.others)
        address = doors[letter.number % len(doors)]
        headers = {**letter.headers, **({"x-github-delivery": guid} if guid else {})}
        try:
            return self._client.post(address, content=letter.body, headers=headers).status_code
        except httpx2.HTTPError:
            return 0

    def replay(self) -> list[int]:
        """All letters once more, each under an id that was never seen."""
        return [self.carry(letter, str(uuid.uuid4())) for letter in list(self.letters)]

    def _carry_later(self, letter: Letter, seconds: float) -> None:
        time.sleep(seconds)
        self.carry(letter)


@contextmanager
def a_post(address: str, fates: Fates) -> Iterator[Post]:
    """A post that is open, on loopback."""
    post = Post(address, fates)

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            names = {name.lower(): value for name, value in self.headers.items()}
            post.take({name: value for name, value in names.items() if name not in HOP_BY_HOP}, body)
            self.send_response(202)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    post.url = f"http://127.0.0.1:{server.server_port}/webhook"
    try:
        yield post
    finally:
        server.shutdown()
        server.server_close()
        post._couriers.shutdown(wait=False, cancel_futures=True)
