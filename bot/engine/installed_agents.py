"""The agents that an installation brings for all its repositories: a directory of files."""

from __future__ import annotations

from pathlib import Path

from bot.plan.agent import Agent
from bot.plan.agent_file import read_agents
from bot.plan.problem import Problem


class AgentsInvalid(Exception):
    """The agents' files do not let Baton start; the text names file, line and what is wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"Baton cannot start with these agents:\n{lines}")


def load_agents(directory: Path) -> tuple[Agent, ...]:
    """The agents of this installation. Raises AgentsInvalid."""
    texts = {
        str(path): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(directory.glob("*.md"))
    }
    read = read_agents(texts)
    if read.errors or not read.agents:
        nothing = Problem(str(directory), 1, "error", "there is no agent's file here.")
        raise AgentsInvalid(read.errors or (nothing,))
    return read.agents
