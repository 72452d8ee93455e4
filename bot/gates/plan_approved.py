"""A person who may has approved just this plan."""

from __future__ import annotations

from bot.facts.facts import Facts
from bot.facts.states import FeatureState
from bot.facts.verdict import Pass, Verdict, Wait
from bot.gates.base_green import red_on_base


def plan_approved(facts: Facts) -> Verdict:
    """R070, rule 4: no branch and no stage before an authorised person's unedited `/approve` of this plan's hash."""
    if facts.approval:
        return Pass()
    number = facts.revision.number if facts.revision else 1
    red, base = ", ".join(f"`{name}`" for name in red_on_base(facts)), facts.seen.base.branch
    warning = (
        f"{red} is red on {base} already. Approving the plan means to go on all the same." if red else ""
    )
    return Wait(
        f"Plan v{number} is ready: comment `/approve` to start.",
        FeatureState.AWAITING_APPROVAL,
        facts.later(60),
        warning=warning,
    )
