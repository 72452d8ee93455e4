"""What `baton validate` finds: all that is wrong with agents' files and a repository's configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.plan.agent import Agent
from bot.plan.agent_file import KINDS, read_agents
from bot.plan.agents_here import agents_here, two_owners
from bot.plan.configuration import FILE, Configuration, read_configuration
from bot.plan.problem import Problem
from bot.plan.yaml_text import read_yaml


def validate_agents(texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """A whole set of agents' files, as `agents/` holds them: each for itself, and all together."""
    read = read_agents(texts)
    together = () if read.errors else (*_missing_kinds(read.agents, texts), *two_owners(read.agents))
    return (*read.problems, *together)


def validate_repository(
    configuration_text: str | None, own_texts: Mapping[str, str], packaged: tuple[Agent, ...]
) -> tuple[Problem, ...]:
    """A repository's `.github/baton.yml` and its own agents, against the agents that work there."""
    configuration = read_configuration(configuration_text or "")
    if not isinstance(configuration, Configuration):
        return configuration
    line_of = read_yaml(configuration_text or "", FILE).line
    return agents_here(packaged, own_texts, configuration, line_of).problems


def _missing_kinds(agents: tuple[Agent, ...], texts: Mapping[str, str]) -> Iterator[Problem]:
    place = min(texts, default="agents/")
    for kind in KINDS:
        who = [agent for agent in agents if agent.kind == kind]
        if not who:
            yield Problem(
                place, 1, "error", f"no file here is the {kind} agent; add one with `kind: {kind}`."
            )
        for second in who[1:]:
            message = (
                f"{who[0].name} is the {kind} agent too; the first works unless `stages:` names this one."
            )
            yield Problem(second.file, 1, "warning", message)
