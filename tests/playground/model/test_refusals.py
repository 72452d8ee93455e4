"""The scripted model refuses what Anthropic's API refuses, in its words."""

from __future__ import annotations

from typing import Any

import anthropic
import pytest

from bot.playground.model.run import running_model
from tests.playground.model.talk import Conversation, client, http, result, tool


def refused(talk: Conversation, status: int = 400, **changes: Any) -> str:
    """What is said against the request."""
    with pytest.raises(anthropic.APIStatusError) as refusal:
        client(str(talk._client.base_url)).messages.create(**{**talk.request, **changes})
    assert refusal.value.status_code == status
    body = refusal.value.body
    assert isinstance(body, dict)
    assert body["type"] == "error"
    assert body["request_id"].startswith("req_")
    return f"{body['error']['type']}: {body['error']['message']}"


@pytest.fixture
def talk(url: str) -> Conversation:
    """After the first turn, with its tools not answered yet."""
    talk = Conversation(url)
    talk.next()
    return talk


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tool_choice": {"type": "any"}}, "forces tool use"),
        ({"tool_choice": {"type": "tool", "name": "Read"}}, "forces tool use"),
        ({"thinking": {"type": "disabled"}}, "`disabled` is not supported"),
        ({"extra_body": {"temperature": 0.5}}, "`temperature` is not supported"),
        ({"extra_body": {"top_p": 1}}, "`top_p` is not supported"),
        ({"extra_body": {"top_k": 1}}, "`top_k` is not supported"),
        ({"extra_body": {"prompt": "Hi"}}, "prompt: Extra inputs are not permitted"),
        ({"messages": []}, "at least one message is required"),
        ({"messages": [{"role": "assistant", "content": "Hi"}]}, 'must use the "user" role'),
        ({"messages": [{"role": "user", "content": ""}]}, "non-empty content"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}, "must be non-empty"),
        ({"tools": [tool("Read"), tool("Read")]}, "must be unique"),
        ({"tools": [tool("Read it")]}, "tools.0.name"),
        ({"max_tokens": 0}, "max_tokens"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)
def test_what_current_models_do_not_take_is_refused(url: str, changes: dict[str, Any], expected: str) -> None:
    answer = refused(Conversation(url), **changes)
    assert answer.startswith("invalid_request_error: ")
    assert expected in answer


def test_adaptive_thinking_and_effort_are_taken(url: str) -> None:
    message = Conversation(url).next(
        thinking={"type": "adaptive"}, output_config={"effort": "high"}, tool_choice={"type": "auto"}
    )
    assert message.content[0].type == "thinking"


def test_a_model_that_does_not_exist_is_not_found(url: str) -> None:
    assert refused(Conversation(url), 404, model="gpt-1") == "not_found_error: model: gpt-1"
    assert "model: Input should be a valid string" in refused(Conversation(url), model=7)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"x-api-key": "k"}, 400),
        ({"authorization": "Bearer k"}, 400),
        ({"authorization": "k"}, 401),
    ],
)
def test_a_key_is_required_in_either_header(url: str, headers: dict[str, str], status: int) -> None:
    response = http().post(f"{url}/v1/messages", json={}, headers=headers)
    assert response.status_code == status
    assert response.json()["error"]["type"] == (
        "authentication_error" if status == 401 else "invalid_request_error"
    )


def test_where_a_key_is_named_no_other_is_good() -> None:
    with running_model(api_key="the one") as url:
        with pytest.raises(anthropic.AuthenticationError, match="invalid x-api-key"):
            Conversation(url).next()
        talk = Conversation(url)
        talk._client = client(url, "the one")
        assert talk.next().stop_reason == "tool_use"


def test_a_body_that_is_not_json_is_refused(url: str) -> None:
    response = http().post(f"{url}/v1/messages", content=b"{", headers={"x-api-key": "k"})
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_a_tool_use_without_its_result_is_refused(talk: Conversation) -> None:
    talk.messages.append({"role": "user", "content": "Go on."})
    answer = refused(talk)
    assert "`tool_use` ids were found without `tool_result` blocks immediately after: toolu_" in answer


def test_results_come_first_in_their_message(talk: Conversation) -> None:
    talk.answer()
    talk.messages[-1]["content"].insert(0, {"type": "text", "text": "Here they are."})
    assert "without `tool_result` blocks immediately after" in refused(talk)


def test_a_result_without_its_use_is_refused(talk: Conversation) -> None:
    talk.answer()
    talk.messages[-1]["content"].append(result({"id": "toolu_other"}))
    assert "unexpected `tool_use_id` found in `tool_result` blocks: toolu_other" in refused(talk)


def test_a_second_result_for_one_use_is_refused(talk: Conversation) -> None:
    talk.answer()
    talk.messages[-1]["content"].append(talk.messages[-1]["content"][0])
    assert "single result" in refused(talk)


def test_a_conversation_does_not_end_with_the_assistant(talk: Conversation) -> None:
    assert "assistant message prefill" in refused(talk)


@pytest.mark.parametrize(
    "what", ["thinking", "signature", "text", "input", "dropped", "earlier", "system", "tools"]
)
def test_what_was_said_cannot_be_altered(talk: Conversation, what: str) -> None:
    talk.answer()
    content = talk.messages[1]["content"]
    by_type = {block["type"]: block for block in content}
    match what:
        case "thinking":
            by_type["thinking"]["thinking"] += " "
        case "signature":
            by_type["thinking"]["signature"] = "c2lnbmVk"
        case "text":
            by_type["text"]["text"] = "Something else."
        case "input":
            by_type["tool_use"]["input"] = {"file_path": "elsewhere"}
        case "dropped":
            content.remove(by_type["thinking"])
        case "earlier":
            talk.messages[0]["content"] += " And this."
        case "system":
            talk.request["system"][0]["text"] += " Today is Monday."
        case "tools":
            talk.request["tools"].pop()
    assert "cannot be modified" in refused(talk)


def test_what_an_sdk_adds_to_a_block_does_not_alter_it(talk: Conversation) -> None:
    talk.answer()
    for block in talk.messages[1]["content"]:
        if block["type"] == "tool_use":
            block["caller"] = None
    talk.messages[-1]["content"][-1]["cache_control"] = {"type": "ephemeral"}
    assert talk.next().stop_reason == "tool_use"


def test_more_than_four_breakpoints_are_refused(url: str) -> None:
    talk = Conversation(url)
    for offered in talk.request["tools"][:5]:
        offered["cache_control"] = {"type": "ephemeral"}
    assert "A maximum of 4 blocks with cache_control may be provided. Found 5." in refused(talk)
