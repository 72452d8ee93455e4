"""The dashboard, a feature's page, and the same as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse

from bot.engine.database import Database
from bot.engine.overview import FeatureShown, all_features, as_data, one_feature
from bot.engine.spending import spending_on
from bot.web.display import grouped
from bot.web.rendering import Pages

LARGEST_NUMBER = 2**31 - 1


def dashboard_routes(
    database: Database, pages: Pages, admit: Callable[[Request], None], can_sign_out: bool
) -> APIRouter:
    """Everything about features; nothing here is answered to whom `admit` does not let in."""
    routes = APIRouter(dependencies=[Depends(admit)])

    def found(owner: str, repository: str, number: int) -> FeatureShown:
        with database.reading() as connection:
            shown = one_feature(connection, owner, repository, number) if number <= LARGEST_NUMBER else None
        if shown is None:
            raise HTTPException(
                404,
                f"Baton has no feature {owner}/{repository}#{number}. An issue becomes one when it is labelled.",
            )
        return shown

    @routes.get("/")
    def dashboard() -> HTMLResponse:
        with database.reading() as connection:
            features = all_features(connection)
        return pages.page("dashboard.html.j2", groups=grouped(features), can_sign_out=can_sign_out)

    @routes.get("/features/{owner}/{repository}/{number:int}")
    def feature(owner: str, repository: str, number: int) -> HTMLResponse:
        shown = found(owner, repository, number)
        with database.reading() as connection:
            spending = spending_on(connection, shown.id)
        return pages.page("feature.html.j2", feature=shown, spending=spending, can_sign_out=can_sign_out)

    @routes.get("/api/features")
    def features_data() -> JSONResponse:
        with database.reading() as connection:
            features = all_features(connection, with_timelines=True)
        return _json([as_data(shown) for shown in features])

    @routes.get("/api/features/{owner}/{repository}/{number:int}")
    def feature_data(owner: str, repository: str, number: int) -> JSONResponse:
        return _json(as_data(found(owner, repository, number)))

    return routes


def _json(data: Any) -> JSONResponse:
    return JSONResponse(data, headers={"cache-control": "no-store"})
