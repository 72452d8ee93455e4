"""Who asks, and what they may: permissions of tokens as GitHub checks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.playground.hub import Hub
from bot.playground.people import ROLES, App, Installation, Role, Token, User
from bot.playground.refusals import Refused, forbidden, not_found
from bot.playground.state import Repository

Level = Literal["read", "write"]
Scope = Literal[
    "metadata", "contents", "issues", "pull_requests", "checks", "statuses", "actions", "members",
    "workflows", "administration",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a person, an installation, the App itself (a JWT), or nobody.

    `outside` is told of every refused permission of an installation; the referee listens there.
    """

    hub: Hub
    user: User | None = None
    token: Token | None = None
    app: App | None = None
    outside: Callable[[str], None] = field(default=lambda why: None)
    asked: list[str] = field(default_factory=list, compare=False)  # the permissions that the request took

    @property
    def installation(self) -> Installation | None:
        return self.token.installation if self.token else None

    @property
    def actor(self) -> User:
        """Whose account stands under what is written."""
        if self.user is None:
            raise Refused(401, "Requires authentication")
        return self.user

    def sees(self, repository: Repository) -> bool:
        if self.user is None:
            return not repository.private
        if self.installation is None:
            return self.hub.role(repository, self.user) is not None
        assert self.token is not None
        chosen = self.token.repository_ids
        return repository.id in self.installation.repository_ids and (
            chosen is None or repository.id in chosen
        )

    def may(self, repository: Repository, scope: Scope, level: Level) -> bool:
        """Whether an installation's token carries that permission (a person's carries its role instead)."""
        if self.token is None or self.token.installation is None:
            return True
        if scope == "metadata" and level == "read":
            return True
        held = self.token.permissions.get(scope)
        return held in ("write", "admin") or (held == "read" and level == "read")

    def needs(self, repository: Repository, level: Level, *scopes: Scope, role: Role | None = None) -> None:
        """Refuses unless one of the scopes is held (installation), or the role at least (person).

        Without `role` a person needs read for reading and write for writing.
        """
        self.sees_or_not_found(repository)
        if self.user is None:
            if level == "write":
                raise Refused(401, "Requires authentication")
            return
        if self.installation is not None:
            self.asked.append("; ".join(f"{scope}={level}" for scope in scopes))
            if not any(self.may(repository, scope, level) for scope in scopes):
                self.outside(
                    f"{level} of {' or '.join(scopes)} on {repository.full_name} is not in this token"
                )
                raise forbidden()
            return
        wanted = role or ("read" if level == "read" else "write")
        if not self.at_least(repository, wanted):
            raise (forbidden("Must have admin rights to Repository.") if level == "write" else not_found())

    def sees_or_not_found(self, repository: Repository) -> None:
        if not self.sees(repository):
            if self.installation is not None:
                self.outside(f"{repository.full_name} is not among this token's repositories")
            raise not_found()

    def at_least(self, repository: Repository, role: Role) -> bool:
        """Whether the person's role is that or more."""
        if self.user is None:
            return False
        held = self.hub.role(repository, self.user)
        return held is not None and ROLES.index(held) >= ROLES.index(role)
