"""The GitHub that is up: what it holds, and what watches over its requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.playground.access import Caller
from bot.playground.acts import merge_queue
from bot.playground.github.authentication import caller
from bot.playground.github.deliveries import Deliveries
from bot.playground.github.faults import Fault, Faults
from bot.playground.github.limits import Limits
from bot.playground.github.referee import Referee
from bot.playground.hub import Hub

TOKEN_LIFETIME = 3600.0
# What lists of the API show does not exist yet for an App whose request met the fault `lag`.
Hides = Callable[[str], bool]


class Site:
    """One running GitHub."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.faults = Faults()
        self.limits = Limits()
        self.referee = Referee(hub)
        self.deliveries = Deliveries(hub)
        # After the deliveries, so that a check is told before the merge that it frees.
        hub.told.append(lambda signal: merge_queue.hear(hub, signal))
        self.token_lifetime = TOKEN_LIFETIME

    def caller(self, authorization: str | None) -> Caller:
        return caller(self.hub, authorization, self.referee.outside)

    def stop(self) -> None:
        self.deliveries.stop()
        for repository in self.hub.repositories.values():
            repository.git.close()

    def hides(self, faults: list[Fault]) -> Hides:
        """What is younger than the lag of these faults."""
        lag = max((fault.seconds for fault in faults if fault.kind == "lag"), default=0.0)
        if not lag:
            return _nothing
        horizon = self.hub.now() - timedelta(seconds=lag)
        return lambda node: (born := self.hub.born.get(node)) is not None and born > horizon


def _nothing(node: str) -> bool:
    return False


def is_app(who: Caller | None) -> bool:
    """Whether the App asks: with its JWT or with a token of its installation."""
    return who is not None and (who.app is not None or who.installation is not None)
