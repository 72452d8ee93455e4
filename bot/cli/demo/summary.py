"""What a demo came to: the contract's summary, and the table at its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from bot.cli.demo.scene import Scene
from bot.cli.ending import Stop


def summary_of(scene: Scene, seconds: float) -> dict[str, Any]:
    """The feature as the API gives it, and what it took."""
    feature, counted = scene.feature, scene.referee["requests"]
    requests = {key: counted[key] for key in ("reads", "writes", "by_kind")}
    summary = {**feature, "seconds": round(seconds, 1), "requests": requests, "model": _model_usage(scene)}
    summary["pull_requests"] = [_pull_request(scene, stage) for stage in feature["plan"]["stages"]]
    return summary


def _model_usage(scene: Scene) -> dict[str, Any]:
    calls = httpx2.get(f"{scene.model_url}/_model/calls", timeout=30).json()

    def total(key: str) -> int:
        return sum(int(call["usage"].get(key) or 0) for call in calls)

    return {
        "calls": len(calls),
        "input_tokens": total("input_tokens"),
        "cache_read_tokens": total("cache_read_input_tokens"),
        "cache_write_tokens": total("cache_creation_input_tokens"),
        "output_tokens": total("output_tokens"),
        "cost_ratio": _cost_ratio(scene),
    }


def _cost_ratio(scene: Scene) -> float | None:
    """What all runs paid for input, against the least that an append-only history could cost."""
    from bot.engine.database import Database
    from bot.engine.ledger import input_cost_ratio

    database = Database(f"sqlite:///{scene.home / 'baton.db'}")
    try:
        with database.reading() as connection:
            return input_cost_ratio(connection)
    finally:
        database.dispose()


def _pull_request(scene: Scene, stage: dict[str, Any]) -> dict[str, Any]:
    number = stage["pull_request"]
    if number is None:
        return {"number": None, "files": 0, "checks": []}
    pull = scene.tomas.asks("GET", f"/pulls/{number}")
    checks = scene.tomas.reads_checks(pull["head"]["sha"])
    return {
        "number": number,
        "files": pull["changed_files"],
        "checks": [f"{check['name']}: {check['conclusion']}" for check in checks],
        "opened_at": pull["created_at"],
        "merged_at": pull["merged_at"],
    }


def print_table(summary: dict[str, Any]) -> None:
    """Stage by stage, and the figures; a feature that is not completed ends the command with why."""
    table = Table(title=f"{summary['title']}: {summary['state']}", title_justify="left")
    for column in ("Stage", "Agent", "Pull request", "Files", "Checks", "Open for"):
        table.add_column(column, overflow="fold")
    for stage, pull in zip(summary["plan"]["stages"], summary["pull_requests"], strict=True):
        number = f"{stage['number']}. " if stage["number"] else ""
        table.add_row(
            f"{number}{stage['kind']}",
            stage["agent"] or "",
            f"#{pull['number']} {stage['state']}" if pull["number"] else stage["state"],
            str(pull["files"]),
            ", ".join(pull["checks"]),
            _open_for(pull),
        )
    console = Console(width=max(Console().width, 100))
    console.print()
    console.print(table)
    requests, model = summary["requests"], summary["model"]
    # Below 1 where a later run of an agent finds the beginning of an earlier one in the cache.
    least = "the least input cost of each run by itself"
    ratio = f", {model['cost_ratio']:.2f} times {least}" if model["cost_ratio"] else ""
    console.print(
        f"{summary['seconds']:.0f} s; {requests['writes']} writes and {requests['reads']} reads on GitHub; "
        f"{model['calls']} model calls{ratio}; ${summary['cost']:.2f} at list prices."
    )
    if summary["state"] != "completed":
        raise Stop(f"The feature is {summary['state']}: {summary['waiting_for']}")


def _open_for(pull: dict[str, Any]) -> str:
    if not pull.get("merged_at"):
        return ""
    opened, merged = (datetime.fromisoformat(pull[key]) for key in ("opened_at", "merged_at"))
    return f"{(merged - opened).total_seconds():.0f} s"
