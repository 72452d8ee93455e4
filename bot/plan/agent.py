"""An agent: who it is, which files are its own, what it reads first and what it must leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.plan.globs import Globs, matches
from bot.plan.stage_kind import StageKind

Orchestrator = Literal["orchestrator"]
AgentKind = StageKind | Orchestrator

ORCHESTRATOR: Orchestrator = "orchestrator"

PACKAGED_NAMES: Mapping[AgentKind, str] = {
    ORCHESTRATOR: "implementation-orchestrator",
    StageKind.DATABASE: "supabase-architect",
    StageKind.API: "api-designer",
    StageKind.BACKEND: "backend-developer",
    StageKind.FRONTEND: "frontend-developer",
    StageKind.DEVOPS: "devops-engineer",
    StageKind.TESTING: "test-engineer",
    StageKind.REVIEW: "code-reviewer",
}


@dataclass(frozen=True)
class Agent:
    """One specialised agent, as its file (and a repository's narrowing of it) says.

    `tools` are the workspace tools it is given, `prompt` is its role. `owned` and `never` are globs;
    every list in `narrowed_to` narrows `owned` further and can never widen it.
    """

    name: str
    kind: AgentKind
    description: str = ""
    model: str = "inherit"
    tools: tuple[str, ...] = ()
    owned: Globs = ()
    never: Globs = ()
    reads: tuple[str, ...] = ()
    must_leave: tuple[str, ...] = ()
    prompt: str = ""
    color: str = ""
    file: str = ""
    narrowed_to: tuple[Globs, ...] = ()

    def owns(self, path: str) -> bool:
        """Whether the agent may write this file."""
        lists = (self.owned, *self.narrowed_to)
        return all(matches(path, globs) for globs in lists) and not matches(path, self.never)


def owner_of(path: str, agents: Iterable[Agent]) -> Agent | None:
    """The agent whose file this is; write sets are disjoint, so there is at most one."""
    return next((agent for agent in agents if agent.owns(path)), None)


def agent_for(agents: Iterable[Agent], chosen: Mapping[StageKind, str] | None = None) -> dict[StageKind, str]:
    """Who does which kind of stage: the repository's choice, else the agent of that kind."""
    found = {agent.kind: agent.name for agent in reversed(tuple(agents))}
    return {kind: (chosen or {}).get(kind) or found.get(kind) or PACKAGED_NAMES[kind] for kind in StageKind}


def named(name: str, agents: Iterable[Agent]) -> Agent | None:
    """The agent of this name."""
    return next((agent for agent in agents if agent.name == name), None)
