"""What a feature has cost, run by run, for the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.engine.ledger import MICRO
from bot.engine.tables import ledger, run


@dataclass(frozen=True)
class Spending:
    """What one run of an agent has cost until now. Tokens as the model's maker bills them."""

    chapter: str
    agent: str
    model: str
    turns: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: float

    @property
    def cached_share(self) -> float:
        """Which part of all that was read came from the cache."""
        return self.cached_tokens / self.input_tokens if self.input_tokens else 0.0


def spending_on(connection: Connection, feature_id: int) -> tuple[Spending, ...]:
    """Every run of the feature that was paid for, of all its lives, in the order of the first turn."""
    read = ledger.c.input_tokens + ledger.c.cache_read_tokens + ledger.c.cache_write_tokens
    wanted = (
        select(
            func.max(run.c.chapter).label("chapter"),
            func.max(run.c.agent).label("agent"),
            func.min(ledger.c.model).label("model"),
            func.count().label("turns"),
            func.sum(read).label("input_tokens"),
            func.sum(ledger.c.cache_read_tokens).label("cached_tokens"),
            func.sum(ledger.c.output_tokens).label("output_tokens"),
            func.sum(ledger.c.cost_microdollars).label("cost"),
        )
        .select_from(ledger)
        .outerjoin(run, run.c.id == ledger.c.run_id)
        .where(ledger.c.feature_id == feature_id)
        .group_by(ledger.c.run_id)
        .order_by(func.min(ledger.c.id))
    )
    return tuple(
        Spending(
            chapter=row.chapter or "",
            agent=row.agent or "",
            model=row.model,
            turns=row.turns,
            input_tokens=int(row.input_tokens or 0),
            cached_tokens=int(row.cached_tokens or 0),
            output_tokens=int(row.output_tokens or 0),
            cost=float(row.cost or 0) / MICRO,
        )
        for row in connection.execute(wanted)
    )
