"""How much there is of everything, for the metrics."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from bot.engine.database import database_now
from bot.engine.ledger import MICRO
from bot.engine.tables import delivery, feature, ledger, run


@dataclass(frozen=True)
class Counts:
    """Numbers that are true for all processes together."""

    features: dict[str, int]
    runs: dict[str, int]
    deliveries_waiting: int
    features_due: int
    turns: int
    cost_dollars: float


def read_counts(connection: Connection) -> Counts:
    """Count it all, in one transaction."""
    states = select(feature.c.state, func.count()).where(feature.c.state.is_not(None))
    turns = connection.execute(select(func.count(), func.sum(ledger.c.cost_microdollars))).one()
    now = database_now(connection)
    due = or_(feature.c.looked < feature.c.wanted, feature.c.look_again_at <= now, feature.c.nudge_at <= now)
    free = or_(feature.c.leased_until.is_(None), feature.c.leased_until <= now)
    unhandled = select(func.count()).select_from(delivery).where(delivery.c.handled_at.is_(None))
    return Counts(
        features=dict(connection.execute(states.group_by(feature.c.state)).all()),
        runs=_runs(connection),
        deliveries_waiting=connection.execute(unhandled).scalar_one(),
        features_due=connection.execute(
            select(func.count()).select_from(feature).where(due, free)
        ).scalar_one(),
        turns=turns[0],
        cost_dollars=float(turns[1] or 0) / MICRO,
    )


def _runs(connection: Connection) -> dict[str, int]:
    over = run.c.ended_at.is_not(None)
    counted = connection.execute(select(over, func.count()).group_by(over))
    return {"ended" if is_over else "under way": count for is_over, count in counted}
