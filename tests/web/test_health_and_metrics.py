"""Whether Baton can work, and what it has done, for machines that ask."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from bot.engine.database import Database
from bot.engine.hints import Hint
from bot.engine.inbox import store
from bot.engine.tables import feature, ledger, metadata, repository
from bot.web.health import health_routes
from bot.web.metrics import Metrics, metrics_route
from tests.web.site import serving

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def get(application: FastAPI, path: str) -> httpx2.Response:
    with serving(application) as port:
        return httpx2.get(f"http://127.0.0.1:{port}{path}")


def health(*reasons: str) -> FastAPI:
    application = FastAPI()
    application.include_router(health_routes([lambda reason=reason: reason for reason in reasons]))  # type: ignore[misc]
    return application


def test_a_living_process_is_healthy_even_if_it_cannot_work() -> None:
    assert get(health("The database is away."), "/healthz").status_code == 200


def test_a_process_is_ready_when_nothing_is_in_its_way() -> None:
    answer = get(health("", ""), "/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_process_that_is_not_ready_says_why() -> None:
    answer = get(health("", "The worker's looks have stopped."), "/readyz")
    assert answer.status_code == 503
    assert answer.json()["why"] == ["The worker's looks have stopped."]


def test_a_check_that_fails_is_a_reason_and_no_error() -> None:
    def database_answers() -> str:
        raise OSError("postgresql://user:password@host is away")

    application = FastAPI()
    application.include_router(health_routes([database_answers]))
    answer = get(application, "/readyz")
    assert (answer.status_code, answer.json()["why"]) == (503, ["database answers: OSError"])


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    metadata.create_all(database.engine)
    with database.writing() as connection:
        connection.execute(insert(repository).values(id=1, owner="o", name="r", seen_at=NOW))
        for issue, state in ((1, "working"), (2, "working"), (3, "completed"), (4, None)):
            row = {"repository_id": 1, "issue": issue, "state": state, "created_at": NOW, "wanted": 1}
            connection.execute(insert(feature).values(row))
        row = {
            "feature_id": 1,
            "run_id": "x",
            "turn": 1,
            "at": NOW,
            "model": "m",
            "cost_microdollars": 2_500_000,
        }
        connection.execute(insert(ledger).values(row))
        store(connection, [Hint("a", "push"), Hint("b", "push")], NOW)
    return database


def test_metrics_tell_what_was_done_and_what_waits(database: Database) -> None:
    metrics = Metrics()
    metrics.delivery_answered(202, "issues", 0.004)
    metrics.delivery_answered(401, "made up by anybody", 0.001)
    metrics.secret_used(1)
    metrics.looked("wait", 0.2)
    metrics.moved("open the pull request")
    metrics.requested("graphql")
    application = FastAPI()
    application.include_router(metrics_route(metrics, database))
    answer = get(application, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for line in (
        'baton_deliveries_total{code="202",event="issues"} 1.0',
        'baton_deliveries_total{code="401",event="other"} 1.0',
        'baton_webhook_secret_used_total{place="1"} 1.0',
        'baton_looks_total{outcome="wait"} 1.0',
        'baton_moves_total{move="open the pull request"} 1.0',
        'baton_github_requests_total{kind="graphql"} 1.0',
        'baton_features{state="working"} 2.0',
        'baton_features{state="completed"} 1.0',
        "baton_deliveries_waiting 2.0",
        "baton_features_due 4.0",
        "baton_model_cost_dollars 2.5",
        "baton_model_turns 1.0",
    ):
        assert line in answer.text.splitlines()
