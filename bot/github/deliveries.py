"""Webhooks that never arrived: failed deliveries are listed by the App's own log and asked for again (hazard D4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.github.auth import App
from bot.github.errors import GitHubError
from bot.github.reading import instant

KEPT = timedelta(days=3)


def redeliver_failed(app: App, now: datetime | None = None) -> int:
    """Ask once for each delivery that failed and was not delivered since; how many were asked for.

    GitHub never redelivers by itself; the log keeps three days (GitHub, "Handling failed webhook deliveries").
    """
    since = (now or datetime.now(UTC)) - KEPT
    found = [
        each for each in app.connection.get("/app/hook/deliveries", per_page=100) if _is_younger(each, since)
    ]
    delivered = {each["guid"] for each in found if _is_success(each)}
    failed = {each["guid"]: each["id"] for each in reversed(found) if each["guid"] not in delivered}
    asked = 0
    for identity in failed.values():
        try:
            app.connection.write("POST", f"/app/hook/deliveries/{identity}/attempts")
            asked += 1
        except GitHubError:
            return asked  # the next hour asks again
    return asked


def _is_younger(delivery: Mapping[str, Any], since: datetime) -> bool:
    return instant(str(delivery["delivered_at"])) >= since


def _is_success(delivery: Mapping[str, Any]) -> bool:
    return 200 <= int(delivery["status_code"] or 0) < 300
