"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

# Each gives a sentence about what is not ready, or nothing.
Check = Callable[[], str]


def health_routes(checks: Sequence[Check]) -> APIRouter:
    """`/healthz` and `/readyz`."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        reasons = [reason for check in checks if (reason := _outcome(check))]
        if reasons:
            return JSONResponse({"status": "not ready", "why": reasons}, status_code=503)
        return JSONResponse({"status": "ready"})

    return routes


def _outcome(check: Check) -> str:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - what cannot be checked is not ready
        return f"{check.__name__.replace('_', ' ').strip()}: {type(error).__name__}"
