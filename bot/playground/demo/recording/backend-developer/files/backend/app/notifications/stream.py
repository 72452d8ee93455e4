"""A user's notifications as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi.concurrency import run_in_threadpool

from app.notifications.feed import NotificationFeed
from app.notifications.models import Notification
from app.store import Row

KEEP_ALIVE_SECONDS = 15.0
RETRY_MILLISECONDS = 3000


async def event_stream(
    feed: NotificationFeed,
    user_id: str,
    missed: Callable[[], list[Row]],
    keep_alive: float = KEEP_ALIVE_SECONDS,
) -> AsyncIterator[str]:
    """What was missed, then what happens. It listens before it looks back, so that nothing falls between."""
    with feed.listening(user_id) as listener:
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        sent: set[int] = set()
        for row in await run_in_threadpool(missed):
            sent.add(row["id"])
            yield as_event(row)
        while True:
            try:
                async with asyncio.timeout(keep_alive):
                    news = await listener.next()
            except TimeoutError:
                yield ": keep-alive\n\n"
                continue
            if news is None:
                return
            if news["id"] not in sent:
                yield as_event(news)


def as_event(row: Row) -> str:
    """One notification on the wire. JSON has no line breaks, so one data line is enough."""
    notification = Notification.model_validate(row)
    return f"id: {notification.id}\nevent: notification\ndata: {notification.model_dump_json()}\n\n"
