"""There is money left for another run of an agent."""

from __future__ import annotations

from bot.facts.budget import beyond_budget
from bot.facts.facts import Facts
from bot.facts.verdict import Pass, Verdict


def within_budget(facts: Facts) -> Verdict:
    """Hazard P20, design section 5."""
    return beyond_budget(facts) or Pass()
