"""Who may see the dashboard: whoever holds its token or, where there is none, whoever sits at this machine."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum

from starlette.requests import HTTPConnection

COOKIE = "baton_session"
COOKIE_SECONDS = 30 * 24 * 3600
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# A proxy on this machine makes the whole world look local; it says so in one of these.
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
TRIES, TRIES_SECONDS, MOST_CLIENTS = 10, 60.0, 10_000


class Why(StrEnum):
    """Why somebody is not let in."""

    NOT_LOCAL = "not_local"
    NO_TOKEN = "no_token"
    WRONG_TOKEN = "wrong_token"
    TOO_MANY_TRIES = "too_many_tries"


class NotAdmitted(Exception):
    """The request is not answered."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Tries:
    """Counts wrong guesses by address, so that nobody guesses fast."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def are_used_up(self, address: str) -> bool:
        since, count = self._known.get(address, (0.0, 0))
        return count >= TRIES and self._clock() - since < TRIES_SECONDS

    def count(self, address: str) -> None:
        since, count = self._known.pop(address, (self._clock(), 0))
        if self._clock() - since >= TRIES_SECONDS:
            since, count = self._clock(), 0
        self._known[address] = (since, count + 1)
        while len(self._known) > MOST_CLIENTS:
            self._known.popitem(last=False)


class Guard:
    """Stands before the dashboard and the API."""

    def __init__(self, token: str | None, clock: Callable[[], float] = time.time) -> None:
        self._token = token
        self._clock = clock
        self._tries = Tries()

    @property
    def has_token(self) -> bool:
        return self._token is not None

    def __call__(self, connection: HTTPConnection) -> None:
        """Raises NotAdmitted."""
        if self._token is None:
            if not is_local(connection):
                raise NotAdmitted(Why.NOT_LOCAL)
            return
        if self._knows(connection.cookies.get(COOKIE, "")):
            return
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotAdmitted(Why.NO_TOKEN)
        self.demand(given.strip(), connection)

    def demand(self, given: str, connection: HTTPConnection) -> None:
        """Raises NotAdmitted where this is not the token, or was guessed at too often."""
        address = connection.client.host if connection.client else ""
        if self._tries.are_used_up(address):
            raise NotAdmitted(Why.TOO_MANY_TRIES)
        if self._token is None or not equal(given, self._token):
            self._tries.count(address)
            raise NotAdmitted(Why.WRONG_TOKEN)

    def cookie(self) -> str:
        """What a browser keeps instead of the token; it ends by itself, and with a change of the token."""
        ends = str(int(self._clock()) + COOKIE_SECONDS)
        return f"{ends}.{self._signed(ends)}"

    def _knows(self, cookie: str) -> bool:
        ends, _, signature = cookie.partition(".")
        if not ends.isdecimal() or len(ends) > 12 or not equal(signature, self._signed(ends)):
            return False
        return int(ends) > self._clock()

    def _signed(self, ends: str) -> str:
        message = f"baton dashboard session until {ends}".encode()
        return hmac.new((self._token or "").encode(), message, hashlib.sha256).hexdigest()


def equal(one: str, other: str) -> bool:
    """In the same time wherever they differ, and however long they are."""
    digests = (hashlib.sha256(each.encode("utf-8", "surrogateescape")).digest() for each in (one, other))
    return hmac.compare_digest(*digests)


def is_local(connection: HTTPConnection) -> bool:
    """Whether the request comes from this machine and means it: no proxy between, no foreign name for us."""
    if connection.client is None or any(name in connection.headers for name in FORWARDED):
        return False
    return _is_loopback(connection.client.host) and (connection.url.hostname or "") in LOCAL_NAMES


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
