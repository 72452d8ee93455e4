"""Agents as a repository has them, and changes to judge, in few words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.facts.diff import Change, ChangedFile, Diff, FileStatus, Finding
from bot.inspections.inspection import StageInspected
from bot.plan.agent import ORCHESTRATOR, Agent
from bot.plan.configuration import Configuration
from bot.plan.stage_kind import StageKind

AGENTS = (
    Agent("implementation-orchestrator", ORCHESTRATOR, owned=("CLAUDE.md", ".claude/CLAUDE.md", "specs/**")),
    Agent(
        "supabase-architect",
        StageKind.DATABASE,
        owned=("supabase/migrations/**", "docs/database/**"),
        must_leave=("docs/database/README.md",),
    ),
    Agent(
        "api-designer",
        StageKind.API,
        owned=("docs/openapi.yaml", "docs/paths/**"),
        must_leave=("docs/openapi.yaml",),
    ),
    Agent("backend-developer", StageKind.BACKEND, owned=("backend/**",), never=("backend/tests/**",)),
    Agent("frontend-developer", StageKind.FRONTEND, owned=("frontend/**",)),
    Agent("devops-engineer", StageKind.DEVOPS, owned=(".github/workflows/**", "Dockerfile")),
    Agent("test-engineer", StageKind.TESTING, owned=("backend/tests/**",)),
    Agent("code-reviewer", StageKind.REVIEW),
)


def stage_of(kind: StageKind | str, configuration: Configuration | None = None) -> StageInspected:
    agent = next(agent for agent in AGENTS if agent.kind == kind)
    return StageInspected(agent.kind, agent, AGENTS, configuration or Configuration())


def stage_of_everything(configuration: Configuration | None = None) -> StageInspected:
    """A backend agent that owns every file there is."""
    agent = Agent("backend-developer", StageKind.BACKEND, owned=("**",))
    return StageInspected(agent.kind, agent, (agent,), configuration or Configuration())


def added(path: str, text: str | None = "text\n", mode: str = "100644", size: int = -1) -> ChangedFile:
    length = size if size >= 0 else len(text or "")
    return ChangedFile(path, FileStatus.ADDED, "", mode, text, None, length)


def modified(path: str, text: str | None = "new\n", old: str = "100644", new: str = "100644") -> ChangedFile:
    return ChangedFile(path, FileStatus.MODIFIED, old, new, text, "old\n", len(text or ""))


def deleted(path: str, old: str = "100644") -> ChangedFile:
    return ChangedFile(path, FileStatus.DELETED, old, "", None, "old\n", 0)


def change(
    *files: ChangedFile, base: tuple[str, ...] = (), documents: dict[str, str] | None = None
) -> Change:
    return Change(Diff(files), frozenset(base), documents or {})


def sentences(findings: Iterable[Finding]) -> list[str]:
    return [f"{finding.level.value}: {finding.message}" for finding in findings]
