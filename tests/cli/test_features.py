"""`baton features`: where each feature stands, from a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine.database import Database
from bot.engine.migrations import migrate
from bot.facts.states import FeatureState
from tests.cli.commands import baton
from tests.web.features import Features, a_plan


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A directory in which Baton has worked."""
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    migrate(database)
    features = Features(database)
    features.begin(13, "Other", FeatureState.WORKING, "frontend-developer is at work.", minutes_ago=5)
    first = features.begin(12, "Bells \x1b[31mred\x1b[0m", FeatureState.IN_REVIEW, "Waits for alice.")
    features.plan(first, a_plan())
    features.stage(first, a_plan().stages[0].kind, pull=41)
    features.tell(first, (1, "open_pull_request", "The database stage's pull request is open"))
    database.dispose()
    return tmp_path


def test_features_are_listed_with_what_they_wait_for(home: Path) -> None:
    said = baton("features", cwd=home)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("acme/shop#12  Bells")
    assert "[in_review]  0/6  $0.00" in lines[0]
    assert lines[1] == "    Waits for alice."
    assert lines[2].startswith("acme/shop#13  Other")
    assert "\x1b" not in said.out  # a title may not paint the terminal


def test_as_json_it_is_what_the_api_gives(home: Path) -> None:
    listed = baton("features", "--json", cwd=home).data
    assert [each["key"] for each in listed] == ["acme/shop#12", "acme/shop#13"]
    assert list(listed[0]) == ["key", "title", "state", "waiting_for", "plan", "timeline", "cost"]
    assert listed[0] == baton("features", "show", "acme/shop#12", "--json", cwd=home).data
    assert listed[0] == baton("features", "--json", "show", "ACME/shop#12", cwd=home).data


def test_one_feature_is_told_with_its_timeline(home: Path) -> None:
    said = baton("features", "show", "acme/shop#12", cwd=home)
    assert said.code == 0
    assert "Plan v1, approved by alice" in said.out
    assert "1. database  in_review Notifications table with RLS" in said.out
    assert "#41" in said.out
    assert " - devops    skipped" in said.out
    assert said.out.index("alice labelled the issue") < said.out.index("pull request is open")


def test_a_feature_that_there_is_not_is_told(home: Path) -> None:
    said = baton("features", "show", "acme/shop#99", cwd=home)
    assert (said.code, said.out) == (1, "")
    assert "acme/shop#99" in said.err
    assert baton("features", "show", "twelve", cwd=home).code == 2


def test_looking_makes_no_database(tmp_path: Path) -> None:
    said = baton("features", cwd=tmp_path)
    assert (said.code, said.out) == (1, "")
    assert "baton.db" in said.err
    assert list(tmp_path.iterdir()) == []


def test_tables_of_nobody_are_told(tmp_path: Path) -> None:
    (tmp_path / "baton.db").touch()
    said = baton("features", cwd=tmp_path)
    assert said.code == 1
    assert "baton doctor" in said.err


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "baton.db").write_bytes(b"this is no database at all, whatever its name says" * 100)
    said = baton("features", cwd=tmp_path)
    assert said.code == 1
    assert "file is not a database" in said.err


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    away = {"BATON_DATABASE_URL": "postgresql://baton:sesame@127.0.0.1:9/baton"}
    said = baton("features", cwd=tmp_path, environment=away)
    assert said.code == 1
    assert "The database could not be asked" in said.err
    assert "sesame" not in said.err
