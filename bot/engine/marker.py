"""The loop that turns deliveries into marks, milliseconds after they are accepted."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from bot.engine.bell import Bell
from bot.engine.database import Database
from bot.engine.marking import Ourselves, mark_new

log = structlog.get_logger()

# How soon a delivery is seen that another process accepted; one of this process rings.
POLL_SECONDS = 0.5


class Marker:
    """Marks whatever is in the inbox when it is rung for, and every so often unasked."""

    def __init__(
        self,
        database: Database,
        arrived: Bell,
        marked: Bell,
        ourselves: Callable[[], Ourselves] = Ourselves,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._database = database
        self._arrived = arrived
        self._marked = marked
        self._ourselves = ourselves
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="marker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._arrived.ring()
        self._thread.join(timeout=5)

    def _repeat(self) -> None:
        while not self._stopping.is_set():
            try:
                while mark_new(self._database, self._ourselves()):
                    self._marked.ring()
            except Exception as error:  # noqa: BLE001 - the deliveries stay in the inbox; the next turn tries again
                log.error("deliveries_not_marked", why=str(error))
            self._arrived.wait(self._poll_seconds)
