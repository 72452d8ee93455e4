"""What `baton inspect` does: the inspections of an agent's stage, asked about a local diff."""

from __future__ import annotations

from pathlib import Path

from bot.cli.local_repository import agent_called, house_at, local_settings, opened
from bot.engine.judging import change_of
from bot.facts.diff import Finding
from bot.facts.facts import House
from bot.inspections import inspection
from bot.inspections.inspection import StageInspected
from bot.plan.agent import Agent, AgentKind
from bot.plan.stage_kind import StageKind


def findings(repository: Path, base: str, head: str, name: str) -> tuple[Finding, ...]:
    """What they find in what `head` adds to `base`, as in a pull request: since the two went apart.

    The rules are those of the base, since a change may not loosen what it is judged by (hazard L15).
    """
    settings = local_settings()
    with opened(repository) as local:
        tip, changed = local.commit(base), local.commit(head)
        start = local.mirror.merge_base(tip, changed)
        house = house_at(local.mirror, start, settings)
        agent = agent_called(name, house)
        change = change_of(local.mirror, start, local.mirror.diff(start, changed), house)
        return inspection.inspect(change, _stage_of(agent, house))


def _stage_of(agent: Agent, house: House) -> StageInspected:
    kind = next((kind for kind, who in house.agent_for.items() if who == agent.name), agent.kind)
    return StageInspected(kind, agent, house.agents, house.configuration, _owes_documents(kind))


def _owes_documents(kind: AgentKind) -> bool:
    """The review is no stage that leaves documents, and what was learned is none either."""
    return isinstance(kind, StageKind) and kind is not StageKind.REVIEW
