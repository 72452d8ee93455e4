"""What an owner does with the App: installs it, suspends it, changes its repositories, takes it away."""

from __future__ import annotations

from bot.playground.hub import Hub
from bot.playground.people import Installation, User
from bot.playground.state import Repository


def install(hub: Hub, installation: Installation, by: User) -> None:
    """Tells the App that it is installed (again)."""
    installation.deleted = False
    _tell(hub, installation, by, "created")


def suspend(hub: Hub, installation: Installation, by: User, suspended: bool = True) -> None:
    installation.suspended_at = hub.now() if suspended else None
    installation.updated_at = hub.now()
    _tell(hub, installation, by, "suspend" if suspended else "unsuspend")


def uninstall(hub: Hub, installation: Installation, by: User) -> None:
    installation.deleted = True
    for value in [value for value, token in hub.tokens.items() if token.installation is installation]:
        del hub.tokens[value]
    _tell(hub, installation, by, "deleted")


def add_repositories(hub: Hub, installation: Installation, by: User, added: list[Repository]) -> None:
    installation.repository_ids |= {each.id for each in added}
    hub.note(by, f"gave the App {', '.join(each.full_name for each in added)}")
    hub.tell("installation_repositories", "added", None, by, installation=installation, added=added)


def remove_repositories(hub: Hub, installation: Installation, by: User, removed: list[Repository]) -> None:
    installation.repository_ids -= {each.id for each in removed}
    hub.note(by, f"took {', '.join(each.full_name for each in removed)} from the App")
    hub.tell("installation_repositories", "removed", None, by, installation=installation, removed=removed)


def change_permissions(hub: Hub, installation: Installation, by: User, permissions: dict[str, str]) -> None:
    installation.permissions = dict(permissions)
    _tell(hub, installation, by, "new_permissions_accepted")


def _tell(hub: Hub, installation: Installation, by: User, action: str) -> None:
    hub.note(by, f"installation of {installation.app.name}: {action.replace('_', ' ')}")
    hub.tell("installation", action, None, by, installation=installation)
