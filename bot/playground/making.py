"""A GitHub made from nothing: its people, its apps, and repositories over real git."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.playground.acts.labels import create_label
from bot.playground.acts.workflows import ACTIONS_SLUG
from bot.playground.git.making import copy_repository, new_repository
from bot.playground.hub import Hub
from bot.playground.people import App, Installation, Role, Token, User
from bot.playground.state import Repository

# What the App asks for, and what it is told of (the App's manifest says the same).
PERMISSIONS = {
    "contents": "write",
    "issues": "write",
    "pull_requests": "write",
    "checks": "write",
    "statuses": "read",
    "actions": "read",
    "members": "read",
    "metadata": "read",
}
EVENTS = (
    "issues", "issue_comment", "pull_request", "pull_request_review", "pull_request_review_comment",
    "pull_request_review_thread", "check_suite", "check_run", "status", "push", "repository", "label",
)  # fmt: skip
GITHUB_LABELS = (
    ("bug", "d73a4a", "Something isn't working"),
    ("documentation", "0075ca", "Improvements or additions to documentation"),
    ("enhancement", "a2eeef", "New feature or request"),
    ("question", "d876e3", "Further information is requested"),
)
# Role, login, name: who lives here. Their tokens are made at the start.
PEOPLE: tuple[tuple[str, Role, str, str], ...] = (
    ("maintainer", "admin", "mara", "Mara Lindqvist"),
    ("reviewer", "write", "tomas", "Tomás Rivera"),
    ("triager", "triage", "tove", "Tove Berg"),
    ("outsider", "read", "otto", "Otto Klein"),
)


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """Who was made: the owner, people by what the state calls them, the App and where it is installed."""

    owner: User
    people: dict[str, Token]
    app: App
    installation: Installation


def populate(
    hub: Hub, owner: str = "acme", slug: str = "baton-app", private_key: str | None = None
) -> Inhabitants:
    """People, the owner, GitHub's own accounts, the App and its installation."""
    organization = hub.create_user(owner, "Organization", owner.capitalize())
    people = {}
    for role, _, login, name in PEOPLE:
        user = hub.create_user(login, name=name)
        user.emails = (f"{login}@example.com", f"{login}@corkboard.example")
        people[role] = hub.create_token(f"ghp_{secrets.token_hex(18)}", user)
    hub.create_user("web-flow", name="GitHub Web Flow")
    create_app(
        hub, ACTIONS_SLUG, "GitHub Actions", hub.create_user("github", "Organization", "GitHub"), 15368
    )
    app = create_app(hub, slug, "Baton", organization)
    give_key(app, private_key or new_key())
    return Inhabitants(organization, people, app, install(hub, app, organization))


def create_app(hub: Hub, slug: str, name: str, owner: User, identity: int | None = None) -> App:
    number, node = hub.ids.next("app")
    bot = hub.create_user(f"{slug}[bot]", "Bot", name)
    app = App(
        identity or number, node, slug, name, owner, bot, dict(PERMISSIONS), EVENTS, hub.now(),
        f"Iv23li{number:014d}", hook_id=hub.ids.next("hook")[0],
    )  # fmt: skip
    bot.app = app
    hub.apps[app.id] = app
    hub.remember(app)
    return app


def new_key() -> str:
    """A private key for signing the App's JWTs, as one would download it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()


def give_key(app: App, private_key: str) -> None:
    """The App's key, of which GitHub keeps the public half, and a webhook secret."""
    app.private_key = private_key
    app.public_key = (
        serialization.load_pem_private_key(private_key.encode(), None, unsafe_skip_rsa_key_validation=True)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    app.webhook_secret = secrets.token_hex(20)


def install(hub: Hub, app: App, account: User) -> Installation:
    number, node = hub.ids.next("installation")
    now = hub.now()
    installation = Installation(number, node, app, account, dict(app.permissions), app.events, now, now)
    hub.installations[number] = installation
    hub.remember(installation)
    return installation


def add_repository(
    hub: Hub,
    inhabitants: Inhabitants,
    name: str,
    directory: Path,
    source: Path | None = None,
    default_branch: str = "main",
    description: str | None = None,
) -> Repository:
    """A repository with the people's roles, installed for the App; a copy of `source`, or empty."""
    target = directory / f"{inhabitants.owner.login}--{name}.git"
    if source is None:
        git = new_repository(target, default_branch, hub.signer)
    else:
        git, default_branch = copy_repository(source, target, hub.signer)
    number, node = hub.ids.next("repository")
    now = hub.now()
    repository = Repository(
        number, node, inhabitants.owner, name, git, default_branch, now, now, description or None
    )
    for called, role, _, _ in PEOPLE:
        if role != "read":  # everybody may read a public repository; the outsider is no collaborator
            repository.roles[inhabitants.people[called].user.id] = role
    with hub.lock:
        hub.repositories[number] = repository
        hub.remember(repository)
        inhabitants.installation.repository_ids.add(number)
        for label, color, text in GITHUB_LABELS:
            create_label(hub, repository, inhabitants.owner, label, color, text).default = True
    return repository
