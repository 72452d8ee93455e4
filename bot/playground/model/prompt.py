"""A request to the model, taken apart: its blocks in order, its texts, its tools."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
BYTES_PER_TOKEN = 4
# What an SDK adds to a block when it passes one back; it carries nothing when it is null.
KEPT = {
    "text": ("type", "text"),
    "thinking": ("type", "thinking", "signature"),
    "redacted_thinking": ("type", "data"),
    "tool_use": ("type", "id", "name", "input"),
}


@dataclass(frozen=True)
class Block:
    """A piece of the prompt, in the order in which the model reads it: tools, system, messages."""

    text: str
    breakpoint: str | None  # how long a cache entry that ends here is kept: "5m" or "1h"

    @property
    def tokens(self) -> int:
        """About what it costs."""
        return tokens_in(self.text)


def blocks_of(body: Json) -> tuple[Block, ...]:
    """The whole prompt. A `cache_control` of the request itself stands at its last block."""
    blocks = [as_block("tool", tool) for tool in body.get("tools") or ()]
    blocks += [as_block("system", part) for part in content_of(body.get("system") or [])]
    for message in body["messages"]:
        blocks += [as_block(message["role"], part) for part in content_of(message["content"])]
    if isinstance(body.get("cache_control"), dict) and blocks:
        blocks[-1] = Block(blocks[-1].text, body["cache_control"].get("ttl", "5m"))
    return tuple(blocks)


def as_block(where: str, part: Json) -> Block:
    """One piece without its breakpoint, so that a moved breakpoint does not change the prefix."""
    control = part.get("cache_control")
    return Block(
        where + canonical(bare(part)), control.get("ttl", "5m") if isinstance(control, dict) else None
    )


def bare(part: Json) -> Json:
    """A block without what does not belong to its meaning."""
    kept = KEPT.get(part.get("type", ""))
    if kept is not None:
        return {name: part[name] for name in kept if name in part}
    without = {name: value for name, value in part.items() if name != "cache_control"}
    if isinstance(without.get("content"), list):
        without["content"] = [bare(inner) for inner in without["content"] if isinstance(inner, dict)]
    return without


def content_of(content: Any) -> list[Json]:
    """A string is short for one text block."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [part for part in content if isinstance(part, dict)]


def text_of(content: Any) -> str:
    """All the text in a message, tool results included."""
    return "\n".join(texts(content_of(content)))


def texts(parts: Iterable[Json]) -> Iterator[str]:
    """Every piece of text, from the top down."""
    for part in parts:
        if isinstance(part.get("text"), str):
            yield part["text"]
        if part.get("type") == "tool_result":
            yield text_of(part.get("content") or [])


def canonical(value: Any) -> str:
    """The same text for the same value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def tokens_in(text: str) -> int:
    """About a token for four bytes."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)


def digests_before_turns(body: Json) -> list[str]:
    """For each message, what stood before it: model, tools, system and the messages so far."""
    running = hashlib.sha256(canonical([body["model"]]).encode("utf-8", "surrogatepass"))
    for part in (body.get("tools") or (), content_of(body.get("system") or [])):
        running.update(canonical([bare(each) for each in part]).encode("utf-8", "surrogatepass"))
    before = []
    for message in body["messages"]:
        before.append(running.hexdigest())
        said = [message["role"], [bare(part) for part in content_of(message["content"])]]
        running.update(canonical(said).encode("utf-8", "surrogatepass"))
    before.append(running.hexdigest())
    return before
