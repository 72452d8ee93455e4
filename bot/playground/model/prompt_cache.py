"""What prompt caching would have cost: prefixes that ended at a breakpoint are remembered for a while."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.model.prompt import Block, Json, blocks_of

LEAST_TOKENS = 512
LOOK_BACK = 20
LIFETIMES = {"5m": 300.0, "1h": 3600.0}


@dataclass(frozen=True)
class Input:
    """How the tokens of one prompt are billed."""

    plain: int
    read: int
    written: int
    written_for_an_hour: int

    @property
    def total(self) -> int:
        """The whole prompt."""
        return self.plain + self.read + self.written


@dataclass(frozen=True)
class Prefix:
    """The prompt up to and including one block."""

    digest: str
    tokens: int
    breakpoint: str | None


class PromptCache:
    """Shared by all conversations, as the real one is by all of an organisation's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._expires: dict[str, float] = {}

    def bill(self, body: Json) -> Input:
        """What this prompt costs now; what it leaves in the cache makes the next one cheaper."""
        prefixes = prefixes_of(str(body["model"]), blocks_of(body))
        with self._lock:
            read = self._longest_known(prefixes)
            last = self._remember(prefixes)
        total = prefixes[-1].tokens if prefixes else 0
        written = max(last.tokens - read, 0) if last else 0
        hour = written if last and last.breakpoint == "1h" else 0
        return Input(total - read - written, read, written, hour)

    def _longest_known(self, prefixes: list[Prefix]) -> int:
        now = self._clock()
        for index in reversed([i for i, prefix in enumerate(prefixes) if prefix.breakpoint]):
            for prefix in reversed(prefixes[max(0, index - LOOK_BACK) : index + 1]):
                if self._expires.get(prefix.digest, 0.0) > now:
                    return prefix.tokens
        return 0

    def _remember(self, prefixes: list[Prefix]) -> Prefix | None:
        now = self._clock()
        self._expires = {digest: until for digest, until in self._expires.items() if until > now}
        ends = [prefix for prefix in prefixes if prefix.breakpoint and prefix.tokens >= LEAST_TOKENS]
        for prefix in ends:
            until = now + LIFETIMES.get(prefix.breakpoint or "5m", 300.0)
            self._expires[prefix.digest] = max(until, self._expires.get(prefix.digest, 0.0))
        return ends[-1] if ends else None


def prefixes_of(model: str, blocks: tuple[Block, ...]) -> list[Prefix]:
    """Every place at which a cached prefix could end."""
    running = hashlib.sha256(model.encode())
    tokens, prefixes = 0, []
    for block in blocks:
        running.update(b"\x00" + block.text.encode("utf-8", "surrogatepass"))
        tokens += block.tokens
        prefixes.append(Prefix(running.hexdigest(), tokens, block.breakpoint))
    return prefixes
