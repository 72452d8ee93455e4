"""What the dashboard shows is read from the rows, on both databases, in a fixed number of statements."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from bot.crew.records import Usage
from bot.engine import recording
from bot.engine.database import Database
from bot.engine.overview import all_features, as_data, one_feature
from bot.engine.spending import spending_on
from bot.facts.states import FeatureState
from bot.plan.stage_kind import StageKind
from tests.web.features import Features, a_plan

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def fill(database: Database, number: int) -> int:
    features = Features(database)
    feature = features.begin(number, f"Feature {number}", FeatureState.WORKING, "The api stage is under way.")
    features.plan(feature, a_plan())
    features.stage(feature, StageKind.DATABASE, pull=41, merge_sha="a" * 40, done=True)
    features.stage(feature, StageKind.API)
    features.paid(feature, "plan/1", "implementation-orchestrator", [Usage(10, 20, 30, 40)] * 2)
    features.paid(feature, "database/1", "supabase-architect", [Usage(1, 2, 3, 4)])
    return feature


def test_a_feature_is_shown_with_its_stages_and_its_cost(database: Database) -> None:
    feature = fill(database, 12)
    with database.reading() as connection:
        shown = one_feature(connection, "Acme", "SHOP", 12)
        spent = spending_on(connection, feature)
    assert shown is not None
    data = as_data(shown)
    assert [each["state"] for each in data["plan"]["stages"]][:3] == ["done", "working", "planned"]
    assert shown.plan is not None
    assert (shown.plan.over, len(shown.plan.counted), shown.plan.approved_by) == (1, 6, "alice")
    assert [(each.chapter, each.turns, each.input_tokens) for each in spent] == [
        ("plan/1", 2, 160),
        ("database/1", 1, 8),
    ]
    assert spent[0].cached_share == pytest.approx(60 / 160)
    assert data["cost"] == pytest.approx(sum(each.cost for each in spent))


def test_a_stage_that_was_struck_is_skipped_without_a_number_and_changes_no_other_number(
    database: Database,
) -> None:
    feature = fill(database, 12)
    with database.writing() as connection:
        recording.skip_stage(connection, feature, StageKind.FRONTEND, "mara wrote: internal only", NOW)
    with database.reading() as connection:
        shown = one_feature(connection, "acme", "shop", 12)
    assert shown is not None and shown.plan is not None
    struck = [(each.number, each.title) for each in shown.plan.stages if each.kind is StageKind.FRONTEND]
    assert struck == [(None, "mara wrote: internal only")]
    assert [each.number for each in shown.plan.stages if each.number] == [1, 2, 3, 5, 6]
    assert len(shown.plan.counted) == 5


def test_many_features_cost_no_more_statements_than_one(database: Database) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *asked: statements.append(asked[2]))
    counts = []
    for number in range(1, 4):
        fill(database, number)
        statements.clear()
        with database.reading() as connection:
            assert len(all_features(connection, with_timelines=True)) == number
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
