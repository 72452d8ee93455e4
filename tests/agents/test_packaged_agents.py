"""The eight agents that Baton brings along: who they are and whose a file is."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from bot.plan.agent import ORCHESTRATOR, PACKAGED_NAMES, Agent, agent_for, owner_of
from bot.plan.agent_file import KINDS, read_agents
from bot.plan.agents_here import WORKFLOWS, with_choices
from bot.plan.configuration import Configuration, Devops
from bot.plan.stage_kind import StageKind
from bot.plan.validation import validate_agents

FOLDER = Path(__file__).parents[2] / "agents"
TEXTS = {f"agents/{path.name}": path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
AGENTS = read_agents(TEXTS).agents
BY_NAME = {agent.name: agent for agent in AGENTS}

FOLDERS = (
    "",
    "backend",
    "backend/app",
    "backend/tests",
    "backend/app/tests",
    "frontend",
    "frontend/src",
    "frontend/src/__tests__",
    "frontend/src/types",
    "frontend/tests",
    "frontend/e2e",
    "supabase",
    "supabase/migrations",
    "supabase/functions",
    "docs",
    "docs/database",
    "docs/paths",
    "docs/components",
    "specs",
    "specs/003-x",
    "tests",
    "e2e",
    "deploy",
    "infra",
    ".github",
    ".github/workflows",
    "server",
    ".devcontainer",
    "node_modules/x",
    ".claude",
    ".claude/agents",
    "agents",
    "scripts",
    "src",
    "app",
)
INNER = (
    "",
    "x",
    "tests",
    "__tests__",
    "e2e",
    "database",
    "migrations",
    "specs",
    "deploy",
    "backend",
    "frontend",
)
FILES = (
    "main.py",
    "test_main.py",
    "main_test.py",
    "conftest.py",
    "Page.tsx",
    "Page.test.tsx",
    "page.spec.ts",
    "database.types.ts",
    "openapi.yaml",
    "README.md",
    "CLAUDE.md",
    "AGENTS.md",
    "Dockerfile",
    "Dockerfile.dev",
    ".dockerignore",
    ".env",
    ".env.example",
    ".env.local",
    ".env.production",
    "compose.yaml",
    "compose.dev.yml",
    "docker-compose.yml",
    "docker-compose.test.yaml",
    "Makefile",
    "ci.yml",
    "20250113_add.sql",
    "key.pem",
    "spec.md",
    "tasks.md",
    "package.json",
    "pyproject.toml",
    "CODEOWNERS",
    "x.test.d",
    "tests",
    "LICENSE",
)
PATHS = tuple(
    "/".join(part for part in parts if part) for parts in product(FOLDERS, INNER, ("", "y", "tests"), FILES)
)


def test_the_packaged_files_are_without_any_problem() -> None:
    assert validate_agents(TEXTS) == ()


def test_there_is_one_agent_of_each_kind_with_the_name_that_the_seed_gives_it() -> None:
    """R017."""
    assert {agent.kind: agent.name for agent in AGENTS} == dict(PACKAGED_NAMES)
    assert len(AGENTS) == len(KINDS) == 8
    assert agent_for(AGENTS) == {kind: PACKAGED_NAMES[kind] for kind in StageKind}


def test_no_file_has_two_owners() -> None:
    assert len(PATHS) > 35_000
    shared = {
        path: owners
        for path in PATHS
        if len(owners := [agent.name for agent in AGENTS if agent.owns(path)]) > 1
    }
    assert shared == {}


def test_every_agent_but_the_reviewer_owns_some_of_those_files() -> None:
    idle = [agent.name for agent in AGENTS if not any(agent.owns(path) for path in PATHS)]
    assert idle == ["code-reviewer"]


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("supabase/migrations/20250113000000_add_notifications.sql", "supabase-architect"),
        ("docs/database/README.md", "supabase-architect"),
        ("frontend/src/types/database.types.ts", "supabase-architect"),
        ("docs/openapi.yaml", "api-designer"),
        ("docs/paths/notifications.yaml", "api-designer"),
        ("docs/components/schemas.yaml", "api-designer"),
        ("backend/app/notifications/router.py", "backend-developer"),
        ("backend/requirements.txt", "backend-developer"),
        ("backend/tests/test_notifications.py", "test-engineer"),
        ("backend/app/notifications/test_router.py", "test-engineer"),
        ("backend/app/conftest.py", "test-engineer"),
        ("frontend/src/components/Bell.tsx", "frontend-developer"),
        ("frontend/src/components/Bell.test.tsx", "test-engineer"),
        ("frontend/src/__tests__/bell.ts", "test-engineer"),
        ("frontend/tests/bell.ts", "test-engineer"),
        ("e2e/notifications.spec.ts", "test-engineer"),
        ("tests/unit/test_x.py", "test-engineer"),
        ("compose.yaml", "devops-engineer"),
        ("docker-compose.override.yml", "devops-engineer"),
        ("backend/Dockerfile", "devops-engineer"),
        ("frontend/Dockerfile.dev", "devops-engineer"),
        ("supabase/Dockerfile", "devops-engineer"),
        (".env.example", "devops-engineer"),
        ("backend/.env.example", "devops-engineer"),
        ("deploy/app.yaml", "devops-engineer"),
        (".github/workflows/ci.yml", "devops-engineer"),
        ("CLAUDE.md", "implementation-orchestrator"),
        ("AGENTS.md", "implementation-orchestrator"),
        (".claude/CLAUDE.md", "implementation-orchestrator"),
        ("specs/003-notifications/tasks.md", "implementation-orchestrator"),
    ],
)
def test_a_file_belongs_to_the_agent_that_the_seed_names(path: str, owner: str) -> None:
    """R008, R026, R032, R037, R050, R051, R052: whose files they are."""
    found = owner_of(path, AGENTS)
    assert found is not None and found.name == owner


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "backend/.env",
        "frontend/.env.local",
        "deploy/.env.production",
        "infra/key.pem",
        "deploy/tls.key",
        ".github/CODEOWNERS",
        ".claude/agents/backend-developer.md",
        "agents/x.md",
        "LICENSE",
        "x/docs/openapi.yaml",
        "backend/CLAUDE.md/../../.env",
        "/backend/main.py",
        "../backend/main.py",
        "backend//main.py",
        "backend/./main.py",
        "",
        ".",
        "app/main.py",
        "src/index.ts",
        "Backend/main.py",
    ],
)
def test_nobody_owns_secrets_rules_or_paths_that_lead_outside(path: str) -> None:
    assert owner_of(path, AGENTS) is None


def test_workflows_are_nobodys_until_the_configuration_opens_them() -> None:
    """R051."""
    path = WORKFLOWS.replace("**", "ci.yml")
    closed = with_choices(AGENTS, Configuration()).agents
    opened = with_choices(AGENTS, Configuration(devops=Devops(workflows=True))).agents
    assert owner_of(path, closed) is None
    owner = owner_of(path, opened)
    assert owner is not None and owner.name == "devops-engineer"


def test_the_documents_that_others_build_on_must_be_left_by_their_authors() -> None:
    """R023, R026."""
    owed = {agent.name: agent.must_leave for agent in AGENTS if agent.must_leave}
    assert owed == {
        "supabase-architect": ("docs/database/README.md",),
        "api-designer": ("docs/openapi.yaml",),
    }


@pytest.mark.parametrize(
    ("reader", "documents"),
    [
        ("backend-developer", {"docs/openapi.yaml", "docs/database/README.md"}),
        ("frontend-developer", {"docs/openapi.yaml"}),
        ("api-designer", {"docs/database/README.md"}),
    ],
)
def test_agents_read_the_documents_that_the_seed_says_they_consume(reader: str, documents: set[str]) -> None:
    """R035, R040, R061, R063."""
    assert documents <= set(BY_NAME[reader].reads)


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_a_role_prompt_says_who_it_is_whom_it_names_when_it_asks_and_how_it_ends(agent: Agent) -> None:
    ends = {ORCHESTRATOR: "submit_plan", StageKind.REVIEW: "submit_review"}.get(agent.kind, "finish_stage")
    others = {name for name in BY_NAME if name != agent.name and name in agent.prompt}
    assert f"**{agent.name}**" in agent.prompt
    assert f"`{ends}`" in agent.prompt
    assert len(others) >= 4
    assert agent.kind in (ORCHESTRATOR, StageKind.REVIEW) or "`ask_maintainer`" in agent.prompt
    assert 60 <= len(TEXTS[agent.file].splitlines()) <= 120


def test_the_reviewer_can_only_read() -> None:
    """R047."""
    assert set(BY_NAME["code-reviewer"].tools) <= {"Read", "Glob", "Grep", "TodoWrite"}


def test_only_the_orchestrator_lists_commands_as_the_seed_does() -> None:
    assert [agent.name for agent in AGENTS if "Bash" in agent.tools] == ["implementation-orchestrator"]
