"""Users, bots, organizations and apps."""

from __future__ import annotations

from bot.playground.graphql.addresses import ADDRESSES
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.fields import Fields, attribute
from bot.playground.people import User


def avatar(user: User, asking: Asking, size: int | None = None) -> str:
    return f"{asking.hub.url}/avatars/{user.id}"


ACCOUNT: Fields = {
    **ADDRESSES,
    "avatarUrl": avatar,
    "createdAt": attribute("created_at"),
    "databaseId": attribute("id"),
    "id": attribute("node_id"),
    "login": attribute("login"),
    "updatedAt": attribute("created_at"),
}

FIELDS: dict[str, Fields] = {
    # As `viewer` an App's bot is shown as a user, with [bot]; as an actor it is a Bot without it.
    "User": {
        **ACCOUNT,
        "isViewer": lambda user, asking: user is asking.viewer,
        "name": attribute("name"),
    },
    "Bot": {**ACCOUNT, "login": attribute("short_login")},
    "Organization": {**ACCOUNT, "name": attribute("name")},
    "App": {
        "clientId": attribute("client_id"),
        "createdAt": attribute("created_at"),
        "databaseId": attribute("id"),
        "id": attribute("node_id"),
        "name": attribute("name"),
        "slug": attribute("slug"),
        "updatedAt": attribute("created_at"),
        "url": ADDRESSES["url"],
    },
}
