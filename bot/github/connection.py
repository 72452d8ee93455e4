"""One way to ask GitHub: through PyGithub, without its retries and pauses, with errors sorted by what they mean."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen

from github import Auth, Github

from bot.github.errors import (
    GitHubError,
    Unauthorized,
    from_exception,
    from_graphql,
    from_nonsense,
    from_status,
)

TIMEOUT_SECONDS = 20
PER_PAGE = 100
MOST_BYTES = 20 * 1024 * 1024
LOW = 1000

Counted = Callable[[str, str], None]
RunningLow = Callable[[int, datetime], None]


class TokenAuth(Auth.Auth):
    """Asks for the token at each request, so that a renewed one is used without a new connection."""

    def __init__(self, token: Callable[[], str], kind: str = "Bearer") -> None:
        self._token = token
        self._kind = kind

    @property
    def token_type(self) -> str:
        return self._kind

    @property
    def token(self) -> str:
        return self._token()

    def authentication(self, headers: dict[str, Any]) -> None:
        headers["Authorization"] = f"{self.token_type} {self.token}"


class Connection:
    """Requests under one identity. PyGithub is not thread-safe, so each thread gets a client of its own."""

    def __init__(
        self,
        api_url: str,
        token: Callable[[], str],
        renew: Callable[[], None] = lambda: None,
        counted: Counted = lambda verb, path: None,
        running_low: RunningLow = lambda remaining, resets_at: None,
    ) -> None:
        self._api_url = api_url
        self._token = token
        self._renew = renew
        self._counted = counted
        self._running_low = running_low
        self._local = threading.local()

    def get(self, path: str, **parameters: Any) -> Any:
        """Read one page. Raises Gone, Refused, NotNow, Unreachable."""
        return self._ask("GET", path, parameters=parameters or None)[1]

    def download(self, path: str) -> str:
        """The text behind a redirect to another host, which gets no token (design, section 4).

        Raises Gone, Refused, NotNow, Unreachable.
        """
        self._local.path = path
        self._counted("GET", path)
        requester = self._client().requester
        try:
            status, headers, text = requester.requestJson("GET", path)
        except Exception as error:
            raise from_exception(error, wrote=False) from error
        if status not in (302, 307):
            if status >= 300:
                raise from_status(status, None, headers, wrote=False)
            return str(text)
        try:
            if not str(headers["location"]).startswith(("https://", "http://")):
                raise ValueError("GitHub led to an address that is no web page.")
            with urlopen(str(headers["location"]), timeout=TIMEOUT_SECONDS) as answer:
                return bytes(answer.read(MOST_BYTES)).decode(errors="replace")
        except (OSError, KeyError, ValueError) as error:
            raise from_exception(error, wrote=False) from error

    def pages(self, path: str, **parameters: Any) -> Iterator[list[Any]]:
        """A list page by page, newest first, as its `Link` header leads on: for lists that have cursors only."""
        following: dict[str, Any] | None = {"per_page": PER_PAGE, **parameters}
        while following is not None:
            headers, items = self._ask("GET", path, parameters=following)
            yield list(items or ())
            following = _next_page(str(headers.get("link", "")))

    def get_all(self, path: str, key: str | None = None, **parameters: Any) -> list[Any]:
        """Read a list to its end; `key` names the list within each page."""
        found: list[Any] = []
        page = 1
        while True:
            answer = self.get(path, per_page=PER_PAGE, page=page, **parameters)
            items = answer[key] if key else answer
            found += items
            if len(items) < PER_PAGE:
                return found
            page += 1

    def write(self, verb: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
        """Change something. Raises Refused, NotNow, OutcomeUnknown; is never repeated here."""
        return self._ask(verb, path, data=dict(data or {}))[1]

    def obtain(self, path: str, data: Mapping[str, Any]) -> Any:
        """A POST that changes nothing anybody sees, so that its failure is a failed read: a token, a redelivery."""
        return self._ask("POST", path, data=dict(data), wrote=False)[1]

    def query(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask by GraphQL: the whole answer with `data` and `errors`. Raises NotNow, Unreachable, Refused."""
        return self._graphql(document, variables, writes=False)

    def mutate(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Change something by GraphQL: the whole answer. Raises NotNow, OutcomeUnknown, Refused."""
        return self._graphql(document, variables, writes=True)

    def _graphql(self, document: str, variables: Mapping[str, Any], writes: bool) -> Mapping[str, Any]:
        _, answer = self._ask(
            "POST", "graphql", data={"query": document, "variables": dict(variables)}, wrote=writes
        )
        if not isinstance(answer, Mapping):
            raise from_nonsense(200, writes)
        return answer

    def _ask(
        self,
        verb: str,
        path: str,
        parameters: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        wrote: bool | None = None,
    ) -> tuple[Mapping[str, Any], Any]:
        writes = verb != "GET" if wrote is None else wrote
        try:
            return self._once(verb, path, parameters, data, writes)
        except Unauthorized:
            # A token may expire early or be revoked: one fresh one, then the answer counts (hazard I1).
            self._renew()
            return self._once(verb, path, parameters, data, writes)

    def _once(
        self,
        verb: str,
        path: str,
        parameters: Mapping[str, Any] | None,
        data: Mapping[str, Any] | None,
        writes: bool,
    ) -> tuple[Mapping[str, Any], Any]:
        self._local.path = path
        requester = self._client().requester
        url = requester.graphql_url if path == "graphql" else path
        self._counted("GRAPHQL" if path == "graphql" and not writes else verb, path)
        try:
            status, headers, text = requester.requestJson(
                verb, url, parameters=dict(parameters) if parameters else None, input=data
            )
        except GitHubError:
            raise  # from the minting of a token: nothing was asked yet
        except Exception as error:
            raise from_exception(error, writes) from error
        self._note_limits(headers)
        return headers, _understood(status, headers, text, path, writes)

    def _note_limits(self, headers: Mapping[str, Any]) -> None:
        """When the hour's requests run out, whoever shares them is told, so that people are answered first."""
        remaining, reset = (
            str(headers.get("x-ratelimit-remaining", "")),
            str(headers.get("x-ratelimit-reset", "")),
        )
        if remaining.isdigit() and reset.isdigit() and int(remaining) <= LOW:
            self._running_low(int(remaining), datetime.fromtimestamp(int(reset), UTC))

    @property
    def asked_for(self) -> str:
        """The path of the request that this thread is making: what a token is narrowed by."""
        return str(getattr(self._local, "path", ""))

    def _client(self) -> Github:
        client: Github | None = getattr(self._local, "client", None)
        if client is None:
            client = Github(
                auth=TokenAuth(self._token),
                base_url=self._api_url,
                timeout=TIMEOUT_SECONDS,
                retry=None,
                per_page=PER_PAGE,
                seconds_between_requests=0,
                seconds_between_writes=0,
                user_agent="baton",
            )
            self._local.client = client
        return client


def _understood(status: int, headers: Mapping[str, Any], text: str, path: str, writes: bool) -> Any:
    """The answer as data. What is no JSON is a proxy's page or was cut short, and says nothing (hazard I10)."""
    try:
        answer = json.loads(text) if text else None
    except ValueError:
        answer = None
        if status < 300:
            raise from_nonsense(status, writes) from None
    if status >= 300:
        raise from_status(status, answer, headers, writes)
    if path == "graphql" and isinstance(answer, Mapping):
        refused = from_graphql(answer, headers)
        if refused is not None:
            raise refused
    return answer


def _next_page(link: str) -> dict[str, Any] | None:
    """The parameters of the page that `rel="next"` names."""
    for part in link.split(","):
        address, _, relation = part.partition(";")
        if 'rel="next"' in relation:
            return dict(parse_qsl(urlsplit(address.strip(" <>")).query))
    return None
