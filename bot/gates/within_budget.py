"""There is money left for another run of an agent."""

from __future__ import annotations

from bot.facts.facts import Facts
from bot.facts.verdict import Block, Pass, Verdict


def within_budget(facts: Facts) -> Verdict:
    """Hazard P20, design section 5: a hard cap a feature, from the first day."""
    cap = facts.house.configuration.caps.feature_usd
    if facts.remembered.cost < cap:
        return Pass()
    return Block(
        f"This feature has cost ${facts.remembered.cost:.2f} of the ${cap:.2f} it may cost.",
        "Raise `caps.feature_usd` in `.github/baton.yml` on the default branch to go on; where Baton's own "
        "BATON_DOLLARS_PER_FEATURE is less, that too.",
    )
