"""Finds labelled issues that no webhook told of: a label set while Baton was down begins a feature all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import select, update

from bot.engine import tables
from bot.engine.budget import asked_to_wait, leave_alone
from bot.engine.database import Database, insert_or_leave
from bot.engine.marking import ensure_feature, mark
from bot.github.auth import READING, App
from bot.github.errors import GitHubError, NotNow
from bot.github.reading import same_label

log = structlog.get_logger()


class Discovering:
    """Goes through all installed repositories, and marks what is labelled there and not under way here."""

    def __init__(self, database: Database, app: App, label: str) -> None:
        self._database = database
        self._app = app
        self._label = label

    def discover(self) -> int:
        """How many issues were marked. What GitHub does not answer now is asked for at the next turn."""
        found = 0
        for installation in self._app.connection.get_all("/app/installations"):
            if installation.get("suspended_at"):
                continue
            found += self._in_installation(int(installation["id"]))
        return found

    def _in_installation(self, installation: int) -> int:
        """Nothing is asked of one that GitHub wants to be left alone, whichever process was told so (hazard I5)."""
        if asked_to_wait(self._database, installation) is not None:
            return 0
        found = 0
        try:
            for repository in list(self._repositories(installation)):
                found += self._unless_refused(installation, repository)
        except NotNow as error:
            leave_alone(self._database, installation, error.until)
        except GitHubError as error:
            log.warning("discovery_incomplete", installation=installation, why=str(error))
        return found

    def _unless_refused(self, installation: int, repository: Mapping[str, Any]) -> int:
        """One repository that cannot be asked hides no other."""
        try:
            return self._in(installation, repository)
        except NotNow:
            raise
        except GitHubError as error:
            log.warning("discovery_incomplete", repository=repository["full_name"], why=str(error))
            return 0

    def _repositories(self, installation: int) -> Iterator[Mapping[str, Any]]:
        connection = self._app.everywhere(installation)
        yield from connection.get_all("/installation/repositories", key="repositories")

    def _in(self, installation: int, repository: Mapping[str, Any]) -> int:
        if repository.get("archived"):
            return 0
        connection = self._app.on(installation, int(repository["id"]), READING)
        issues = [
            issue
            for name in self._names_of_the_label(int(repository["id"]))
            for issue in connection.get_all(
                f"/repos/{repository['full_name']}/issues", labels=name, state="open"
            )
        ]
        numbers = [int(issue["number"]) for issue in issues if "pull_request" not in issue]
        return self._mark(installation, repository, numbers) if numbers else 0

    def _names_of_the_label(self, repository_id: int) -> set[str]:
        """As it is configured, and as it was last seen there: people may have renamed it (hazard C15)."""
        known = tables.repository.c
        name = select(known.trigger_name).where(
            known.id == repository_id, known.trigger_setting == self._label
        )
        with self._database.reading() as connection:
            seen = connection.execute(name).scalar()
        return {self._label} if not seen or same_label(seen, self._label) else {self._label, seen}

    def _mark(self, installation: int, repository: Mapping[str, Any], numbers: list[int]) -> int:
        now = datetime.now(UTC)
        owner, _, name = str(repository["full_name"]).partition("/")
        row = {
            "id": int(repository["id"]),
            "installation_id": installation,
            "owner": owner,
            "name": name,
            "default_branch": repository.get("default_branch"),
            "seen_at": now,
        }
        with self._database.writing() as connection:
            connection.execute(insert_or_leave(connection, tables.repository, "id"), row)
            # GitHub's own list counts more than what some delivery once said: it may have moved since.
            connection.execute(
                update(tables.repository).where(tables.repository.c.id == row["id"]).values(**row)
            )
            ids = [ensure_feature(connection, int(repository["id"]), number, now) for number in numbers]
            live = connection.execute(
                select(tables.feature.c.id).where(tables.feature.c.id.in_(ids), tables.feature.c.live)
            )
            idle = set(ids) - set(live.scalars())
            mark(connection, idle, now)
        return len(idle)
