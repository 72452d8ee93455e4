"""Who Baton is on GitHub: the App's own word, and short-lived tokens for one repository and one kind of job."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote

import jwt
from jwt.algorithms import RSAAlgorithm

from bot.github.connection import Connection, Counted
from bot.github.errors import Gone, NotGranted, NotInstalled, Refused
from bot.github.jobs import job_of

JWT_LIFE = 540
CLOCK_SKEW = 60
UNKNOWN_LIFE = 60.0

Key = tuple[int, int, str]

READING: Mapping[str, str] = {
    "contents": "read",
    "issues": "read",
    "pull_requests": "read",
    "checks": "read",
    "statuses": "read",
    "actions": "read",
    "metadata": "read",
    "members": "read",
}
FETCHING: Mapping[str, str] = {"contents": "read", "metadata": "read"}


@dataclass(frozen=True)
class Token:
    """An installation token and when to replace it: at four fifths of its life (hazard I1)."""

    value: str
    renew_at: float


class App:
    """The App by its id and private key; mints narrowed tokens and keeps them until they grow old."""

    def __init__(
        self,
        app_id: int,
        private_key: str,
        api_url: str,
        counted: Counted = lambda verb, path: None,
        running_low: Callable[[int, int, datetime], None] = lambda installation, remaining, resets_at: None,
    ) -> None:
        self.id = app_id
        self.api_url = api_url
        self._key = private_key
        self._counted = counted
        self._running_low = running_low
        self._tokens: dict[Key, Token] = {}
        self._minting: defaultdict[Key, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()
        self.connection = Connection(api_url, self._jwt, counted=counted)

    def _jwt(self) -> str:
        """Signed anew for each request; a minute in the past, since clocks differ (hazard I8)."""
        now = int(time.time())
        return jwt.encode(
            {"iat": now - CLOCK_SKEW, "exp": now + JWT_LIFE, "iss": str(self.id)},
            signing_key(self._key),
            "RS256",
        )

    def itself(self) -> Mapping[str, Any]:
        """GitHub's description of the App: slug, permissions, events."""
        answer: Mapping[str, Any] = self.connection.get("/app")
        return answer

    def installation_of(self, full_name: str) -> int | None:
        """The installation that covers a repository; None where there is none or it is suspended."""
        try:
            found = self.connection.get(f"/repos/{full_name}/installation")
        except Gone:
            return None
        return None if found.get("suspended_at") else int(found["id"])

    def on(self, installation: int, repository: int, permissions: Mapping[str, str]) -> Connection:
        """Requests to one repository, allowed just this much."""
        return Connection(
            self.api_url,
            token=lambda: self.token(installation, repository, permissions),
            renew=lambda: self.forget(installation, repository, permissions),
            counted=self._counted,
            running_low=partial(self._running_low, installation),
        )

    def writing_to(self, installation: int, repository: int) -> Connection:
        """Writes to one repository, each request with the token of its own job."""

        def job() -> Mapping[str, str]:
            return job_of(connection.asked_for)

        connection = Connection(
            self.api_url,
            token=lambda: self.token(installation, repository, job()),
            renew=lambda: self.forget(installation, repository, job()),
            counted=self._counted,
            running_low=partial(self._running_low, installation),
        )
        return connection

    def everywhere(self, installation: int) -> Connection:
        """Requests about the installation itself: which repositories it covers."""
        return Connection(
            self.api_url,
            token=lambda: self.token(installation, 0, {"metadata": "read"}),
            renew=lambda: self.forget(installation, 0, {"metadata": "read"}),
            counted=self._counted,
            running_low=partial(self._running_low, installation),
        )

    def token(self, installation: int, repository: int, permissions: Mapping[str, str]) -> str:
        """A token for one repository (0: all of the installation's), minted when there is no young one."""
        key = (installation, repository, _spelled(permissions))
        with self._lock:
            minting = self._minting[key]
        with minting:  # who needs the same token waits for it; nobody else does
            known = self._tokens.get(key)
            if known is None or time.time() >= known.renew_at:
                known = self._mint(installation, repository, permissions)
                self._tokens[key] = known
            return known.value

    def _mint(self, installation: int, repository: int, permissions: Mapping[str, str]) -> Token:
        """By our own request: PyGithub cannot narrow a token to repositories."""
        asked: dict[str, Any] = {"permissions": dict(permissions)}
        if repository:
            asked["repository_ids"] = [repository]
        try:
            answer = self.connection.obtain(f"/app/installations/{installation}/access_tokens", asked)
        except Refused as error:
            if error.status == 422 and "permissions" in error.message:
                raise NotGranted(error.status, error.message, permissions) from error
            raise NotInstalled(error.status, error.message) from error
        return kept(answer)

    def forget(self, installation: int, repository: int, permissions: Mapping[str, str]) -> None:
        """A token that was refused is minted anew when it is needed again (hazard I1)."""
        self._tokens.pop((installation, repository, _spelled(permissions)), None)


@lru_cache(maxsize=4)
def signing_key(pem: str) -> Any:
    """The private key as it signs. Reading it checks its primes, which takes thirty times as long as a signature."""
    return RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(pem)


def kept(answer: Mapping[str, Any]) -> Token:
    """A minted token with the time at which it is replaced."""
    ends = datetime.fromisoformat(str(answer["expires_at"]))
    life = (ends - datetime.now(UTC)).total_seconds()
    if life <= 0:
        life = UNKNOWN_LIFE  # our clock is ahead of GitHub's; a refused token is replaced anyway
    return Token(str(answer["token"]), time.time() + life * 0.8)


def _spelled(permissions: Mapping[str, str]) -> str:
    return ",".join(f"{name}:{level}" for name, level in sorted(permissions.items()))


class Permissions:
    """What people may do in a repository, asked by login and remembered for a few minutes (rule 4)."""

    LIFE = timedelta(minutes=5)

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._known: dict[tuple[int, str], tuple[datetime, str, int | None]] = {}

    def of(
        self, connection: Connection, full_name: str, repository: int, login: str, user_id: int | None
    ) -> str:
        """GitHub's `role_name`, or `none`; the answer's `user.id` must be whom we mean."""
        if user_id is None:
            return "none"  # a deleted account; whoever has its login now is somebody else
        known = self._known.get((repository, login))
        if known is None or self._clock() - known[0] > self.LIFE:
            known = (self._clock(), *self._ask(connection, full_name, login))
            self._known[(repository, login)] = known
        return known[1] if known[2] == user_id else "none"

    @staticmethod
    def _ask(connection: Connection, full_name: str, login: str) -> tuple[str, int | None]:
        try:
            answer = connection.get(f"/repos/{full_name}/collaborators/{quote(login, safe='')}/permission")
        except Gone:
            return "none", None
        role = str(answer.get("role_name") or answer.get("permission") or "none")
        legacy = str(answer.get("permission") or "none")
        user = answer.get("user") or {}
        # A custom role has a name of its own; the legacy field says which of the five it rolls up to.
        return role if role in ("admin", "maintain", "write", "triage", "read", "none") else legacy, user.get(
            "id"
        )
