"""Webhooks that never arrived: failed deliveries are listed by the App's own log and asked for again (hazard D4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.github.auth import App
from bot.github.errors import GitHubError, Refused
from bot.github.reading import instant

KEPT = timedelta(days=3)
MOST_PAGES = 100
# Said of one delivery, which is not to be had any more: it hides no other.
OF_THIS_ONE = (404, 410, 422)


def redeliver_failed(app: App, now: datetime | None = None) -> int:
    """Ask once for each delivery that failed and was not delivered since; how many were asked for.

    GitHub never redelivers by itself; the log keeps three days (GitHub, "Handling failed webhook deliveries").
    """
    found = list(_since(app, (now or datetime.now(UTC)) - KEPT))
    delivered = {each["guid"] for each in found if _is_success(each)}
    failed = {each["guid"]: each["id"] for each in reversed(found) if each["guid"] not in delivered}
    asked = 0
    for identity in failed.values():
        try:
            app.connection.write("POST", f"/app/hook/deliveries/{identity}/attempts")
            asked += 1
        except GitHubError as error:
            if not isinstance(error, Refused) or error.status not in OF_THIS_ONE:
                return asked  # the next hour asks again
    return asked


def _since(app: App, moment: datetime) -> Iterator[Mapping[str, Any]]:
    """The log from its newest entry back to that moment."""
    for number, page in enumerate(app.connection.pages("/app/hook/deliveries")):
        for each in page:
            if instant(str(each["delivered_at"])) < moment:
                return
            yield each
        if number == MOST_PAGES:
            return


def _is_success(delivery: Mapping[str, Any]) -> bool:
    return 200 <= int(delivery["status_code"] or 0) < 300
