"""`baton inspect`: the inspections of an agent's stage on a real local diff."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import baton, commit, git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    repository = tmp_path / "shop"
    commit(repository, {"README.md": "# Shop\n", "backend/app.py": "x = 1\n"})
    return repository


def test_a_diff_inside_the_agents_files_has_no_error(repository: Path) -> None:
    commit(repository, {"backend/app.py": "x = 2\n"})
    asked = ("--base", "HEAD~1", "--head", "HEAD", "--agent", "backend-developer")
    said = baton("inspect", "--repo", repository, *asked, cwd=repository.parent)
    assert said.code == 0, said.out
    assert "0 errors" in said.out


def test_somebody_elses_file_is_an_error_that_names_the_owner(repository: Path) -> None:
    commit(repository, {"backend/app.py": "x = 2\n", "frontend/src/App.tsx": "export {}\n"})
    asked = ("--base", "HEAD~1", "--head", "HEAD", "--agent", "backend-developer", "--json")
    said = baton("inspect", "--repo", repository, *asked, cwd=repository.parent)
    assert said.code == 1
    errors = [finding for finding in said.data if finding["level"] == "error"]
    assert [(each["inspection"], each["path"]) for each in errors] == [
        ("owned_files", "frontend/src/App.tsx")
    ]
    assert set(errors[0]) == {"inspection", "level", "path", "line", "message"}
    assert "frontend-developer" in errors[0]["message"]


def test_only_what_head_adds_is_judged_when_base_went_on(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "feature")
    commit(repository, {"backend/more.py": "y = 1\n"})
    git(repository, "checkout", "-q", "main")
    commit(repository, {"frontend/src/App.tsx": "export {}\n"})
    asked = ("--base", "main", "--head", "feature", "--agent", "backend-developer")
    said = baton("inspect", "--repo", repository, *asked, cwd=repository.parent)
    assert said.code == 0, said.out


def test_a_change_is_judged_by_the_configuration_before_it(repository: Path) -> None:
    """L15."""
    widened = "agents:\n  backend-developer:\n    owns: ['**']\n"
    commit(repository, {".github/baton.yml": widened, "frontend/src/App.tsx": "export {}\n"})
    asked = ("--base", "HEAD~1", "--head", "HEAD", "--agent", "backend-developer", "--json")
    said = baton("inspect", "--repo", repository, *asked, cwd=repository.parent)
    assert said.code == 1
    assert {"frontend/src/App.tsx", ".github/baton.yml"} <= {each["path"] for each in said.data}


def test_an_unknown_revision_and_an_unknown_agent_are_told(repository: Path) -> None:
    said = baton(
        "inspect", "--repo", repository, "--base", "nowhere", "--head", "HEAD", "--agent", "x", cwd=repository
    )
    assert (said.code, said.out) == (2, "")
    assert "'nowhere'" in said.err
    said = baton("inspect", "--base", "HEAD", "--head", "HEAD", "--agent", "backend", cwd=repository)
    assert (said.code, said.out) == (2, "")
    assert "backend-developer" in said.err


def test_a_directory_without_git_is_told(tmp_path: Path) -> None:
    said = baton("inspect", "--base", "a", "--head", "b", "--agent", "x", cwd=tmp_path)
    assert said.code == 2
    assert "is no git repository" in said.err


def test_a_configuration_that_cannot_be_used_is_told_with_its_line(repository: Path) -> None:
    commit(repository, {".github/baton.yml": "ci: maybe\n"})
    asked = ("--base", "HEAD", "--head", "HEAD", "--agent", "backend-developer")
    said = baton("inspect", *asked, cwd=repository)
    assert said.code == 1
    assert ".github/baton.yml:1: error:" in said.err
