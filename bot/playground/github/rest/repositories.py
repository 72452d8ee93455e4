"""Repositories, collaborators and their permission."""

from __future__ import annotations

from bot.playground.acts import repositories as acts
from bot.playground.github.asking import Answer, Ask, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import accounts, repositories
from bot.playground.hub import Hub
from bot.playground.people import ROLES, Role, User
from bot.playground.refusals import not_found
from bot.playground.state import Repository

routes = Routes()


@routes.get("/repos/{owner}/{repo}")
def get_repository(ask: Ask) -> Answer:
    repository = ask.reads("metadata")
    return ok(repositories.full(ask.hub, repository, ask.caller))


@routes.get("/repositories/{number}")
def get_repository_by_id(ask: Ask) -> Answer:
    found = ask.hub.repositories.get(ask.number("number"))
    if found is None:
        raise not_found()
    ask.caller.needs(found, "read", "metadata")
    return ok(repositories.full(ask.hub, found, ask.caller))


@routes.patch("/repos/{owner}/{repo}")
def edit_repository(ask: Ask) -> Answer:
    """Settings that people change: name, default branch, archived, branches deleted on merge."""
    repository = ask.repository
    ask.caller.needs(repository, "write", "administration", role="admin")
    description = ask.text("description", repository.description)
    name = ask.text("name") or repository.name
    branch = ask.text("default_branch") or repository.default_branch
    if name != repository.name:
        acts.check_name(ask.hub, repository.owner, name)
    acts.check_default_branch(repository, branch)
    acts.describe(ask.hub, repository, ask.actor, description)
    acts.rename(ask.hub, repository, ask.actor, name)
    acts.set_default_branch(ask.hub, repository, ask.actor, branch)
    acts.archive(ask.hub, repository, ask.actor, ask.flag("archived", repository.archived))
    repository.delete_branch_on_merge = ask.flag("delete_branch_on_merge", repository.delete_branch_on_merge)
    return ok(repositories.full(ask.hub, repository, ask.caller))


@routes.post("/repos/{owner}/{repo}/transfer")
def transfer_repository(ask: Ask) -> Answer:
    """At once; GitHub would ask the new owner first."""
    repository = ask.repository
    ask.caller.needs(repository, "write", "administration", role="admin")
    owner = ask.hub.user(ask.needed("new_owner"))
    acts.transfer(ask.hub, repository, ask.actor, owner, ask.text("new_name") or repository.name)
    return Answer(202, repositories.minimal(ask.hub, repository))


def members(hub: Hub, repository: Repository) -> list[User]:
    """Those who have a role in the repository."""
    return [hub.users[number] for number in repository.roles]


@routes.get("/repos/{owner}/{repo}/collaborators")
def list_collaborators(ask: Ask) -> Answer:
    repository = ask.reads("metadata")
    return ask.page(
        members(ask.hub, repository),
        lambda each: {
            **accounts.user(ask.hub, each),
            "permissions": repositories.flags(repository.roles[each.id]),
            "role_name": repository.roles[each.id],
        },
    )


@routes.get("/repos/{owner}/{repo}/collaborators/{login}")
def is_collaborator(ask: Ask) -> Answer:
    repository = ask.reads("metadata")
    if ask.hub.user(ask.names["login"]).id not in repository.roles:
        raise not_found()
    return Answer(204)


@routes.put("/repos/{owner}/{repo}/collaborators/{login}")
def set_collaborator(ask: Ask) -> Answer:
    """Gives somebody a role at once; GitHub would send an invitation first."""
    repository = ask.repository
    ask.caller.needs(repository, "write", "administration", role="admin")
    names = {"pull": "read", "push": "write"}
    wanted = ask.text("permission", "push") or "push"
    role: Role | None = next((each for each in ROLES if each == names.get(wanted, wanted)), None)
    if role is None:
        raise ask.wrong("permission", "role", wanted)
    repository.roles[ask.hub.user(ask.names["login"]).id] = role
    return Answer(204)


@routes.delete("/repos/{owner}/{repo}/collaborators/{login}")
def remove_collaborator(ask: Ask) -> Answer:
    repository = ask.repository
    ask.caller.needs(repository, "write", "administration", role="admin")
    repository.roles.pop(ask.hub.user(ask.names["login"]).id, None)
    return Answer(204)


@routes.get("/repos/{owner}/{repo}/collaborators/{login}/permission")
def get_permission(ask: Ask) -> Answer:
    repository = ask.reads("metadata")
    account = ask.hub.user(ask.names["login"])
    return ok(repositories.collaborator_permission(ask.hub, repository, account))


@routes.get("/repos/{owner}/{repo}/assignees/{login}")
def is_assignable(ask: Ask) -> Answer:
    repository = ask.reads("metadata")
    if ask.names["login"].lower() not in {each.login.lower() for each in members(ask.hub, repository)}:
        raise not_found()
    return Answer(204)


@routes.get("/repos/{owner}/{repo}/assignees")
def list_assignees(ask: Ask) -> Answer:
    repository = ask.reads("metadata")
    return ask.page(members(ask.hub, repository), lambda each: accounts.user(ask.hub, each))
