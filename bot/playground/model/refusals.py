"""What the Messages API does not accept, and how it says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.playground.model.prompt import Json, bare, content_of, digests_before_turns
from bot.playground.model.signatures import is_altered

MODEL = re.compile(r"claude-[a-z0-9]+(-[a-z0-9]+)*")
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
ACCEPTED = {
    "cache_control",
    "container",
    "diagnostics",
    "inference_geo",
    "max_tokens",
    "messages",
    "metadata",
    "model",
    "output_config",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
    "system",
    "thinking",
    "tool_choice",
    "tools",
    "user_profile_id",
}
SAMPLING = ("temperature", "top_p", "top_k")
THINKING = ("thinking", "redacted_thinking")
MOST_BREAKPOINTS = 4


class Refusal(Exception):
    """An error in Anthropic's shape."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message


def check(body: Json, counting: bool = False) -> None:
    """Raise the first thing that is wrong with the request."""
    for sentence in complaints(body, counting):
        raise Refusal(400, "invalid_request_error", sentence)
    if not MODEL.fullmatch(body["model"]):
        raise Refusal(404, "not_found_error", f"model: {body['model']}")


def complaints(body: Json, counting: bool) -> Iterator[str]:
    """Everything that is wrong, in the order in which the API looks; later ones need the earlier to be right."""
    yield from shape(body, counting)
    for rule in RULES:
        yield from rule(body)


def shape(body: Json, counting: bool) -> Iterator[str]:
    """The fields that every request has, and none besides those that exist."""
    for name in ("model", "messages") if counting else ("model", "messages", "max_tokens"):
        if name not in body:
            yield f"{name}: Field required"
    if not isinstance(body["model"], str):
        yield "model: Input should be a valid string"
    if not counting and (type(body["max_tokens"]) is not int or body["max_tokens"] < 1):
        yield "max_tokens: Input should be greater than or equal to 1"
    for name in sorted(body.keys() - ACCEPTED):
        if name in SAMPLING:
            yield f"`{name}` is not supported by this model. Remove it from the request."
        yield f"{name}: Extra inputs are not permitted"
    yield from messages_shape(body["messages"])


def messages_shape(messages: object) -> Iterator[str]:
    """A list of turns with something in each."""
    if not isinstance(messages, list) or not messages:
        yield "messages: at least one message is required"
        return
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
            yield f"messages.{index}.role: Input should be 'user' or 'assistant'"
            return
        content = message.get("content")
        if not isinstance(content, (str, list)):
            yield f"messages.{index}.content: Input should be a valid string or list"
        elif not content:
            yield f"messages.{index}: all messages must have non-empty content"
        elif any(part.get("type") == "text" and not part.get("text") for part in content_of(content)):
            yield "messages: text content blocks must be non-empty"


def thinking_stays_on(body: Json) -> Iterator[str]:
    """Current models think when they see fit."""
    if isinstance(body.get("thinking"), dict) and body["thinking"].get("type") == "disabled":
        yield "thinking.type: `disabled` is not supported by this model. Use `adaptive`, or leave `thinking` out."


def nobody_forces_a_tool(body: Json) -> Iterator[str]:
    """Current models refuse forced tool use."""
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and choice.get("type") in ("any", "tool"):
        yield f"tool_choice: type `{choice['type']}` forces tool use, which is not supported by this model. Use `auto`."


def tools_are_named(body: Json) -> Iterator[str]:
    """Each tool has a name of its own and a schema."""
    names = [tool.get("name") for tool in body.get("tools") or ()]
    for index, name in enumerate(names):
        if not isinstance(name, str) or not TOOL_NAME.fullmatch(name):
            yield f"tools.{index}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'"
        if names.index(name) != index:
            yield "tools: Tool names must be unique."
    for index, tool in enumerate(body.get("tools") or ()):
        schema = tool.get("input_schema")
        if tool.get("type", "custom") != "custom":
            continue  # one of Anthropic's own tools, which brings its schema
        if not isinstance(schema, dict) or schema.get("type") != "object":
            yield f"tools.{index}.custom.input_schema.type: Field required"


def a_person_speaks_first_and_last(body: Json) -> Iterator[str]:
    """No prefilled answers."""
    if body["messages"][0]["role"] != "user":
        yield 'messages: first message must use the "user" role'
    if body["messages"][-1]["role"] != "user":
        yield (
            "This model does not support assistant message prefill. "
            "The conversation must end with a user message."
        )


def breakpoints_are_few(body: Json) -> Iterator[str]:
    """At most four `cache_control` in a request."""
    parts = [*(body.get("tools") or ()), *content_of(body.get("system") or []), body]
    parts += [part for message in body["messages"] for part in content_of(message["content"])]
    found = sum(1 for part in parts if part.get("cache_control"))
    if found > MOST_BREAKPOINTS:
        yield f"A maximum of {MOST_BREAKPOINTS} blocks with cache_control may be provided. Found {found}."


def every_use_has_its_result(body: Json) -> Iterator[str]:
    """A tool's use is answered in the next message, first thing in it, and by nothing else."""
    before: list[str] = []
    for index, message in enumerate(body["messages"]):
        parts = content_of(message["content"])
        results = [part for part in parts if part.get("type") == "tool_result"]
        for position, part in enumerate(parts):
            if part in results and part.get("tool_use_id") not in before:
                yield (
                    f"messages.{index}.content.{position}: unexpected `tool_use_id` found in `tool_result` blocks: "
                    f"{part.get('tool_use_id')}. Each `tool_result` block must have a corresponding `tool_use` "
                    "block in the previous message."
                )
        answered = [part.get("tool_use_id") for part in parts[: len(results)]]
        missing = [use for use in before if use not in answered]
        if missing:
            yield (
                f"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in "
                "the next message."
            )
        if len(set(answered)) != len(answered):
            yield f"messages.{index}: each tool_use must have a single result. Found multiple `tool_result` blocks."
        uses = [part.get("id") for part in parts if part.get("type") == "tool_use"]
        before = [str(use) for use in uses]
        if len(set(before)) != len(before):
            yield f"messages.{index}: `tool_use` ids must be unique"


def nothing_said_is_altered(body: Json) -> Iterator[str]:
    """What the model said comes back as it was said, after what it was said to."""
    before = digests_before_turns(body)
    for index, message in enumerate(body["messages"]):
        parts = [bare(part) for part in content_of(message["content"])]
        if message["role"] == "assistant" and is_altered(before[index], parts):
            first = next((i for i, part in enumerate(parts) if part.get("type") in THINKING), 0)
            yield (
                f"messages.{index}.content.{first}: `thinking` or `redacted_thinking` blocks in an assistant "
                "message cannot be modified, nor can what they follow. These blocks must remain as they were in "
                "the original response."
            )


RULES: tuple[Callable[[Json], Iterator[str]], ...] = (
    thinking_stays_on,
    nobody_forces_a_tool,
    tools_are_named,
    a_person_speaks_first_and_last,
    breakpoints_are_few,
    every_use_has_its_result,
    nothing_said_is_altered,
)
