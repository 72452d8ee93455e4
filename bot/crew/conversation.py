"""The conversation with the model: only ever appended to, and turned into the next call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.crew import caching
from bot.crew.records import BatchRecord, Block, ToolResult, TurnRecord


@dataclass(frozen=True)
class ModelCall:
    """All that one call of the model sends."""

    model: str
    system: tuple[Block, ...]
    tools: tuple[Block, ...]
    messages: tuple[Block, ...]
    max_tokens: int


class Model(Protocol):
    """Whatever answers a call with a turn."""

    def reply(self, call: ModelCall) -> TurnRecord:
        """The next turn, or a record of the trouble; never an exception."""


class Conversation:
    """System prompt, tools and messages of one run."""

    def __init__(self, model: str, system: str, tools: Sequence[Block], brief: str, max_tokens: int) -> None:
        self._model = model
        self._system: Block = {"type": "text", "text": system}
        self._tools = tuple(tools)
        self._messages: list[Block] = []
        self._max_tokens = max_tokens
        self._unseen_bytes = _size([self._system, *self._tools])
        self.say(brief)

    def say(self, text: str) -> None:
        """A message of ours."""
        self._append({"role": "user", "content": [{"type": "text", "text": text}]})

    def heard(self, turn: TurnRecord) -> None:
        """The assistant's turn, which the model has already counted as its own."""
        self._unseen_bytes = 0
        if content := _sendable(turn):
            self._messages.append({"role": "assistant", "content": list(content)})

    def answered(self, batch: BatchRecord) -> None:
        """The results of a turn's tool calls."""
        self._append({"role": "user", "content": [_result(each) for each in batch.results]})

    def next_call(self) -> ModelCall:
        return ModelCall(
            model=self._model,
            system=(caching.marked(self._system),),
            tools=self._tools,
            messages=caching.with_breakpoints(self._messages),
            max_tokens=self._max_tokens,
        )

    @property
    def unseen_bytes(self) -> int:
        """How much of the next call the model has not counted yet."""
        return self._unseen_bytes

    def _append(self, message: Block) -> None:
        self._messages.append(message)
        self._unseen_bytes += _size([message])


def _size(blocks: Sequence[Block]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False).encode("utf-8", "replace"))


def _result(result: ToolResult) -> Block:
    block: Block = {"type": "tool_result", "tool_use_id": result.tool_use_id, "content": result.text}
    return {**block, "is_error": True} if result.is_error else block


def _sendable(turn: TurnRecord) -> tuple[Block, ...]:
    """The blocks that may go back: all of them, unless the API would refuse its own.

    It refuses empty texts, and thinking that was cut before it was signed.
    """
    return tuple(block for block in turn.content if not (_is_empty_text(block) or _is_unsigned(block)))


def _is_empty_text(block: Block) -> bool:
    return block.get("type") == "text" and not str(block.get("text", "")).strip()


def _is_unsigned(block: Block) -> bool:
    return block.get("type") == "thinking" and not block.get("signature")
