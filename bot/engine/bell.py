"""Wakes the threads of this process as soon as there is something to do; others find it by looking."""

from __future__ import annotations

import threading


class Bell:
    """Every waiting thread hears a ring, also one that came while it was busy."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rings = 0
        self._mine = threading.local()

    def ring(self) -> None:
        with self._changed:
            self._rings += 1
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Until a ring that this thread has not heard yet, or for so long; whether there was a ring."""
        heard: int = getattr(self._mine, "heard", 0)
        with self._changed:
            rung = self._changed.wait_for(lambda: self._rings != heard, timeout=seconds)
            self._mine.heard = self._rings
        return rung
