"""Who is asking: the bearer token of Supabase Auth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.problems import NotAuthenticated

bearer = HTTPBearer(auto_error=False, scheme_name="bearerAuth", bearerFormat="JWT")


@dataclass(frozen=True)
class User:
    """Somebody who is signed in."""

    id: str


def current_user(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> User:
    """The signed-in user, or 401."""
    if credentials is None:
        raise NotAuthenticated("Sign in first: the Authorization header is missing.")
    try:
        claims = jwt.decode(
            credentials.credentials,
            request.app.state.settings.jwt_secret,
            algorithms=["HS256"],
            audience="authenticated",
            options={"require": ["exp", "sub"]},
        )
    except jwt.InvalidTokenError as error:
        raise NotAuthenticated("Sign in again: the token is not valid.") from error
    return User(id=claims["sub"])


CurrentUser = Annotated[User, Depends(current_user)]
