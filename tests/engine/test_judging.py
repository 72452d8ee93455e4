"""The diff that a run's texts make of a commit, what the inspections say of it, and what a merge brought."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine.houses import Houses
from bot.engine.installed_agents import load_agents
from bot.engine.judging import change_of, delivered_by, diff_of, stage_inspected
from bot.facts.diff import FileStatus, Level
from bot.facts.facts import House
from bot.github.auth import FETCHING
from bot.inspections.inspection import inspect
from bot.plan.reading_openapi import Operation
from bot.plan.stage_kind import StageKind
from bot.workspace.mirror import Mirror, Mirrors
from tests.engine.lives import settings_of
from tests.github.homes import Home
from tests.playground.github.town import small_repository

SPEC = """openapi: 3.0.0
info: {title: Cards, version: "1"}
paths:
  /cards:
    get: {responses: {"200": {description: ok}}}
"""
GROWN = (
    SPEC
    + """  /cards/{id}:
    delete: {responses: {"204": {description: gone}}}
"""
)


@pytest.fixture
def mirror(home: Home, tmp_path: Path) -> tuple[Mirror, str]:
    files = {"src/a.txt": "one\n", "run.sh": "#!/bin/sh\n", "docs/openapi.yaml": SPEC}
    placed = home.town.home(small_repository(tmp_path / "source", files=files))
    url = f"{home.town.playground.url}/{placed.full_name}.git"
    mirrors = Mirrors(tmp_path / "mirrors")

    def token() -> str:
        return placed.app.token(home.town.installation, placed.repository.id, FETCHING)

    return mirrors.of(placed.repository.id, url, token), placed.sha()


@pytest.fixture
def house(home: Home, tmp_path: Path) -> House:
    settings = settings_of(home, tmp_path)
    houses = Houses(settings, load_agents(settings.agents_dir), home.app, home.town.slug)
    return houses.of(1, "nobody", Mirror(tmp_path / "x.git", "unused", lambda: ""), None)


def test_a_diff_has_what_was_added_changed_and_deleted(mirror: tuple[Mirror, str]) -> None:
    files = {"src/a.txt": "two\n", "new.txt": "new\n", "run.sh": None}
    diff = diff_of(*mirror, files)
    assert [(each.path, each.status) for each in diff.files] == [
        ("new.txt", FileStatus.ADDED),
        ("run.sh", FileStatus.DELETED),
        ("src/a.txt", FileStatus.MODIFIED),
    ]
    changed = diff.file("src/a.txt")
    assert changed is not None and (changed.old_text, changed.text, changed.size) == ("one\n", "two\n", 4)


def test_what_says_the_same_as_before_is_no_change(mirror: tuple[Mirror, str]) -> None:
    assert diff_of(*mirror, {"src/a.txt": "one\n", "never-was.txt": None}).files == ()


def test_the_documents_of_a_change_are_those_after_it(mirror: tuple[Mirror, str], house: House) -> None:
    diff = diff_of(*mirror, {"docs/openapi.yaml": GROWN, "docs/new.md": "# New\n"})
    change = change_of(*mirror, diff, house)
    assert change.documents["docs/openapi.yaml"] == GROWN
    assert change.documents["docs/new.md"] == "# New\n"
    gone = change_of(*mirror, diff_of(*mirror, {"docs/openapi.yaml": None}), house)
    assert "docs/openapi.yaml" not in gone.documents


def test_a_file_of_somebody_else_is_an_error_with_the_owners_name(
    mirror: tuple[Mirror, str], house: House
) -> None:
    diff = diff_of(*mirror, {"Dockerfile": "FROM scratch\n"})
    tester = stage_inspected(StageKind.TESTING, house.agent("test-engineer"), house)
    errors = [each for each in inspect(change_of(*mirror, diff, house), tester) if each.level is Level.ERROR]
    assert errors and "devops-engineer" in errors[0].message
    owner = stage_inspected(StageKind.DEVOPS, house.agent("devops-engineer"), house)
    found = inspect(change_of(*mirror, diff, house), owner)
    assert not [each for each in found if each.level is Level.ERROR]


def test_what_was_learned_is_judged_as_the_orchestrators(mirror: tuple[Mirror, str], house: House) -> None:
    diff = diff_of(*mirror, {"CLAUDE.md": "# Conventions\n"})
    review = stage_inspected(StageKind.REVIEW, house.agent("code-reviewer"), house)
    assert not [
        each for each in inspect(change_of(*mirror, diff, house), review) if each.level is Level.ERROR
    ]


def test_a_merge_brings_tables_and_only_the_operations_that_are_new(
    mirror: tuple[Mirror, str], house: House
) -> None:
    """R111, R116."""
    migration = "supabase/migrations/20260102030405_cards.sql"
    texts = {
        migration: "create table public.cards (id int primary key);\n",
        "supabase/migrations/20260102030406_broken.sql": "create tabel nonsense (;\n",
        "docs/openapi.yaml": GROWN,
    }
    brought = delivered_by(diff_of(*mirror, texts), house)
    assert [table.rpartition(".")[2] for table in brought.tables] == ["cards"]
    assert brought.operations == (Operation("DELETE", "/cards/{id}"),)
    assert brought.modified == ("docs/openapi.yaml",)
    assert len(brought.added) == 2
