"""Baton's site: the dashboard and its API behind their guard, health and metrics outside of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from bot.engine.database import Database
from bot.settings import Settings
from bot.web.dashboard import dashboard_routes
from bot.web.display import github_pages
from bot.web.forms import FormRefused
from bot.web.guard import Guard, NotAdmitted
from bot.web.headers import SecurityHeaders
from bot.web.health import Check, health_routes
from bot.web.metrics import Metrics, metrics_route
from bot.web.rendering import Pages
from bot.web.setup import Setup, setup_routes
from bot.web.signing_in import refusal, signing_in_routes

STATIC = Path(__file__).with_name("static")


def make_site(
    database: Database,
    settings: Settings,
    metrics: Metrics | None = None,
    checks: Sequence[Check] = (),
    setup: Setup | None = None,
) -> FastAPI:
    """Everything that people and probes ask for; `/webhook` stands before it (`bot.web.webhook`).

    `checks` are what `/readyz` asks. `setup` is given while no App is configured; whoever starts the server
    prints its address.
    """
    site = FastAPI(title="Baton", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(github_pages(settings.api_url))
    token = settings.dashboard_token.get_secret_value() if settings.dashboard_token else None
    guard = Guard(token)
    site.add_middleware(SecurityHeaders)
    site.include_router(health_routes(checks))
    if metrics is not None:
        site.include_router(metrics_route(metrics, database))
    site.include_router(dashboard_routes(database, pages, guard, can_sign_out=guard.has_token))
    site.include_router(signing_in_routes(guard, pages))
    site.include_router(setup_routes(setup, pages))
    site.mount("/static", StaticFiles(directory=STATIC), name="static")
    _say_what_is_wrong(site, pages, guard)
    return site


def _say_what_is_wrong(site: FastAPI, pages: Pages, guard: Guard) -> None:
    """A sentence for every refusal: JSON for the API, a page for people."""

    def told(request: Request, status: int, sentence: str) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": sentence}, status_code=status)
        return pages.page("message.html.j2", status, said=sentence)

    @site.exception_handler(NotAdmitted)
    async def not_admitted(request: Request, refused: NotAdmitted) -> Response:
        return refusal(request, pages, guard, refused.why)

    @site.exception_handler(FormRefused)
    async def form_refused(request: Request, refused: FormRefused) -> Response:
        return told(request, 403, str(refused))

    @site.exception_handler(HTTPException)
    async def no_such_page(request: Request, error: HTTPException) -> Response:
        # FastAPI's own words for these are no sentences.
        plain = {404: "There is no such page.", 405: "This page is only to be read."}
        named = error.detail not in ("Not Found", "Method Not Allowed")
        answer = told(request, error.status_code, error.detail if named else plain[error.status_code])
        answer.headers.update(error.headers or {})
        return answer

    @site.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> Response:
        return told(
            request, 500, "Baton could not make this page, and its log says why. Try again in a moment."
        )
