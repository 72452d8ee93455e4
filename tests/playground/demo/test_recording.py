"""The recorded feature, played by the scripted model on a real repository, is work that one would merge."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pglast
import pytest
import yaml
from openapi_spec_validator import validate

from bot.playground.demo.seed import ISSUE, git, make_repository
from bot.playground.model.run import running_model
from tests.playground.demo.agents import OWNED, Played, play
from tests.playground.demo.environment import packages_for, python_for

pytestmark = pytest.mark.slow

PLANNER = "implementation-orchestrator"
WORKERS = ("supabase-architect", "api-designer", "backend-developer", "frontend-developer", "test-engineer")
CHECKED_AFTER = ("supabase-architect", "api-designer", "backend-developer", "test-engineer")
MIGRATION = "supabase/migrations/20250113101500_add_notifications.sql"


@dataclass
class Feature:
    """The repository with every stage committed on top of the one before, and what each agent did."""

    root: Path
    agents: dict[str, Played] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)

    def changed_by(self, agent: str) -> set[str]:
        """What the agent's commit touches."""
        commit = git(self.root, "log", "--format=%H", f"--grep=^{agent}$").strip()
        return set(git(self.root, "diff", "--name-only", f"{commit}^", commit).splitlines())

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def feature(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feature]:
    """Everything from the issue to the review; the backend's checks run after each stage that can turn them red."""
    feature = Feature(make_repository(tmp_path_factory.mktemp("demo") / "corkboard"))
    with running_model() as url:
        feature.agents[PLANNER] = play(url, PLANNER, ISSUE, feature.root)
        plan = feature.agents[PLANNER].ending
        for agent in WORKERS:
            brief = f"Feature: {plan['feature']}\nYour stage: {stage_of(agent, plan)['title']}"
            feature.agents[agent] = play(url, agent, brief, feature.root)
            git(feature.root, "add", "--all")
            git(feature.root, "commit", "--quiet", "-m", agent)
            if agent in CHECKED_AFTER:
                feature.checks[agent] = backend_checks(feature.root)
        brief = f"Feature: {plan['feature']}"
        feature.agents["code-reviewer"] = play(url, "code-reviewer", brief, feature.root)
    yield feature


def stage_of(agent: str, plan: Mapping[str, Any]) -> dict[str, Any]:
    [stage] = [stage for stage in plan["stages"] if stage["agent"] == agent]
    assert isinstance(stage, dict)
    return stage


