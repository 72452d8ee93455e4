"""A repository's set-up as the story gets it: its own wishes, within what the installation allows."""

from __future__ import annotations

from datetime import timedelta

from bot.facts.facts import House
from bot.plan.agent import Agent, agent_for
from bot.plan.configuration import Caps, Configuration
from bot.settings import Settings


def furnished(
    configuration: Configuration,
    agents: tuple[Agent, ...],
    login: str,
    settings: Settings,
    problem: str | None = None,
) -> House:
    """`problem` is a whole sentence where the repository's own files cannot be used."""
    caps = _allowed(configuration.caps, settings)
    return House(
        login=login,
        label=settings.label,
        agents=agents,
        agent_for=agent_for(agents, configuration.stages),
        configuration=configuration.model_copy(update={"caps": caps}),
        checks_settle=timedelta(seconds=settings.checks_settle_seconds),
        effects_settle=timedelta(seconds=settings.settle_seconds),
        reviews_settle=timedelta(seconds=settings.review_settle_seconds),
        dashboard=settings.public_url,
        problem=problem,
    )


def _allowed(caps: Caps, settings: Settings) -> Caps:
    """Where the installation allows less than the repository, less counts."""
    return caps.model_copy(
        update={
            "turns": min(caps.turns, settings.turns_per_run),
            "run_usd": min(caps.run_usd, settings.dollars_per_run),
            "feature_usd": min(caps.feature_usd, settings.dollars_per_feature),
            "month_usd": min(caps.month_usd, settings.dollars_per_repository_month),
        }
    )
