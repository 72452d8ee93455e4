"""What a run has cost, what its next call may cost at worst, and whether that is still allowed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.crew.endings import GaveUp
from bot.crew.records import TurnRecord, Usage
from bot.crew.request import Limits
from bot.settings import Price

MILLION = 1_000_000
# A token is seldom shorter than two bytes; counting so errs towards stopping early.
BYTES_PER_TOKEN = 2


def cost_of(usage: Usage, price: Price) -> float:
    """Dollars for all tokens of a usage."""
    return input_cost_of(usage, price) + usage.output_tokens * price.output / MILLION


def input_cost_of(usage: Usage, price: Price) -> float:
    """Dollars for what the model read."""
    read = usage.cache_read_tokens * price.cache_read
    written = usage.cache_write_tokens * price.cache_write
    return (usage.input_tokens * price.input + read + written) / MILLION


def price_of(model: str, prices: Mapping[str, Price]) -> Price:
    """The model's price. One without a price is reckoned at the dearest known, so that caps still hold."""
    if model in prices:
        return prices[model]
    if not prices:
        raise ValueError("No model has a price; set BATON_MODEL_PRICES.")
    return Price(
        input=max(price.input for price in prices.values()),
        output=max(price.output for price in prices.values()),
        cache_read=max(price.cache_read for price in prices.values()),
        cache_write=max(price.cache_write for price in prices.values()),
    )


class Ledger:
    """The account of one run."""

    def __init__(self, limits: Limits, price: Price) -> None:
        self._limits = limits
        self._price = price
        self._last = Usage()
        self.turns = 0
        self.usage = Usage()
        self.cost_usd = 0.0
        self.input_usd = 0.0
        self.optimal_input_usd = 0.0

    def settle(self, turn: TurnRecord) -> None:
        """Book what a call has used; only a turn that was spoken counts as one."""
        usage = turn.usage
        if turn.trouble is None:
            self.turns += 1
        if not usage.whole_input:
            return
        self.usage += usage
        self.cost_usd += cost_of(usage, self._price)
        self.input_usd += input_cost_of(usage, self._price)
        self.optimal_input_usd += self._optimum(usage)
        self._last = usage

    def _optimum(self, usage: Usage) -> float:
        """With one moving breakpoint: read again what the last call ended with, write what is new."""
        again = min(self._last.whole_input, usage.whole_input)
        new = usage.whole_input - again
        return (again * self._price.cache_read + new * self._price.cache_write) / MILLION

    def reserve(self, unseen_bytes: int) -> GaveUp | None:
        """Why the next call may not be made, if so; it is reckoned at its worst."""
        if self.turns >= self._limits.turns:
            sentence = f"The agent took all of its {self.turns} turns without coming to an end; "
            return GaveUp("turns", sentence + "try again to go on from what is there, or revise the plan.")
        worst = self.cost_usd + self.worst_of_next(unseen_bytes)
        reached = (_over(cap, worst, self.cost_usd) for cap in self._caps())
        return next((each for each in reached if each is not None), None)

    def worst_of_next(self, unseen_bytes: int) -> float:
        """Dollars of the next call if nothing is cached and the model writes all it may."""
        known = self._last.whole_input + self._last.output_tokens
        reads = known + unseen_bytes / BYTES_PER_TOKEN
        dearest = max(self._price.input, self._price.cache_write)
        return (reads * dearest + self._limits.output_tokens * self._price.output) / MILLION

    def _caps(self) -> tuple[tuple[str, str, float | None], ...]:
        return (
            ("run_budget", "this run", self._limits.run_usd),
            ("feature_budget", "this feature", self._limits.feature_usd_left),
            ("month_budget", "this repository's month", self._limits.month_usd_left),
        )


def _over(cap: tuple[str, str, float | None], worst: float, spent: float) -> GaveUp | None:
    why, whose, dollars = cap
    if dollars is None or worst <= dollars:
        return None
    return GaveUp(
        why,
        f"The budget of {whose} does not allow another turn: ${max(dollars, 0):.2f} were left when the run began, "
        f"${spent:.2f} are spent, and the next turn may cost up to ${worst - spent:.2f}; "
        "raise the limit, try again, or make the stage smaller.",
    )
