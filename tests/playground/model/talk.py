"""A client of the scripted model as Baton has one: Anthropic's own, and an append-only conversation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import anthropic
import httpx2

MODEL = "claude-sonnet-5-5"
TITLE = "# Notification system with real-time updates\n\nPeople miss what happens on their boards."
WORKING_TOOLS = ("Read", "Write", "Edit", "Glob", "Grep", "TodoWrite", "finish_stage", "ask_maintainer")


@cache
def client(url: str, key: str = "demo") -> anthropic.Anthropic:
    """The SDK without its own retries, so that a test sees what was answered; made once, for that takes long."""
    return anthropic.Anthropic(api_key=key, base_url=url, max_retries=0)


@cache
def http() -> httpx2.Client:
    """For what the SDK does not send."""
    return httpx2.Client(trust_env=False, verify=False)


def tool(name: str) -> dict[str, Any]:
    """A tool as it is offered."""
    return {"name": name, "description": f"{name} does it.", "input_schema": {"type": "object"}}


class Conversation:
    """One agent's run, seen from the client."""

    def __init__(
        self,
        url: str,
        agent: str = "backend-developer",
        brief: str = TITLE,
        tools: tuple[str, ...] = WORKING_TOOLS,
    ) -> None:
        self._client = client(url)
        self.request: dict[str, Any] = {
            "model": MODEL,
            "max_tokens": 20_000,
            "system": [{"type": "text", "text": f"You are {agent}. " + "Work with care. " * 200}],
            "tools": [tool(name) for name in tools],
            "messages": [{"role": "user", "content": brief}],
        }

    def next(self, **changes: Any) -> anthropic.types.Message:
        """The model's next turn, kept in the history as it came."""
        message: anthropic.types.Message = self._client.messages.create(**{**self.request, **changes})
        self.messages.append(
            {
                "role": "assistant",
                "content": [block.model_dump(exclude_none=True) for block in message.content],
            }
        )
        return message

    def answer(self, errors: Mapping[str, str] | None = None) -> None:
        """A result for every tool use of the last turn; `errors` by tool name."""
        errors = errors or {}
        uses = [block for block in self.messages[-1]["content"] if block["type"] == "tool_use"]
        self.messages.append(
            {"role": "user", "content": [result(use, errors.get(use["name"])) for use in uses]}
        )

    @property
    def messages(self) -> list[Any]:
        """What was said so far."""
        messages: list[Any] = self.request["messages"]
        return messages


def result(use: Mapping[str, Any], error: str | None = None) -> dict[str, Any]:
    """What a tool answers."""
    block = {"type": "tool_result", "tool_use_id": use["id"], "content": error or "done"}
    return {**block, "is_error": True} if error else block


def tools_used(message: anthropic.types.Message) -> list[str]:
    """The names of the tools that a turn asks for."""
    return [block.name for block in message.content if block.type == "tool_use"]


def words(message: anthropic.types.Message) -> str:
    """What a turn says to people."""
    return " ".join(block.text for block in message.content if block.type == "text")
