"""Where a call tells the model to cache: behind the system prompt, and behind the newest message.

The history is only appended to, so the mark behind the newest message moves along, and each call reads what
the one before it wrote. The system prompt's mark lets other runs of the same agent share the prefix.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from bot.crew.records import Block

# The API looks back this many blocks from a mark for what was cached before.
BLOCKS_LOOKED_BACK = 18


def marked(block: Block) -> Block:
    """The block with a cache breakpoint behind it."""
    return {**block, "cache_control": {"type": "ephemeral"}}


def with_breakpoints(messages: Sequence[Block]) -> tuple[Block, ...]:
    """The messages to send; the stored ones stay without marks."""
    ours = [index for index, message in enumerate(messages) if message["role"] == "user"]
    marks = set(ours[-1:])
    if len(ours) > 1 and _blocks_since(messages, ours[-2]) > BLOCKS_LOOKED_BACK:
        # So many tool calls in one turn would put the last cached place out of the API's sight.
        marks.add(ours[-2])
    return tuple(_marked(message) if index in marks else message for index, message in enumerate(messages))


def _blocks_since(messages: Sequence[Block], index: int) -> int:
    return sum(len(_content(message)) for message in messages[index + 1 :])


def _marked(message: Block) -> Block:
    *before, last = _content(message)
    return {**message, "content": [*before, marked(last) if isinstance(last, dict) else last]}


def _content(message: Block) -> list[JsonValue]:
    content = message["content"]
    return content if isinstance(content, list) else [content]
