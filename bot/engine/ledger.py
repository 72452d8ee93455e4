"""What was paid: one row a model turn, by which the caps of features and months are kept."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.crew.ledger import cost_of
from bot.crew.records import TurnRecord
from bot.engine.database import database_now, insert_or_leave
from bot.engine.tables import feature, ledger, run
from bot.settings import Price

MICRO = 1_000_000


def book_turn(
    connection: Connection, feature_id: int, run_id: str, number: int, turn: TurnRecord, price: Price
) -> None:
    """Write down what a turn cost; once, however often it is told."""
    usage = turn.usage
    row = {
        "feature_id": feature_id,
        "run_id": run_id,
        "turn": number,
        "at": database_now(connection),
        "model": turn.model[:100],
        "cost_microdollars": round(cost_of(usage, price) * MICRO),
        "input_tokens": usage.input_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "output_tokens": usage.output_tokens,
    }
    connection.execute(insert_or_leave(connection, ledger, "run_id", "turn"), row)


def spent_on_feature(connection: Connection, feature_id: int) -> float:
    """Dollars that a feature has cost until now."""
    spent = select(func.sum(ledger.c.cost_microdollars)).where(ledger.c.feature_id == feature_id)
    return float(connection.execute(spent).scalar() or 0) / MICRO


def spent_in_repository(connection: Connection, repository_id: int, since: datetime) -> float:
    """Dollars that a repository's features have cost since then."""
    spent = (
        select(func.sum(ledger.c.cost_microdollars))
        .join(feature, feature.c.id == ledger.c.feature_id)
        .where(feature.c.repository_id == repository_id, ledger.c.at >= since)
    )
    return float(connection.execute(spent).scalar() or 0) / MICRO


def input_cost_ratio(connection: Connection) -> float | None:
    """Billed input cost of all ended runs against the append-only optimum; None before anything was billed."""
    outcomes = connection.execute(select(run.c.outcome).where(run.c.outcome.is_not(None))).scalars()
    data = [json.loads(outcome) for outcome in outcomes]
    optimum = sum(float(each["optimal_input_usd"]) for each in data)
    return sum(float(each["input_usd"]) for each in data) / optimum if optimum else None
