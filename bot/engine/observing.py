"""One look: what GitHub shows, what the mirror knows of the base branch, and what people may do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from bot.commands.hearing import speaks_to_baton
from bot.engine import tables
from bot.engine.database import Database
from bot.engine.houses import Houses
from bot.engine.leasing import Leased
from bot.facts.facts import House
from bot.facts.remembered import Remembered
from bot.facts.seen import Account, Base, Permission, Seen
from bot.github.auth import FETCHING, READING, WRITING, App, Permissions
from bot.github.connection import Connection
from bot.github.errors import Gone, Unauthorized
from bot.github.observe import IssueGone, Look, observe
from bot.workspace.git import GitFailed, GitTimedOut
from bot.workspace.mirror import CommitMissing, Mirror, Mirrors

RETRY_INSTALLATION = timedelta(minutes=5)
RETRY_SOON = timedelta(seconds=5)


class CannotLook(Exception):
    """GitHub does not let Baton see the feature now: a whole sentence, and when to try again."""

    def __init__(self, sentence: str, look_again_at: datetime) -> None:
        super().__init__(sentence)
        self.look_again_at = look_again_at


@dataclass(frozen=True)
class Place:
    """A repository as it is reached: under which installation and name, with which connections and mirror."""

    repository_id: int
    installation: int
    full_name: str
    branch: str
    reads: Connection
    writes: Connection
    mirror: Mirror


class Observing:
    """Brings together what one look needs; keeps nothing but caches."""

    def __init__(
        self,
        database: Database,
        app: App,
        login: str,
        houses: Houses,
        mirrors: Mirrors,
        permissions: Permissions,
    ) -> None:
        self._database = database
        self._app = app
        self._login = login
        self._houses = houses
        self._mirrors = mirrors
        self._permissions = permissions
        self._connections: dict[tuple[int, int], tuple[Connection, Connection]] = {}
        self._documents: dict[tuple[int, str], Mapping[str, str]] = {}

    # --- where ---

    def place(self, repository_id: int) -> Place:
        """How to reach the repository. Raises CannotLook where Baton is not installed."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(tables.repository).where(tables.repository.c.id == repository_id)
            ).one_or_none()
        if row is None:
            raise CannotLook("The repository is not known yet.", _soon())
        full_name = f"{row.owner}/{row.name}"
        installation = row.installation_id or self._installation_of(full_name)
        reads, writes = self._connections_to(int(installation), repository_id)
        branch = row.default_branch or str(reads.get(f"/repos/{full_name}")["default_branch"] or "")
        return Place(
            repository_id=repository_id,
            installation=int(installation),
            full_name=full_name,
            branch=branch,
            reads=reads,
            writes=writes,
            mirror=self._mirror(int(installation), repository_id, full_name),
        )

    def _installation_of(self, full_name: str) -> int:
        found = self._app.installation_of(full_name)
        if found is None:
            raise CannotLook(f"Baton is not installed on {full_name}, or suspended there.", _later())
        return found

    def _connections_to(self, installation: int, repository_id: int) -> tuple[Connection, Connection]:
        key = (installation, repository_id)
        if key not in self._connections:
            self._connections[key] = (
                self._app.on(installation, repository_id, READING),
                self._app.on(installation, repository_id, WRITING),
            )
        return self._connections[key]

    def _mirror(self, installation: int, repository_id: int, full_name: str) -> Mirror:
        url = f"{web_address(self._app.api_url)}/{full_name}.git"
        return self._mirrors.of(
            repository_id, url, lambda: self._app.token(installation, repository_id, FETCHING)
        )

    # --- what ---

    def look(self, leased: Leased, place: Place, remembered: Remembered) -> tuple[Seen, House, Place]:
        """GitHub at this moment. Raises CannotLook, NotNow, Unreachable."""
        try:
            seen = observe(place.reads, self._question(leased, place, remembered))
        except IssueGone as error:
            raise CannotLook(f"{error} Nothing more is done for it.", _later()) from error
        except (Unauthorized, Gone) as error:
            sentence = f"Baton is suspended or no longer installed on {place.full_name}: {error.message}"
            raise CannotLook(sentence, _later()) from error
        if seen.repository.default_branch and seen.repository.default_branch != place.branch:
            place = replace(place, branch=seen.repository.default_branch)
            seen = observe(place.reads, self._question(leased, place, remembered))
        self._keep_names(seen, place)
        base = seen.base.head.sha if seen.base.head else None
        house = self._houses.of(place.repository_id, place.full_name.partition("/")[0], place.mirror, base)
        seen = replace(seen, base=self._with_mirror(seen.base, place, remembered, house))
        return replace(seen, permissions=self._asked(seen, remembered, house, place)), house, place

    def _question(self, leased: Leased, place: Place, remembered: Remembered) -> Look:
        generation = remembered.generation
        attempts = [attempt for record in remembered.stages.values() for attempt in record.attempts]
        numbers = [attempt.pull for attempt in attempts if attempt.pull]
        watched = [*_unfinished_pulls(remembered), *remembered.older_pulls]
        merged = [
            record.merged.merge_sha
            for record in remembered.stages.values()
            if record.merged and record.finished_at is None
        ]
        approver = remembered.approvals[-1].by if remembered.approvals else None
        reviewer = approver or (generation.by if generation else None)
        current = _unfinished_pulls(remembered)
        return Look(
            full_name=place.full_name,
            issue=leased.issue,
            branch=place.branch,
            label=self._houses.label,
            own_app=self._app.id,
            own_login=self._login,
            pulls=tuple(_pull_nodes(remembered, watched)),
            current_pull=current[-1] if current else None,
            own_pulls=frozenset(numbers) | frozenset(remembered.older_pulls),
            merge_sha=merged[-1] if merged else None,
            reviewer=reviewer.login if reviewer and not reviewer.is_bot else None,
        )

    def _keep_names(self, seen: Seen, place: Place) -> None:
        """Names are for show and are refreshed on every read; ids are what counts (R9)."""
        owner, _, name = seen.repository.full_name.partition("/")
        known = tables.repository.c.id == place.repository_id
        fresh = {
            "owner": owner,
            "name": name,
            "default_branch": seen.repository.default_branch or None,
            "installation_id": place.installation,
        }
        with self._database.reading() as connection:
            row = connection.execute(select(tables.repository).where(known)).one()
        if any(getattr(row, column) != value for column, value in fresh.items()):
            with self._database.writing() as connection:
                connection.execute(
                    update(tables.repository).where(known).values(**fresh, seen_at=datetime.now(UTC))
                )

    def _with_mirror(self, base: Base, place: Place, remembered: Remembered, house: House) -> Base:
        """What only git can tell: whether merged work is still there, and what the documents say."""
        if base.head is None:
            return base
        head = base.head.sha
        merged = [r.merged.merge_sha for r in remembered.stages.values() if r.merged and r.merged.merge_sha]
        try:
            place.mirror.fetch(head, *merged)
            contained = frozenset(sha for sha in merged if place.mirror.contains(head, sha))
            documents = self._documents_at(place, head, house)
        except CommitMissing as error:
            raise CannotLook(
                f"{error} Baton reads again when GitHub's git has caught up.", _soon()
            ) from error
        except (GitFailed, GitTimedOut) as error:
            raise CannotLook(f"The repository could not be fetched: {error}", _soon()) from error
        return replace(base, contains=contained, documents=documents)

    def _documents_at(self, place: Place, head: str, house: House) -> Mapping[str, str]:
        key = (place.repository_id, head)
        if key not in self._documents:
            if len(self._documents) > 200:
                self._documents.clear()
            wanted = {path for agent in house.agents for path in (*agent.must_leave, *agent.reads)}
            self._documents[key] = place.mirror.read_many(head, wanted)
        return self._documents[key]

    def _asked(
        self, seen: Seen, remembered: Remembered, house: House, place: Place
    ) -> Mapping[str, Permission]:
        """The permission of everybody whose word may count at this look (hazards C7, C8, C13)."""
        found: dict[str, Permission] = {}
        for account in _speakers(seen, remembered, house):
            role = self._permissions.of(
                place.reads, place.full_name, place.repository_id, account.login, account.id
            )
            found[account.login] = Permission(role) if role in set(Permission) else Permission.NONE
        return found


