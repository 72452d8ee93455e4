"""Carries new notifications from where they are made to their recipients' streams, within this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Request

from app.store import Row

MOST_WAITING = 100


class Listener:
    """One open stream. Rows come from any thread and are taken out in the stream's event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: asyncio.Queue[Row] = asyncio.Queue(MOST_WAITING)
        self._fell_behind = False

    def tell(self, row: Row) -> None:
        """Safe to call from any thread."""
        self._loop.call_soon_threadsafe(self._take, row)

    async def next(self) -> Row | None:
        """The next row; None when the client reads too slowly and had better connect again."""
        if self._fell_behind and self._waiting.empty():
            return None
        return await self._waiting.get()

    def _take(self, row: Row) -> None:
        # Once a row is lost, no later one may be sent: the client would not ask for the lost one again.
        self._fell_behind = self._fell_behind or self._waiting.full()
        if not self._fell_behind:
            self._waiting.put_nowait(row)


class NotificationFeed:
    """Who listens, by user."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[str, set[Listener]] = {}

    @contextmanager
    def listening(self, user_id: str) -> Iterator[Listener]:
        """A listener for as long as the stream is open; call it in the stream's event loop."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.setdefault(user_id, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners[user_id].discard(listener)
                if not self._listeners[user_id]:
                    del self._listeners[user_id]

    def publish(self, row: Row) -> None:
        """Tell everyone who listens for the row's recipient."""
        with self._lock:
            listeners = list(self._listeners.get(row["recipient_id"], ()))
        for listener in listeners:
            listener.tell(row)


def notification_feed(request: Request) -> NotificationFeed:
    """The feed that the application was made with."""
    feed: NotificationFeed = request.app.state.notification_feed
    return feed


CurrentFeed = Annotated[NotificationFeed, Depends(notification_feed)]
