"""Who asks: tokens of people and installations, and the App's own JWT, checked as GitHub checks them."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt

from bot.playground.access import Caller
from bot.playground.hub import Hub
from bot.playground.people import App, Installation, Token
from bot.playground.refusals import Refused

LONGEST = 600  # seconds a JWT may live
SKEW = 60
BAD = "Bad credentials"


def caller(hub: Hub, authorization: str | None, outside: Callable[[str], None]) -> Caller:
    """The caller behind an `Authorization` header; 401 where it is not valid."""
    if not authorization:
        return Caller(hub)
    scheme, _, credentials = authorization.partition(" ")
    value = _password(credentials) if scheme.lower() == "basic" else credentials.strip()
    if value.count(".") == 2 and value.startswith("ey"):
        return Caller(hub, app=app_of(hub, value))
    token = hub.tokens.get(value)
    if token is None or expired(hub, token):
        raise Refused(401, BAD)
    if token.installation is not None:
        refuse_gone(token.installation)
    return Caller(hub, token.user, token, outside=outside)


def expired(hub: Hub, token: Token) -> bool:
    return token.expires_at is not None and token.expires_at <= hub.now()


def refuse_gone(installation: Installation) -> None:
    if installation.deleted:
        raise Refused(401, BAD)
    if installation.suspended_at is not None:
        raise Refused(403, "This installation has been suspended")


def app_of(hub: Hub, assertion: str) -> App:
    """The App that signed the JWT; 401 with GitHub's reasons where it is wrong."""
    try:
        claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
        issuer = str(claims.get("iss", ""))
        app = next((app for app in hub.apps.values() if issuer in (str(app.id), app.client_id)), None)
        if app is None or not app.public_key:
            raise Refused(401, "Integration not found")
        jwt.decode(
            assertion,
            app.public_key,
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError as error:
        raise Refused(401, "A JSON web token could not be decoded") from error
    check_times(claims, hub.now().timestamp())
    return app


def check_times(claims: dict[str, Any], now: float) -> None:
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or expires <= now:
        raise Refused(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which "
            "the assertion expires",
        )
    if expires > now + LONGEST + SKEW:
        raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")
    if not isinstance(issued, int | float) or issued > now + SKEW:
        raise Refused(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion "
            "was issued",
        )


def mint(
    hub: Hub,
    installation: Installation,
    lifetime: float,
    permissions: dict[str, str] | None,
    repository_ids: frozenset[int] | None,
) -> Token:
    """A new installation token, narrowed where that is asked; 422 for what the installation does not have."""
    if installation.suspended_at is not None:
        raise Refused(403, "This installation has been suspended")
    held = installation.permissions
    for name, level in (permissions or {}).items():
        if name not in held or level not in ("read", "write") or (level == "write" and held[name] == "read"):
            raise Refused(422, "The permissions requested are not granted to this installation.")
    if repository_ids is not None and not repository_ids <= installation.repository_ids:
        raise Refused(
            422,
            "There is at least one repository that does not exist or is not accessible to the parent "
            "installation.",
        )
    given = dict(held) if permissions is None else {"metadata": "read", **permissions}
    token = Token(
        f"ghs_{secrets.token_hex(18)}",
        installation.app.bot,
        installation,
        given,
        repository_ids,
        hub.now() + timedelta(seconds=lifetime),
        narrowed=permissions is not None or repository_ids is not None,
    )
    hub.tokens[token.value] = token
    return token


def _password(credentials: str) -> str:
    try:
        user, _, password = base64.b64decode(credentials).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return user if password in ("", "x-oauth-basic") else password
