"""A GitHub with a repository over real git, and people and an App that ask it by GraphQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.playground.access import Caller
from bot.playground.acts import issues, pulls, refs
from bot.playground.acts.identities import identity
from bot.playground.git.trees import changed_tree
from bot.playground.graphql.endpoint import answered
from bot.playground.hub import Hub
from bot.playground.making import Inhabitants, add_repository, populate
from bot.playground.people import Token, User
from bot.playground.state import Issue, PullRequest, Repository

DOCUMENTS = Path(__file__).parent / "documents"


@dataclass
class World:
    """The hub, who lives there, and one repository with a commit."""

    hub: Hub
    inhabitants: Inhabitants
    repository: Repository
    refused: list[str] = field(default_factory=list)

    @property
    def bot(self) -> User:
        return self.inhabitants.app.bot

    def person(self, role: str) -> User:
        return self.inhabitants.people[role].user

    @property
    def mara(self) -> User:
        return self.person("maintainer")

    # -- asking
    def ask(self, query: str, by: Caller | None = None, **variables: Any) -> dict[str, Any]:
        """The answer's body; the App's installation asks unless somebody else is named."""
        return answered(self.hub, by or self.app(), {"query": query, "variables": variables})

    def data(self, query: str, by: Caller | None = None, **variables: Any) -> Any:
        """The answer's data, where no error is expected."""
        body = self.ask(query, by, **variables)
        assert "errors" not in body, body["errors"]
        return body["data"]

    def error(self, query: str, by: Caller | None = None, **variables: Any) -> dict[str, Any]:
        """The answer's one error."""
        (error,) = self.ask(query, by, **variables)["errors"]
        assert isinstance(error, dict)
        return error

    def app(self, repositories: frozenset[int] | None = None, **permissions: str) -> Caller:
        """The App's installation, with narrowed permissions where some are given."""
        installation = self.inhabitants.installation
        held = permissions or dict(installation.permissions)
        token = Token("ghs_test", self.bot, installation, held, repositories)
        return Caller(self.hub, self.bot, token, outside=self.refused.append)

    def as_(self, role: str) -> Caller:
        token = self.inhabitants.people[role]
        return Caller(self.hub, token.user, token)

    # -- making things
    def issue(
        self, title: str = "Notifications", body: str | None = "Please.", by: User | None = None
    ) -> Issue:
        return issues.open_issue(self.hub, self.repository, by or self.mara, title, body)

    def commit(self, branch: str, files: dict[str, str], by: User | None = None, signed: bool = False) -> str:
        """A commit on a branch, which begins at the default branch where it is new."""
        git, author = self.repository.git, by or self.mara
        old = git.branch(branch)
        parent = old or git.branch(self.repository.default_branch)
        base = git.commit(parent).tree if parent else None
        leaves = {path: ("100644", git.write_blob(text.encode())) for path, text in files.items()}
        tree = changed_tree(git, base, dict(leaves))
        who = identity(author, self.hub.now())
        sha = git.write_commit(
            tree, (parent,) if parent else (), who, who, f"Change {', '.join(files)}\n\nWhy.\n", signed
        )
        refs.move(self.hub, self.repository, author, f"refs/heads/{branch}", old, sha)
        return sha

    def pull(self, branch: str = "feature", by: User | None = None, draft: bool = False) -> PullRequest:
        self.commit(branch, {f"{branch}.txt": "new\n"}, by)
        return pulls.open_pull(
            self.hub, self.repository, by or self.bot, branch, "main", f"Add {branch}", "Part of #1", draft
        )


def ticking() -> Iterator[datetime]:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    while True:
        at += timedelta(seconds=1)
        yield at


def make_world(directory: Path) -> World:
    """A world whose clock goes one second further at each look."""
    hub = Hub("http://127.0.0.1:4010")
    ticks = ticking()
    hub.clock = lambda: next(ticks)
    inhabitants = populate(hub)
    repository = add_repository(hub, inhabitants, "shop", directory)
    world = World(hub, inhabitants, repository)
    world.commit("main", {"README.md": "# Shop\n", "docs/a.md": "a\n"})
    return world
