"""Who acts on this GitHub: people, the App and its installation, and the tokens they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["User", "Bot", "Organization"]
Role = Literal["admin", "maintain", "write", "triage", "read"]
ROLES: tuple[Role, ...] = ("read", "triage", "write", "maintain", "admin")


@dataclass(eq=False, slots=True)
class User:
    """An account: a person, a bot or an organization. `login` is as REST shows it (`baton-app[bot]`)."""

    id: int
    node_id: str
    login: str
    kind: Kind
    name: str | None
    created_at: datetime
    app: App | None = None
    emails: tuple[str, ...] = ()  # addresses of commits that are this account's

    @property
    def short_login(self) -> str:
        """The login as GraphQL shows it: a bot's without `[bot]`."""
        return self.login.removesuffix("[bot]")


@dataclass(eq=False, slots=True)
class App:
    """A GitHub App. `bot` is the account that its writings carry."""

    id: int
    node_id: str
    slug: str
    name: str
    owner: User
    bot: User
    permissions: dict[str, str]
    events: tuple[str, ...]
    created_at: datetime
    client_id: str
    private_key: str = ""
    public_key: str = ""
    webhook_url: str | None = None
    webhook_secret: str = ""
    hook_id: int = 0


@dataclass(eq=False, slots=True)
class Installation:
    """The App on one account, with the repositories that were chosen for it."""

    id: int
    node_id: str
    app: App
    account: User
    permissions: dict[str, str]
    events: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    repository_ids: set[int] = field(default_factory=set)
    suspended_at: datetime | None = None
    deleted: bool = False


@dataclass(eq=False, slots=True)
class Token:
    """What a request carries. A person's has no installation, no expiry and no narrowing."""

    value: str
    user: User
    installation: Installation | None = None
    permissions: dict[str, str] = field(default_factory=dict)
    repository_ids: frozenset[int] | None = None
    expires_at: datetime | None = None
    narrowed: bool = False
