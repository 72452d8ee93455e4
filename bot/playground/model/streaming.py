"""An answer as server-sent events, for clients that ask for a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.playground.model.prompt import Json

PIECE = 400


def events(message: Json) -> Iterator[str]:
    """The events of the Messages API in their order."""
    usage = {**message["usage"], "output_tokens": 1}
    start = {**message, "content": [], "stop_reason": None, "usage": usage}
    yield event("message_start", message=start)
    for index, block in enumerate(message["content"]):
        empty, deltas = taken_apart(block)
        yield event("content_block_start", index=index, content_block=empty)
        for delta in deltas:
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    end = {
        "stop_reason": message["stop_reason"],
        "stop_sequence": None,
        "stop_details": message["stop_details"],
    }
    yield event("message_delta", delta=end, usage={"output_tokens": message["usage"]["output_tokens"]})
    yield event("message_stop")


def taken_apart(block: Json) -> tuple[Json, list[Json]]:
    """A block's empty beginning and the deltas that fill it."""
    if block["type"] == "thinking":
        thoughts = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"])]
        seal = {"type": "signature_delta", "signature": block["signature"]}
        return {**block, "thinking": "", "signature": ""}, [*thoughts, seal]
    if block["type"] == "tool_use":
        written = json.dumps(block["input"], ensure_ascii=False)
        return {**block, "input": {}}, [
            {"type": "input_json_delta", "partial_json": piece} for piece in pieces(written)
        ]
    return {**block, "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]


def pieces(text: str) -> list[str]:
    """The text in parts."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def event(name: str, **data: object) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **data}, ensure_ascii=False)}\n\n"