def _speakers(seen: Seen, remembered: Remembered, house: House) -> Iterator[Account]:
    labelling = seen.issue.latest_labelling
    generation = remembered.generation
    if labelling and not (generation and labelling.id == generation.id) and not labelling.actor.is_bot:
        yield labelling.actor
    if generation is None and labelling is None:
        return
    for comment in seen.issue.comments:
        is_new = comment.id not in remembered.handled and not comment.author.is_bot
        if is_new and speaks_to_baton(comment, house.login):
            yield comment.author


def _unfinished_pulls(remembered: Remembered) -> list[int]:
    """The pull requests of stages that are not done, the newest attempt last."""
    return [
        attempt.pull
        for record in remembered.stages.values()
        if record.finished_at is None
        for attempt in record.attempts
        if attempt.pull
    ]


def _pull_nodes(remembered: Remembered, numbers: list[int]) -> Iterator[str]:
    """Their node ids, which the journal kept when they were opened."""
    for identity, result in remembered.effects.items():
        if identity.startswith("pull:"):
            data = json.loads(result)
            if data["number"] in numbers:
                yield str(data["node_id"])


def web_address(api_url: str) -> str:
    """Where repositories are cloned from: github.com, or the server that the API belongs to."""
    if api_url == "https://api.github.com":
        return "https://github.com"
    return api_url.removesuffix("/api/v3")


def _soon() -> datetime:
    return datetime.now(UTC) + RETRY_SOON


def _later() -> datetime:
    return datetime.now(UTC) + RETRY_INSTALLATION
