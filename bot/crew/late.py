"""The model's client, imported when the first agent speaks: it takes longer than all the rest of a start."""

from __future__ import annotations

import threading

from bot.crew.conversation import Model, ModelCall
from bot.crew.records import TurnRecord

# Its import would take its time from that in which the web server becomes ready.
AFTER_THE_START = 2.0


class LateModel:
    """A model that is made at its first call, or before it by `warm_up` in a thread of its own."""

    def __init__(self, api_key: str | None, base_url: str | None) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._lock = threading.Lock()
        self._model: Model | None = None

    def reply(self, call: ModelCall) -> TurnRecord:
        """The model's next turn."""
        return self._made().reply(call)

    def warm_up(self, after: float = AFTER_THE_START) -> None:
        """Make it soon; nobody waits for it, and it keeps nobody else waiting."""
        timer = threading.Timer(after, self._made)
        timer.daemon = True
        timer.start()

    def _made(self) -> Model:
        with self._lock:
            if self._model is None:
                from bot.crew.model import AnthropicModel

                self._model = AnthropicModel(api_key=self._api_key, base_url=self._base_url)
            return self._model
