"""`baton simulate` and `baton brief`: the planner and the prompts over a real local repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot.playground.demo
from bot.playground.demo.seed import make_repository
from bot.playground.model.run import running_model
from tests.cli.commands import baton, commit, git
from tests.crew.messages_server import call, fails, messages_server, says, text

pytestmark = pytest.mark.slow

ISSUE = Path(bot.playground.demo.__file__).parent / "issue.md"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repository(tmp_path_factory.mktemp("demo") / "corkboard")


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    with running_model() as url:
        yield url


def a_plan(**changes: Any) -> dict[str, Any]:
    return {
        "feature": "Dark mode",
        "stages": [
            {
                "kind": "frontend",
                "title": "A switch for dark mode",
                "agent": "frontend-developer",
                "needs": [],
                "outputs": ["frontend/src/theme.css"],
            },
            {"kind": "review", "title": "Review", "agent": "code-reviewer", "needs": ["frontend"]},
        ],
        "skipped": [
            {"kind": kind, "reason": "Nothing to do."}
            for kind in ("database", "api", "backend", "devops", "testing")
        ],
        "questions": [
            {
                "kind": "approach",
                "question": "By system or by switch?",
                "options": ["system", "switch"],
                "recommended": "switch",
            }
        ],
        **changes,
    }


def an_issue(directory: Path, words: str = "# Dark mode\n\nPeople work at night.\n") -> Path:
    file = directory / "issue.md"
    file.write_text(words)
    return file


def test_the_demos_feature_is_planned_by_the_scripted_model(
    repository: Path, model: str, tmp_path: Path
) -> None:
    asked = ("simulate", "--repo", repository, "--issue", ISSUE)
    environment = {"ANTHROPIC_BASE_URL": model}
    said = baton(*asked, cwd=tmp_path, environment=environment)
    assert said.code == 0, said.err
    assert "User Notification System: 6 stages" in said.out
    assert "  1. Database: Create notifications table" in said.out
    assert "turn 1: " in said.err
    data = baton(*asked, "--json", cwd=tmp_path, environment=environment).data
    assert [each["kind"] for each in data["stages"]] == [
        "database",
        "api",
        "backend",
        "frontend",
        "testing",
        "review",
    ]
    assert (data["refusals"], len(data["hash"])) == ([], 64)


def test_a_feature_that_the_scripted_model_does_not_know_gives_no_plan(
    repository: Path, model: str, tmp_path: Path
) -> None:
    asked = ("simulate", "--repo", repository, "--issue", an_issue(tmp_path))
    said = baton(*asked, cwd=tmp_path, environment={"ANTHROPIC_BASE_URL": model})
    assert (said.code, said.out) == (1, "")
    assert "knows the demo's feature only" in said.err


def test_a_refused_draft_is_told_with_its_reasons(repository: Path, tmp_path: Path) -> None:
    broken = a_plan(stages=a_plan()["stages"][:1])
    with messages_server(
        says(call("submit_plan", **broken)), says(call("submit_plan", **a_plan()))
    ) as server:
        asked = ("simulate", "--repo", repository, "--issue", an_issue(tmp_path), "--json")
        environment = {"ANTHROPIC_BASE_URL": server.url}
        said = baton(*asked, cwd=tmp_path, environment=environment)
    assert said.code == 0, said.err
    assert server.problems == []
    ((reason,),) = said.data["refusals"]
    assert reason.startswith("The last stage must be a review")
    assert said.data["questions"][0]["recommended"] == "switch"


def test_a_plan_cannot_paint_the_terminal(repository: Path, tmp_path: Path) -> None:
    painted = a_plan(feature="Dark \x1b[2J mode", acceptance_criteria=["One\x07\ntwo"])
    with messages_server(says(call("submit_plan", **painted))) as server:
        asked = ("simulate", "--repo", repository, "--issue", an_issue(tmp_path))
        said = baton(*asked, cwd=tmp_path, environment={"ANTHROPIC_BASE_URL": server.url})
    assert said.code == 0, said.err
    assert "\x1b" not in said.out
    assert "  - One two\n" in said.out
    assert "By system or by switch? Options: system; switch. Recommended: switch. (approach)" in said.out


def test_a_planner_that_gives_up_is_told_in_its_own_sentence(repository: Path, tmp_path: Path) -> None:
    with messages_server(says(text("No.")), says(text("No.")), *[says(text("Never."))] * 3) as server:
        asked = ("simulate", "--repo", repository, "--issue", an_issue(tmp_path))
        said = baton(*asked, cwd=tmp_path, environment={"ANTHROPIC_BASE_URL": server.url})
    assert (said.code, said.out) == (1, "")
    assert "The planner gave no plan that keeps the rules" in said.err
    assert "It said: “Never.”" in said.err


def test_a_key_that_is_refused_says_what_to_set(repository: Path, tmp_path: Path) -> None:
    with messages_server(fails(401, "authentication_error")) as server:
        environment = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "wrong"}
        asked = ("simulate", "--repo", repository, "--issue", an_issue(tmp_path))
        said = baton(*asked, cwd=tmp_path, environment=environment)
    assert said.code == 1
    assert "ANTHROPIC_API_KEY" in said.err


def test_without_a_key_it_says_what_to_set(repository: Path, tmp_path: Path) -> None:
    asked = ("simulate", "--repo", repository, "--issue", an_issue(tmp_path))
    said = baton(*asked, cwd=tmp_path)
    assert (said.code, said.out) == (1, "")
    assert "Set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL" in said.err


def test_an_issue_without_a_title_is_told(repository: Path, tmp_path: Path) -> None:
    for words in ("Dark mode\n", "# \n"):
        asked = ("simulate", "--repo", repository, "--issue", an_issue(tmp_path, words))
        said = baton(*asked, cwd=tmp_path)
        assert (said.code, said.out) == (2, "")
        assert "must be the issue's title" in said.err


def test_a_repository_without_a_commit_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "-q")
    said = baton("brief", "--repo", tmp_path / "empty", "--issue", ISSUE, "--stage", "plan", cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "has no commit" in said.err


def test_the_repository_is_only_read(repository: Path, tmp_path: Path) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in repository.rglob("*"))
    assert baton("brief", "--repo", repository, "--issue", ISSUE, "--stage", "api", cwd=tmp_path).code == 0
    assert sorted((path, path.stat().st_mtime_ns) for path in repository.rglob("*")) == before


def test_a_brief_is_what_the_stages_agent_would_get(tmp_path: Path) -> None:
    repository = tmp_path / "shop"
    conventions = "Write small functions.\n"
    commit(
        repository, {"CLAUDE.md": conventions, "docs/openapi.yaml": "openapi: 3.0.0\n", "backend/app.py": ""}
    )
    asked = ("brief", "--repo", repository, "--issue", an_issue(tmp_path), "--stage")
    said = baton(*asked, "backend", cwd=tmp_path)
    assert said.code == 0
    assert said.out.startswith("# Agent: backend-developer (work), model: claude-sonnet-5-5\n")
    assert "You are backend-developer" in said.out
    assert "- finish_stage: " in said.out
    assert "Write small functions." in said.out
    assert "openapi: 3.0.0" in said.out
    assert "this is the brief for a plan of the backend stage alone" in said.err
    plan = baton(*asked, "plan", cwd=tmp_path)
    assert plan.err == ""
    assert "People work at night." in plan.out
    assert "- submit_plan: " in plan.out
    assert "- submit_review: " in baton(*asked, "review", cwd=tmp_path).out


def test_a_kind_that_there_is_not_is_refused(repository: Path, tmp_path: Path) -> None:
    said = baton("brief", "--repo", repository, "--issue", ISSUE, "--stage", "cooking", cwd=tmp_path)
    assert said.code == 2
    assert "cooking" in said.err
