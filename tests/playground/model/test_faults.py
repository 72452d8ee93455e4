"""Faults by script: what an unreliable endpoint looks like from the client."""

from __future__ import annotations

from typing import Any

import anthropic
import httpx2
import pytest

from tests.playground.model.talk import Conversation, http


def switch_on(url: str, **fault: Any) -> None:
    assert http().post(f"{url}/_model/faults", json=fault).status_code == 204


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("rate_limited", 429, "rate_limit_error"),
        ("overloaded", 529, "overloaded_error"),
        ("server_error", 500, "api_error"),
    ],
)
def test_an_error_has_the_real_ones_shape(url: str, fault: str, status: int, kind: str) -> None:
    switch_on(url, fault=fault)
    with pytest.raises(anthropic.APIStatusError) as error:
        Conversation(url).next()
    assert error.value.status_code == status
    assert error.value.body["error"]["type"] == kind  # type: ignore[index]
    assert "retry-after" not in error.value.response.headers


def test_a_429_says_when_to_come_back_if_it_is_told_to(url: str) -> None:
    switch_on(url, fault="rate_limited", retry_after=7)
    with pytest.raises(anthropic.RateLimitError) as error:
        Conversation(url).next()
    assert error.value.response.headers["retry-after"] == "7"


def test_the_sdks_own_retry_gets_over_a_fault_that_happens_once(url: str) -> None:
    switch_on(url, fault="overloaded", nth=[1], retry_after=0.01)
    talk = Conversation(url)
    talk._client = anthropic.Anthropic(api_key="k", base_url=url, max_retries=1)
    assert talk.next().stop_reason == "tool_use"


def test_a_broken_body_breaks_the_connection(url: str) -> None:
    switch_on(url, fault="broken_body")
    with pytest.raises((anthropic.APIConnectionError, httpx2.HTTPError)):
        Conversation(url).next()


def test_half_a_body_is_not_json(url: str) -> None:
    switch_on(url, fault="half_json")
    with pytest.raises((anthropic.APIError, ValueError)):
        Conversation(url).next()


def test_max_tokens_cuts_the_turn_and_the_next_call_gets_it_whole(url: str) -> None:
    switch_on(url, fault="max_tokens", nth=[1])
    talk = Conversation(url)
    assert talk.next().stop_reason == "max_tokens"
    talk.messages.append({"role": "user", "content": "Go on."})
    assert talk.next().stop_reason == "tool_use"


def test_a_refusal_has_nothing_in_it(url: str) -> None:
    switch_on(url, fault="refusal")
    message = Conversation(url).next()
    assert (message.stop_reason, message.content) == ("refusal", [])
    assert message.stop_details is not None


def test_a_fault_meets_only_the_agent_and_the_turn_that_it_names(url: str) -> None:
    switch_on(url, fault="server_error", agent="backend-developer", turn=1)
    other = Conversation(url, "api-designer")
    talk = Conversation(url)
    for each in (other, talk):
        each.next()
        each.answer()
    other.next()
    with pytest.raises(anthropic.InternalServerError):
        talk.next()


def test_nth_counts_the_calls_that_fit(url: str) -> None:
    switch_on(url, fault="server_error", agent="backend-developer", nth=[2])
    Conversation(url).next()
    Conversation(url, "api-designer").next()
    with pytest.raises(anthropic.InternalServerError):
        Conversation(url).next()
    Conversation(url).next()


def test_a_fault_that_does_not_exist_is_refused(url: str) -> None:
    response = http().post(f"{url}/_model/faults", json={"fault": "earthquake"})
    assert response.status_code == 422


def test_what_was_asked_is_logged(url: str) -> None:
    before = len(http().get(f"{url}/_model/calls").json())
    Conversation(url, "api-designer").next()
    [call] = http().get(f"{url}/_model/calls").json()[before:]
    assert (call["agent"], call["turn"], call["known"], call["stop_reason"]) == (
        "api-designer",
        0,
        True,
        "tool_use",
    )