def backend_checks(root: Path) -> str:
    """What the workflow `Backend` runs, in an environment of the product's own; the last line that it printed."""
    python = str(python_for(root / "backend" / "requirements-dev.txt"))
    environment = {"PATH": os.environ["PATH"], "HOME": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    for command in (
        [python, "scripts/check_migrations.py"],
        [python, "-m", "pytest", "-p", "no:cacheprovider"],
    ):
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


def test_every_tool_that_the_recording_uses_works(feature: Feature) -> None:
    assert {agent: played.failed for agent, played in feature.agents.items() if played.failed} == {}


def test_everybody_reads_before_writing_and_sometimes_several_files_at_once(feature: Feature) -> None:
    for agent, played in feature.agents.items():
        assert len(played.read) >= 2, agent
        assert played.turns >= 3, agent
        assert played.parallel >= 2, agent


def test_the_plan_is_the_seeds_example(feature: Feature) -> None:
    plan = feature.agents[PLANNER].ending
    assert [(stage["kind"], stage["agent"]) for stage in plan["stages"]] == [
        ("database", "supabase-architect"),
        ("api", "api-designer"),
        ("backend", "backend-developer"),
        ("frontend", "frontend-developer"),
        ("testing", "test-engineer"),
        ("review", "code-reviewer"),
    ]
    assert plan.keys() == {
        "feature", "stages", "skipped", "questions", "acceptance_criteria", "critical_flows",
    }  # fmt: skip
    for stage in plan["stages"]:
        assert stage.keys() == {"kind", "title", "agent", "needs", "outputs"}


def test_the_plan_takes_every_criterion_from_the_issue(feature: Feature) -> None:
    asked = re.findall(r"^- \[ \] (.+(?:\n  .+)*)", ISSUE, re.MULTILINE)
    assert feature.agents[PLANNER].ending["acceptance_criteria"] == asked


def test_what_the_plan_promises_is_what_the_stages_leave(feature: Feature) -> None:
    for agent in WORKERS:
        changed = feature.changed_by(agent)
        for output in stage_of(agent, feature.agents[PLANNER].ending)["outputs"]:
            pattern = (
                re.escape(output).replace(r"\*\*/", "(.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
            )
            assert any(re.fullmatch(pattern, path) for path in changed), (agent, output)


def test_nobody_leaves_a_file_that_is_somebody_elses(feature: Feature) -> None:
    for agent in WORKERS:
        assert [path for path in feature.changed_by(agent) if not OWNED[agent](path)] == [], agent


def test_exactly_one_write_is_refused_and_the_agent_goes_on(feature: Feature) -> None:
    refused = {agent: played.refused for agent, played in feature.agents.items() if played.refused}
    assert refused == {"backend-developer": ["docs/openapi.yaml"]}


def test_the_backends_checks_are_green_after_every_stage(feature: Feature) -> None:
    passed = {agent: int(line.split(" passed")[0].split()[-1]) for agent, line in feature.checks.items()}
    assert passed["backend-developer"] >= 20
    assert passed["test-engineer"] > passed["backend-developer"] + 40


def test_the_tests_fail_without_the_backend(feature: Feature, tmp_path: Path) -> None:
    copy = tmp_path / "corkboard"
    shutil.copytree(feature.root, copy)
    backend = git(copy, "log", "--format=%H", "--grep=^backend-developer$").strip()
    git(copy, "checkout", "--quiet", f"{backend}^", "--", "backend/app")
    with pytest.raises(AssertionError, match="test_notification"):
        shutil.rmtree(copy / "backend/app/notifications")
        backend_checks(copy)


def test_a_rule_that_is_broken_is_noticed(feature: Feature, tmp_path: Path) -> None:
    copy = tmp_path / "corkboard"
    shutil.copytree(feature.root, copy)
    service = copy / "backend/app/notifications/service.py"
    broken = service.read_text().replace('equals("id", notification_id), equals("recipient_id", user.id)',
                                         'equals("id", notification_id), equals("id", notification_id)')  # fmt: skip
    assert broken != service.read_text()
    service.write_text(broken)
    with pytest.raises(AssertionError, match="test_for_everybody_else_it_does_not_exist"):
        backend_checks(copy)


def test_the_migration_is_postgresql_with_policies_for_every_verb(feature: Feature) -> None:
    statements = [raw.stmt for raw in pglast.parse_sql(feature.text(MIGRATION))]
    kinds = [type(statement).__name__ for statement in statements]
    assert {"CreateStmt", "IndexStmt", "CreateFunctionStmt", "CreateTrigStmt", "AlterTableStmt"} <= set(kinds)
    commands = {getattr(statement, "cmd_name", None) for statement in statements}
    assert {"select", "insert", "update", "delete"} <= commands
    earlier = [path for path in git(feature.root, "ls-files", "supabase").splitlines() if path != MIGRATION]
    assert all(path < MIGRATION for path in earlier)


def test_the_database_page_names_the_table_under_every_heading(feature: Feature) -> None:
    page = feature.text("docs/database/README.md")
    sections = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", page, re.MULTILINE))
    assert list(sections) == [
        "Tables",
        "Relationships and indexes",
        "RLS policies",
        "TypeScript types reference",
    ]
    for heading, text in sections.items():
        assert "`notifications" in text, heading


def test_the_contract_is_valid_and_has_the_seeds_operations(feature: Feature) -> None:
    specification = yaml.safe_load(feature.text("docs/openapi.yaml"))
    assert specification["openapi"] == "3.0.0"
    validate(specification)
    paths = specification["paths"]
    operations = {f"{method.upper()} {path}": operation for path, item in paths.items()
                  for method, operation in item.items() if method != "parameters" and "notifications" in path}  # fmt: skip
    assert set(operations) == {
        "GET /api/v1/notifications",
        "POST /api/v1/notifications",
        "PATCH /api/v1/notifications/{notification_id}",
        "DELETE /api/v1/notifications/{notification_id}",
        "GET /api/v1/stream/notifications",
    }
    assert all(operation["security"] == [{"bearerAuth": []}] for operation in operations.values())
    stream = operations["GET /api/v1/stream/notifications"]["responses"]["200"]
    assert list(stream["content"]) == ["text/event-stream"]


def test_the_api_has_exactly_the_routes_of_the_contract(feature: Feature) -> None:
    program = (
        "from app.main import create_app; from app.settings import Settings; from app.memory_store import MemoryStore\n"
        "paths = create_app(Settings('secret'), MemoryStore()).openapi()['paths']\n"
        "print(*sorted(f'{m} {p}' for p, item in paths.items() for m in item), sep='\\n')"
    )
    python = str(python_for(feature.root / "backend" / "requirements-dev.txt"))
    done = subprocess.run(
        [python, "-B", "-c", program],
        cwd=feature.root / "backend",
        capture_output=True,
        text=True,
        check=True,
    )
    paths = yaml.safe_load(feature.text("docs/openapi.yaml"))["paths"]
    described = [
        f"{method} {path}" for path, item in paths.items() for method in item if method != "parameters"
    ]
    assert done.stdout.splitlines() == sorted(described)


def test_every_working_agent_leaves_something_learned(feature: Feature) -> None:
    for agent in WORKERS:
        ending = feature.agents[agent].ending
        assert ending.keys() == {"summary", "documents_used", "learnings"}
        assert ending["learnings"], agent
        for document in ending["documents_used"]:
            assert document in feature.agents[agent].read, (agent, document)


def test_the_review_approves_and_points_at_lines_that_are_there(feature: Feature) -> None:
    review = feature.agents["code-reviewer"].ending
    assert review["verdict"] == "approved"
    assert 1 <= len(review["findings"]) <= 2
    for finding in review["findings"]:
        lines = feature.text(finding["path"]).splitlines()
        assert (
            "class NotificationFeed" in lines[finding["line"] - 1]
            or "card_changed" in lines[finding["line"] - 1]
        )


@pytest.mark.skipif(
    shutil.which("npm") is None, reason="the frontend's checks need Node, which is not on this machine"
)
def test_the_frontend_is_well_typed_and_its_tests_pass(feature: Feature, tmp_path: Path) -> None:
    frontend = tmp_path / "frontend"
    shutil.copytree(feature.root / "frontend", frontend)
    (frontend / "node_modules").symlink_to(packages_for(frontend))
    for command in (["npm", "run", "typecheck"], ["npm", "test"]):
        done = subprocess.run(command, cwd=frontend, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout
    assert int(re.findall(r"pass (\d+)", done.stdout)[-1]) >= 15
