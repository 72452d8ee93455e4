"""What a feature may cost, and the sentence where that is spent."""

from __future__ import annotations

from bot.facts.facts import Facts
from bot.facts.verdict import Block


def beyond_budget(facts: Facts) -> Block | None:
    """Why no agent begins another run, None while there is money left; a hard cap a feature, from the first day."""
    cap = facts.house.configuration.caps.feature_usd
    if facts.remembered.cost < cap:
        return None
    return Block(
        f"This feature has cost ${facts.remembered.cost:.2f} of the ${cap:.2f} it may cost.",
        "Raise `caps.feature_usd` in `.github/baton.yml` on the default branch to go on; where Baton's own "
        "BATON_DOLLARS_PER_FEATURE is less, that too.",
    )
