"""A small product with a small feature: enough for every chapter, quick enough for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.cast import call
from tests.story.world import World, a_world, git_repository

ISSUE = "# Greet people by name\n\nThe endpoint says hello; it should say hello to whoever is named.\n"
FILES = {
    "CLAUDE.md": "# Conventions\n\nKeep it small.\n",
    "backend/greet.py": "def greet() -> str:\n    return 'hello'\n",
    ".github/workflows/ci.yml": "name: CI\non: [push, pull_request]\njobs: {tests: {runs-on: x, steps: [{run: 'true'}]}}\n",
}
PLAN = {
    "feature": "Greeting by name",
    "stages": [
        {"kind": "backend", "title": "Greet by name", "agent": "backend-developer", "needs": [], "outputs": ["backend/greet.py"]},
        {"kind": "testing", "title": "Test the greeting", "agent": "test-engineer", "needs": ["backend"], "outputs": ["backend/tests/test_greet.py"]},
        {"kind": "review", "title": "Review the greeting", "agent": "code-reviewer", "needs": [], "outputs": []},
    ],
    "skipped": [
        {"kind": "database", "reason": "Nothing is stored."},
        {"kind": "api", "reason": "No endpoint is new."},
        {"kind": "frontend", "reason": "There is none."},
    ],
    "questions": [],
    "acceptance_criteria": ["A name is greeted."],
    "critical_flows": [],
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    repository = git_repository(tmp_path / "greeter", FILES)
    with a_world(tmp_path / "home", repository, ISSUE) as world:
        everybody_knows_their_part(world)
        yield world


def everybody_knows_their_part(world: World) -> None:
    cast = world.cast
    cast.plays("implementation-orchestrator", [call("submit_plan", **PLAN)])
    cast.plays(
        "backend-developer",
        [call("Write", file_path="backend/greet.py", content="def greet(name: str) -> str:\n    return f'hello {name}'\n")],
        [call("finish_stage", summary="Greets by name.", documents_used=["CLAUDE.md"], learnings=["Names are never empty."])],
    )  # fmt: skip
    cast.plays(
        "test-engineer",
        [call("Write", file_path="backend/tests/test_greet.py", content="def test_greet() -> None:\n    assert True\n")],
        [call("finish_stage", summary="Tests the greeting.", documents_used=[], learnings=[])],
    )  # fmt: skip
    cast.plays("code-reviewer", [call("submit_review", verdict="approved", findings=[])])
