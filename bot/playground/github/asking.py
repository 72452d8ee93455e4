"""One request in our words, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from bot.playground.access import Caller, Level, Scope
from bot.playground.github.shapes.times import Json, parsed
from bot.playground.hub import Hub
from bot.playground.people import Role, User
from bot.playground.refusals import Moved, Refused, not_found
from bot.playground.state import Issue, PullRequest, Repository

if TYPE_CHECKING:
    from bot.playground.github.site import Site

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a JSON body, or bytes of another type."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    media: str = "application/json; charset=utf-8"


@dataclass(slots=True)
class Ask:
    """A request to the API: who asks for what."""

    site: Site
    caller: Caller
    method: str
    path: str  # without /api/v3
    names: dict[str, str]  # the variables of the path
    query: dict[str, str]
    body: Json
    headers: Mapping[str, str]
    hides: Callable[[str], bool]  # whether that node is not in lists yet (a lagging replica)

    @property
    def hub(self) -> Hub:
        return self.site.hub

    # -- what it is about
    @property
    def repository(self) -> Repository:
        found = self.hub.repository(self.names["owner"], self.names["repo"])
        self.caller.sees_or_not_found(found)
        if found.full_name.lower() != f"{self.names['owner']}/{self.names['repo']}".lower():
            raise Moved(found.id)
        return found

    def reads(self, *scopes: Scope) -> Repository:
        repository = self.repository
        self.caller.needs(repository, "read", *scopes)
        return repository

    def writes(self, *scopes: Scope, role: Role = "write") -> Repository:
        repository = self.repository
        self.caller.needs(repository, "write", *scopes, role=role)
        if repository.archived:
            raise Refused(403, "Repository was archived so is read-only.")
        return repository

    def issue(self, level: Level, role: Role = "read") -> Issue:
        """The issue or pull request that the path names, for reading or writing."""
        found = self.repository.issues.get(self.number("number"))
        if found is None:
            raise self._left(self.repository, self.number("number"))
        scopes: tuple[Scope, ...] = ("issues",) if found.pull is None else ("issues", "pull_requests")
        if level == "write":
            self.writes(*scopes, role=role)
        else:
            self.reads(*scopes)
        return found

    def _left(self, repository: Repository, number: int) -> Exception:
        """What becomes of a number that no issue has here any more, or none ever had."""
        if number not in repository.left:
            return not_found()
        self.reads("issues")
        moved_to = repository.left[number]
        if moved_to is None:
            return Refused(410, "This issue was deleted")
        return Moved(moved_to.repository.id, f"/issues/{moved_to.number}")

    def pull(self, level: Level, role: Role = "read") -> PullRequest:
        if level == "write":
            repository = self.writes("pull_requests", role=role)
        else:
            repository = self.reads("pull_requests")
        found = repository.issues.get(self.number("number"))
        if found is None or found.pull is None:
            raise not_found()
        return found.pull

    def number(self, name: str) -> int:
        text = self.names[name]
        if not text.isdigit():
            raise not_found()
        return int(text)

    @property
    def actor(self) -> User:
        return self.caller.actor

    # -- what is in it
    def text(self, name: str, default: str | None = None) -> str | None:
        """A string of the body; null counts as not given."""
        value = self.body.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.wrong(name, "string", value)
        return value

    def needed(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise Refused(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.body.get(name, default)
        return default if value is None else value is True or value == "true"

    def texts(self, name: str) -> list[str]:
        value = self.body.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong(name, "array of strings", value)
        return list(value)

    def things(self, name: str) -> list[Json]:
        value = self.body.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(name, "array of objects", value)
        return list(value)

    def wrong(self, name: str, wanted: str, value: object) -> Refused:
        return Refused(422, f"Invalid request.\n\nFor 'properties/{name}', {value!r} is not a {wanted}.")

    # -- lists
    def page(
        self,
        things: Sequence[T],
        shown: Callable[[T], Json],
        inside: str | None = None,
        node: Callable[[T], str] | None = None,
    ) -> Answer:
        """One page of a list with its `Link`; `inside` names the list of an object with `total_count`."""
        identity = node or (lambda thing: str(getattr(thing, "node_id", "")))
        visible = [thing for thing in things if not self.hides(identity(thing))]
        things, headers = self.part(visible)
        body: Any = [shown(thing) for thing in things]
        if inside is not None:
            body = {"total_count": len(visible), inside: body}
        return Answer(200, body, headers)

    def part(
        self, things: Sequence[T], usual: int = 30, most: int = 100
    ) -> tuple[Sequence[T], dict[str, str]]:
        """The page of a list that is asked for, and the header with the links to the others."""
        size = min(max(self.integer("per_page", usual), 1), most)
        at = max(self.integer("page", 1), 1)
        link = self.link(at, max(1, -(-len(things) // size)))
        return things[(at - 1) * size : at * size], {"Link": link} if link else {}

    def moment(self, name: str) -> datetime | None:
        """A time of the query; None where it is not given."""
        text = self.query.get(name)
        try:
            return parsed(text) if text is not None else None
        except ValueError as error:
            raise Refused(422, f"Invalid request.\n\n“{text}” is no time.") from error

    def recent(self, things: Sequence[T], updated_at: Callable[[T], datetime]) -> list[T]:
        """Those that changed at `since` or later; all where it is not given."""
        since = self.moment("since")
        return [each for each in things if since is None or updated_at(each).replace(microsecond=0) >= since]

    def integer(self, name: str, default: int) -> int:
        text = self.query.get(name, "")
        return int(text) if text.isdigit() else default

    def link(self, at: int, last: int) -> str:
        places = {"prev": at - 1, "next": at + 1, "last": last, "first": 1}
        shown = {
            name: page
            for name, page in places.items()
            if (name in ("prev", "first") and at > 1) or (name in ("next", "last") and at < last)
        }
        return ", ".join(f'<{self.url(page)}>; rel="{name}"' for name, page in shown.items())

    def url(self, page: int) -> str:
        return f"{self.hub.url}{self.path}?{urlencode({**self.query, 'page': page})}"


def ok(body: Any) -> Answer:
    return Answer(200, body)


def created(body: Json) -> Answer:
    return Answer(201, body, {"Location": body["url"]} if "url" in body else {})


def gone() -> Answer:
    """204: done, and nothing to show."""
    return Answer(204)
