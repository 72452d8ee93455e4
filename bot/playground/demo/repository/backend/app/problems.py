"""What the API answers when it cannot do what was asked."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel


class Problem(BaseModel):
    """The body of every error that is not about the request's shape."""

    detail: str


class ProblemError(Exception):
    """Raised by services; carries what the person reads."""

    status_code = 400

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotAuthenticated(ProblemError):
    """No token, or one that we do not accept."""

    status_code = 401


class NotAllowed(ProblemError):
    """They may see the thing but not do this to it."""

    status_code = 403


class NotFound(ProblemError):
    """It is not there, or not theirs to see: the answer is the same on purpose."""

    status_code = 404


def answers(*status_codes: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, for its OpenAPI description."""
    meaning = {401: "Not signed in", 403: "Not allowed", 404: "Not found"}
    return {code: {"model": Problem, "description": meaning[code]} for code in status_codes}


def install(app: FastAPI) -> None:
    """Turn raised problems into responses."""

    @app.exception_handler(ProblemError)
    def respond(_: Request, problem: ProblemError) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if problem.status_code == 401 else None
        return JSONResponse({"detail": problem.detail}, problem.status_code, headers)
