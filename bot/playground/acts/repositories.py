"""What owners change on a repository: its name, its owner, its default branch, whether it is archived."""

from __future__ import annotations

from typing import Any

from bot.playground.acts.installations import remove_repositories
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import Refused, invalid
from bot.playground.state import Repository


def rename(hub: Hub, repository: Repository, by: User, name: str) -> None:
    """Gives it another name; the old one leads to it until somebody else takes it."""
    if name == repository.name:
        return
    check_name(hub, repository.owner, name)
    wanted = f"{repository.owner.login}/{name}".lower()
    before = repository.name
    hub.moved[repository.full_name.lower()] = repository.id
    hub.moved.pop(wanted, None)
    repository.name = name
    hub.note(by, f"renamed {before} to {name}")
    hub.tell("repository", "renamed", repository, by, changes={"repository": {"name": {"from": before}}})


def transfer(hub: Hub, repository: Repository, by: User, owner: User, name: str) -> None:
    """Gives it to another account; the App that was installed for the old one's does not come along."""
    wanted = f"{owner.login}/{name}".lower()
    check_name(hub, owner, name)
    before = repository.full_name
    hub.moved[before.lower()] = repository.id
    hub.moved.pop(wanted, None)
    if owner is not repository.owner and (installation := hub.installation_of(repository)) is not None:
        remove_repositories(hub, installation, by, [repository])
    repository.owner, repository.name = owner, name
    hub.note(by, f"transferred {before} to {repository.full_name}")


def check_name(hub: Hub, owner: User, name: str) -> None:
    """Refuses a name that a repository of that owner has."""
    wanted = f"{owner.login}/{name}".lower()
    if any(each.full_name.lower() == wanted for each in hub.repositories.values()):
        raise invalid("Repository", "name", "custom", "name already exists on this account")


def check_default_branch(repository: Repository, branch: str) -> None:
    """Refuses another default branch that is not there."""
    if branch != repository.default_branch and repository.git.branch(branch) is None:
        raise Refused(422, f"The branch {branch} was not found. Please push that ref first.")


def set_default_branch(hub: Hub, repository: Repository, by: User, branch: str) -> None:
    if branch == repository.default_branch:
        return
    check_default_branch(repository, branch)
    repository.git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
    changes = {"default_branch": {"from": repository.default_branch}}
    repository.default_branch = branch
    _edited(hub, repository, by, changes)


def describe(hub: Hub, repository: Repository, by: User, description: str | None) -> None:
    if description != repository.description:
        changes = {"description": {"from": repository.description}}
        repository.description = description
        _edited(hub, repository, by, changes)


def archive(hub: Hub, repository: Repository, by: User, archived: bool) -> None:
    if archived != repository.archived:
        repository.archived = archived
        action = "archived" if archived else "unarchived"
        hub.note(by, f"{action} {repository.name}")
        hub.tell("repository", action, repository, by)


def _edited(hub: Hub, repository: Repository, by: User, changes: dict[str, Any]) -> None:
    hub.note(by, f"changed the {', '.join(changes).replace('_', ' ')} of {repository.name}")
    hub.tell("repository", "edited", repository, by, changes=changes)
