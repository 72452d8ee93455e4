"""The demo repository is a product of its own: a history, green checks, documents that agree with the code."""

from __future__ import annotations

from pathlib import Path

import yaml
from openapi_spec_validator import validate

from bot.playground.demo.seed import FILES, HISTORY, ISSUE, git, make_repository


def test_it_is_the_same_to_the_last_bit_each_time(tmp_path: Path) -> None:
    one, other = make_repository(tmp_path / "one"), make_repository(tmp_path / "other")
    assert git(one, "rev-parse", "HEAD") == git(other, "rev-parse", "HEAD")


def test_it_has_a_short_history_on_main_and_nothing_uncommitted(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "corkboard")
    log = git(repository, "log", "--reverse", "--format=%s|%an|%aI").splitlines()
    assert [line.split("|")[0] for line in log] == [chapter.message for chapter in HISTORY]
    assert len({line.split("|")[1] for line in log}) == 2
    dates = [line.split("|")[2] for line in log]
    assert dates == sorted(dates)
    assert git(repository, "branch", "--show-current") == "main\n"
    assert git(repository, "status", "--porcelain") == ""


def test_everything_that_was_written_is_in_it(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "corkboard")
    tracked = set(git(repository, "ls-files").splitlines())
    written = {str(path.relative_to(FILES)) for path in FILES.rglob("*") if path.is_file()}
    assert {".github/workflows/backend.yml", "CLAUDE.md", ".env.example"} <= tracked
    assert {
        path for path in written - tracked if "node_modules" not in path and "__pycache__" not in path
    } == set()


def test_the_issue_begins_with_its_title() -> None:
    assert ISSUE.startswith("# Notification system with real-time updates\n\n")
    assert "/approve" not in ISSUE


def test_the_description_of_the_api_is_valid() -> None:
    validate(yaml.safe_load((FILES / "docs/openapi.yaml").read_text(encoding="utf-8")))


def test_no_lock_file_names_a_registry() -> None:
    assert '"resolved"' not in (FILES / "frontend/package-lock.json").read_text(encoding="utf-8")
    for name in ("backend/requirements.txt", "backend/requirements-dev.txt"):
        assert "://" not in (FILES / name).read_text(encoding="utf-8"), name
