"""Who stands in a commit: accounts as git writes them, and back."""

from __future__ import annotations

import re
from datetime import datetime

from bot.playground.git import Person
from bot.playground.hub import Hub
from bot.playground.people import User

_NOREPLY = re.compile(r"^(?:(\d+)\+)?(.+)@users\.noreply\.github\.com$")


def identity(user: User, at: datetime) -> Person:
    return Person(user.name or user.login, email(user), at)


def github(at: datetime) -> Person:
    return Person("GitHub", "noreply@github.com", at)


def email(user: User) -> str:
    return f"{user.id}+{user.login}@users.noreply.github.com"


def user_of(hub: Hub, person: Person) -> User | None:
    """The account behind a commit's address, as far as the address tells it."""
    if person.email == "noreply@github.com":
        return next((user for user in hub.users.values() if user.login == "web-flow"), None)
    match = _NOREPLY.match(person.email)
    if match is None:
        return next((user for user in hub.users.values() if person.email in user.emails), None)
    if match[1] is not None:
        return hub.users.get(int(match[1]))
    return next((user for user in hub.users.values() if user.login == match[2]), None)
