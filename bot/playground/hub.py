"""The one GitHub of this process: everything it holds, one lock, and what happened in which order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bot.playground.git.signing import Signer
from bot.playground.ids import Ids
from bot.playground.people import App, Installation, Kind, Role, Token, User
from bot.playground.refusals import not_found
from bot.playground.state import Comment, Repository, ReviewComment


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of what happened here, for people who watch."""

    number: int
    at: datetime
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Something webhooks tell about: the event's name and action, and the things that it is about."""

    event: str
    action: str | None
    repository: Repository | None
    sender: User
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeMoved:
    """Something CI wants to know: commits arrived on a branch, or in a pull request."""

    event: Literal["push", "pull_request"]
    repository: Repository
    sha: str
    branch: str
    base_branch: str | None
    number: int | None
    changed: frozenset[str]
    action: str | None = None  # opened, synchronize, reopened


Node = Any


class Hub:
    """What this GitHub knows. Read and change it under `lock`; `bot.playground.acts` makes every change."""

    def __init__(self, url: str = "http://127.0.0.1:0") -> None:
        self.url = url
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.ids = Ids()
        self.signer = Signer()  # of the commits that this GitHub makes itself
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.users: dict[int, User] = {}
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.repositories: dict[int, Repository] = {}
        self.moved: dict[str, int] = {}  # repositories by the names that they had, in small letters
        self.nodes: dict[str, Node] = {}
        self.born: dict[str, datetime] = {}  # when each node, or ref (`ref:repository:name`), came to be
        self.comments: dict[int, Comment] = {}
        self.review_comments: dict[int, ReviewComment] = {}
        self.happenings: list[Happening] = []
        self.told: list[Callable[[Signal], None]] = []  # called under the lock; must only render and queue
        self.code_told: list[Callable[[CodeMoved], None]] = []  # same
        self.version = 0

    # -- looking up
    def user(self, login: str) -> User:
        wanted = login.lower()
        for user in self.users.values():
            if user.login.lower() == wanted:
                return user
        raise not_found()

    def repository(self, owner: str, name: str) -> Repository:
        """The repository of that name, or of that name once."""
        wanted = f"{owner}/{name}".lower()
        for repository in self.repositories.values():
            if repository.full_name.lower() == wanted:
                return repository
        if wanted in self.moved:
            return self.repositories[self.moved[wanted]]
        raise not_found()

    def node(self, identity: str) -> Node | None:
        return self.nodes.get(identity)

    def role(self, repository: Repository, user: User) -> Role | None:
        """What that person may do here; every account may read a public repository."""
        if user.id == repository.owner.id:
            return "admin"
        return repository.roles.get(user.id) or (None if repository.private else "read")

    def installation_of(self, repository: Repository) -> Installation | None:
        return next(
            (
                each
                for each in self.installations.values()
                if repository.id in each.repository_ids and not each.deleted
            ),
            None,
        )

    # -- writing down
    def now(self) -> datetime:
        return self.clock()

    def remember(self, thing: Node) -> None:
        """Makes a thing findable by its node id."""
        self.nodes[thing.node_id] = thing
        self.born[thing.node_id] = self.now()
        match thing:
            case Comment():
                self.comments[thing.id] = thing
            case ReviewComment():
                self.review_comments[thing.id] = thing
            case _:
                pass

    def forget(self, thing: Node) -> None:
        self.nodes.pop(thing.node_id, None)
        match thing:
            case Comment():
                self.comments.pop(thing.id, None)
            case ReviewComment():
                self.review_comments.pop(thing.id, None)
            case _:
                pass

    def note(self, actor: User | str, text: str) -> None:
        """Adds a line to what happened, and wakes who waits for a change."""
        name = actor if isinstance(actor, str) else actor.login
        self.happenings.append(Happening(len(self.happenings) + 1, self.now(), name, text))
        self.wake()

    def tell(
        self, event: str, action: str | None, repository: Repository | None, sender: User, **about: Any
    ) -> None:
        """Queues the webhook of something that has just been changed."""
        signal = Signal(event, action, repository, sender, about)
        for listener in self.told:
            listener(signal)
        self.wake()

    def tell_code_moved(self, moved: CodeMoved) -> None:
        for listener in self.code_told:
            listener(moved)

    def wake(self) -> None:
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def wait_for(self, predicate: Callable[[], bool], timeout: float) -> bool:
        """Waits, without holding the lock, until the predicate is true; it is asked at every change."""
        end = time.monotonic() + timeout
        with self.changed:
            while not predicate():
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(left)
            return True

    # -- people
    def create_user(self, login: str, kind: Kind = "User", name: str | None = None) -> User:
        number, node = self.ids.next({"User": "user", "Bot": "bot", "Organization": "organization"}[kind])
        user = User(number, node, login, kind, name, self.now())
        self.users[user.id] = user
        self.remember(user)
        return user

    def create_token(self, value: str, user: User) -> Token:
        """A person's token."""
        token = Token(value, user)
        self.tokens[value] = token
        return token
