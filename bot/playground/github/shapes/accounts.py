"""Users, apps and installations."""

from __future__ import annotations

from urllib.parse import quote

from bot.playground.github.shapes.times import Json, maybe, when
from bot.playground.hub import Hub
from bot.playground.people import App, Installation, User
from bot.playground.state import Repository

NAMES = {
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
    "organizations_url": "orgs",
    "repos_url": "repos",
    "events_url": "events{/privacy}",
    "received_events_url": "received_events",
}


def user(hub: Hub, account: User) -> Json:
    url = f"{hub.url}/users/{quote(account.login)}"  # a bot's brackets are encoded
    page = account.login if account.app is None else f"apps/{account.app.slug}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": account.node_id,
        "avatar_url": f"{hub.url}/avatars/{account.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{hub.url}/{page}",
        **{name: f"{url}/{path}" for name, path in NAMES.items()},
        "type": account.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def maybe_user(hub: Hub, account: User | None) -> Json | None:
    return None if account is None else user(hub, account)


def profile(hub: Hub, account: User) -> Json:
    """A user with what its own page tells."""
    return {
        **user(hub, account),
        "name": account.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": sum(each.owner is account for each in hub.repositories.values()),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": when(account.created_at),
        "updated_at": when(account.created_at),
    }


def app(hub: Hub, each: App) -> Json:
    return {
        "id": each.id,
        "client_id": each.client_id,
        "slug": each.slug,
        "node_id": each.node_id,
        "owner": user(hub, each.owner),
        "name": each.name,
        "description": "",
        "external_url": f"{hub.url}/apps/{each.slug}",
        "html_url": f"{hub.url}/apps/{each.slug}",
        "created_at": when(each.created_at),
        "updated_at": when(each.created_at),
        "permissions": dict(each.permissions),
        "events": list(each.events),
    }


def maybe_app(hub: Hub, each: App | None) -> Json | None:
    return None if each is None else app(hub, each)


def installation(hub: Hub, each: Installation) -> Json:
    url = f"{hub.url}/app/installations/{each.id}"
    return {
        "id": each.id,
        "node_id": each.node_id,
        "client_id": each.app.client_id,
        "account": user(hub, each.account),
        "repository_selection": "selected",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{hub.url}/installation/repositories",
        "html_url": f"{hub.url}/organizations/{each.account.login}/settings/installations/{each.id}",
        "app_id": each.app.id,
        "app_slug": each.app.slug,
        "target_id": each.account.id,
        "target_type": each.account.kind,
        "permissions": dict(each.permissions),
        "events": list(each.events),
        "created_at": when(each.created_at),
        "updated_at": when(each.updated_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None,
        "suspended_at": maybe(each.suspended_at),
    }


def association(hub: Hub, repository: Repository, account: User) -> str:
    """`author_association`: how somebody stands to a repository."""
    if account is repository.owner:
        return "OWNER"
    role = repository.roles.get(account.id)
    if role == "admin":
        return "MEMBER"
    if role is not None:
        return "COLLABORATOR"
    wrote = any(each.issue.author is account and each.merged for each in repository.pulls)
    return "CONTRIBUTOR" if wrote else "NONE"
