"""A database with features in every state, to look at the pages with: `python -m tests.web.a_busy_week PORT`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import uvicorn

from bot.crew.records import Usage
from bot.engine.database import Database
from bot.engine.tables import metadata
from bot.facts.remembered import Ending
from bot.facts.states import FeatureState
from bot.plan.stage_kind import StageKind
from bot.settings import load_settings
from bot.web.site import make_site
from tests.web.features import Features, a_plan

K = StageKind
SHA = "7d3f0c1e5a9b84620f7c1d2e3b4a5968778695a4"


def fill(database: Database) -> None:
    """One of everything."""
    features = Features(database)
    first = features.begin(
        12,
        "Notification system with real-time updates",
        FeatureState.IN_REVIEW,
        "The backend stage waits for alice to review and merge #43.",
        minutes_ago=190,
    )
    features.plan(first, a_plan())
    features.stage(first, K.DATABASE, pull=41, merge_sha=SHA, done=True)
    features.stage(first, K.API, pull=42, merge_sha=SHA[::-1], done=True)
    features.stage(first, K.BACKEND, pull=43)
    features.tell(
        first,
        (188, "start_run", "implementation-orchestrator begins: plan/1"),
        (184, "keep_plan", "Plan v1 is drafted"),
        (184, "show_plan", "Plan v1 is shown for approval"),
        (184, "waits", "The plan waits for somebody with write permission to write /approve."),
        (150, "hear", "alice: approved plan v1"),
        (150, "begin_attempt", "The database stage begins"),
        (141, "push", "The database stage's work is committed"),
        (141, "open_pull_request", "The database stage's pull request is open"),
        (120, "remember_merge", "alice merged the database stage"),
        (118, "finish", "The database stage is done"),
        (117, "begin_attempt", "The api stage begins"),
        (111, "open_pull_request", "The api stage's pull request is open"),
        (70, "remember_merge", "alice merged the api stage"),
        (68, "finish", "The api stage is done"),
        (67, "begin_attempt", "The backend stage begins"),
        (31, "open_pull_request", "The backend stage's pull request is open"),
        (30, "waits", "The backend stage waits for alice to review and merge #43."),
    )
    small, large = Usage(412, 1830, 28_400, 6_100), Usage(220, 5400, 91_000, 14_000)
    features.paid(first, "plan/1", "implementation-orchestrator", [small] * 6)
    features.paid(first, "database/1", "supabase-architect", [small] * 9)
    features.paid(first, "api/1", "api-designer", [small, *[large] * 3])
    features.paid(first, "backend/1", "backend-developer", [large] * 11)

    second = features.begin(
        31,
        "Export of orders as CSV",
        FeatureState.AWAITING_APPROVAL,
        "The plan waits for somebody with write permission to write `/approve`.",
        minutes_ago=14,
    )
    features.plan(second, a_plan(K.API, K.BACKEND, K.TESTING, K.REVIEW, feature="CSV export"), None)
    third = features.begin(
        7,
        "Dark mode",
        FeatureState.WORKING,
        "frontend-developer is at work on the frontend stage.",
        (200, "acme", "storefront-with-a-rather-long-name"),
        45,
    )
    features.plan(third, a_plan(K.FRONTEND, K.TESTING, K.REVIEW, feature="Dark mode"))
    features.stage(third, K.FRONTEND)
    fourth = features.begin(
        9,
        "Passkeys for customers",
        FeatureState.BLOCKED,
        "The App is not allowed to write checks in acme/storefront. Accept its new permissions on the installation's page.",
        (200, "acme", "storefront-with-a-rather-long-name"),
        300,
    )
    features.plan(fourth, a_plan())
    features.begin(
        33, "Gift cards", FeatureState.PLANNING, "implementation-orchestrator drafts the plan.", minutes_ago=2
    )
    fifth = features.begin(
        28,
        "Faster search",
        FeatureState.PAUSED,
        "bob paused it: waiting for the new index. /resume goes on.",
        minutes_ago=2900,
    )
    features.plan(fifth, a_plan(K.DATABASE, K.BACKEND, K.TESTING, K.REVIEW))
    features.stage(fifth, K.DATABASE, pull=22, merge_sha=SHA, done=True)
    features.stage(fifth, K.BACKEND, pull=25, merge_sha=SHA)
    sixth = features.begin(
        19,
        "Wish lists that can be shared, with a link that expires and a reminder before it does",
        FeatureState.AWAITING_BASE_CHECKS,
        "main is checked with the testing stage in it: 3 of 5 checks are green.",
        minutes_ago=700,
    )
    features.plan(sixth, a_plan())
    for number, kind in enumerate((K.DATABASE, K.API, K.BACKEND, K.FRONTEND), 50):
        features.stage(sixth, kind, pull=number, merge_sha=SHA, done=True)
    features.stage(sixth, K.TESTING, pull=55, merge_sha=SHA)
    for number in (3, 4):
        old = features.begin(
            number,
            f"Invoice numbers, part {number}",
            FeatureState.COMPLETED,
            "Everything is merged and green.",
            minutes_ago=9000 * number,
        )
        features.plan(old, a_plan())
        for kind in a_plan().kinds:
            features.stage(old, kind, pull=number * 10 + kind.rank, merge_sha=SHA, done=True)
        features.paid(old, "plan/1", "implementation-orchestrator", [large] * 20)
        features.ended(old, Ending.COMPLETED)
    features.begin(2, "Loyalty points", FeatureState.CANCELLED, "carol cancelled it.", minutes_ago=20_000)
    features.begin(99, "Only touched, never labelled", None, "")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{Path(directory) / 'baton.db'}")
        metadata.create_all(database.engine)
        fill(database)
        settings = load_settings({}, None, app_required=False)
        uvicorn.run(
            make_site(database, settings), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning"
        )
