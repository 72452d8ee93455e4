"""The ways this GitHub says no; REST and GraphQL each give them their own form."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that is not carried out: an HTTP status, GitHub's message, and details where it has some."""

    def __init__(self, status: int, message: str, errors: list[Any] | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.extra = extra


def not_found() -> Refused:
    return Refused(404, "Not Found")


class Moved(Exception):
    """What was asked for has another name now; `number` is the repository's id, `path` what is below it if that is new."""

    def __init__(self, number: int, path: str | None = None) -> None:
        super().__init__("Moved Permanently")
        self.number = number
        self.path = path


def forbidden(message: str = "Resource not accessible by integration") -> Refused:
    return Refused(403, message)


def invalid(resource: str, field: str, code: str = "invalid", message: str | None = None) -> Refused:
    """GitHub's `Validation Failed` with one error in it."""
    error = {"resource": resource, "field": field, "code": code}
    if message is not None:
        error["message"] = message
    return Refused(422, "Validation Failed", [error])


def custom(resource: str, message: str) -> Refused:
    """`Validation Failed` in words of its own, as pull requests give it."""
    return Refused(422, "Validation Failed", [{"resource": resource, "code": "custom", "message": message}])
