"""Every way in which a call of the model can fail comes back as a trouble with a sentence."""

from __future__ import annotations

import socket
import time
from email.utils import formatdate

import pytest

from bot.crew.conversation import Conversation
from bot.crew.model import AnthropicModel
from bot.crew.records import TurnRecord, Usage
from tests.crew.messages_server import (
    MessagesServer,
    Reply,
    breaks_off,
    fails,
    hangs_up,
    messages_server,
    says,
    sends,
    text,
)

TALK = Conversation("claude-sonnet-5-5", "You are test-engineer.", (), "Hello.", 20_000)


def reply(line: Reply, seconds: float = 5) -> TurnRecord:
    with messages_server(line) as server:
        return AnthropicModel(api_key="k", base_url=server.url, seconds=seconds).reply(TALK.next_call())


@pytest.mark.parametrize(
    ("line", "kind", "may_pass"),
    [
        (fails(400, "invalid_request_error"), "invalid_request", False),
        (fails(400, "invalid_request_error", "prompt is too long: 1 > 0"), "context_window", False),
        (fails(400, "invalid_request_error", "Your credit balance is too low"), "billing", False),
        (fails(401, "authentication_error"), "authentication", False),
        (fails(402, "billing_error"), "billing", False),
        (fails(403, "permission_error"), "permission", False),
        (fails(404, "not_found_error"), "model_not_found", False),
        (fails(408), "timeout", True),
        (fails(409), "server_error", True),
        (fails(413, "request_too_large"), "too_large", False),
        (fails(418), "server_error", True),
        (fails(422, "invalid_request_error"), "invalid_request", False),
        (fails(429, "rate_limit_error"), "rate_limited", True),
        (fails(429, "rate_limit_error", x_should_retry="false"), "rate_limited", False),
        (fails(500), "server_error", True),
        (fails(500, "overloaded_error"), "overloaded", True),
        (fails(502), "server_error", True),
        (fails(503), "server_error", True),
        (fails(504), "timeout", True),
        (fails(529, "overloaded_error"), "overloaded", True),
        (breaks_off, "broken_stream", True),
        (hangs_up, "broken_stream", True),
        (sends(b"<html>Bad gateway</html>", "text/html"), "unreadable", True),
        (sends(b'{"type": "message", "content": ['), "unreadable", True),
        (sends(b'{"type": "error", "content": []}'), "unreadable", True),
        (sends(b"[]"), "unreadable", True),
        (sends(b"\xff\xfe\x00"), "unreadable", True),
        (says(text("Half an ans"), stop=None), "truncated", True),
    ],
)
def test_each_failure_has_a_kind_and_a_sentence(line: Reply, kind: str, may_pass: bool) -> None:
    trouble = reply(line).trouble
    assert trouble is not None
    assert (trouble.kind, trouble.may_pass) == (kind, may_pass)
    assert trouble.sentence[0].isupper() and trouble.sentence[-1] in ".)"


def test_the_client_does_not_retry_by_itself() -> None:
    with messages_server(fails(500), says(text("late"))) as server:
        AnthropicModel(api_key="k", base_url=server.url).reply(TALK.next_call())
        assert len(server.requests) == 1


@pytest.mark.parametrize(("header", "seconds"), [("12", 12), ("0.5", 0.5), ("-3", 0), ("soon", None)])
def test_retry_after_is_read_as_seconds(header: str, seconds: float | None) -> None:
    trouble = reply(fails(429, "rate_limit_error", retry_after=header)).trouble
    assert trouble is not None
    assert trouble.retry_after == seconds


def test_retry_after_is_read_as_a_date() -> None:
    trouble = reply(fails(529, retry_after=formatdate(time.time() + 100, usegmt=True))).trouble
    assert trouble is not None and trouble.retry_after is not None
    assert 95 < trouble.retry_after <= 100


def test_a_server_that_is_not_there_is_a_connection_trouble() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    trouble = AnthropicModel(api_key="k", base_url=f"http://127.0.0.1:{port}").reply(TALK.next_call()).trouble
    assert trouble is not None
    assert (trouble.kind, trouble.may_pass) == ("connection", True)


def test_a_server_that_does_not_answer_is_a_timeout() -> None:
    def sleeps(state: MessagesServer, request: object, body: object) -> None:
        time.sleep(0.6)

    trouble = reply(sleeps, seconds=0.2).trouble
    assert trouble is not None
    assert trouble.kind == "timeout"


def test_a_server_of_ones_own_needs_no_key() -> None:
    with messages_server(says(text("Hi."))) as server:
        turn = AnthropicModel(base_url=server.url).reply(TALK.next_call())
    assert turn.trouble is None


def test_a_turn_carries_its_usage_and_survives_its_journal() -> None:
    turn = reply(says(text("Hi. \ud83d\ude00"), usage={"input_tokens": 3, "output_tokens": 2}))
    assert turn.usage == Usage(3, 2, 0, 0)
    assert TurnRecord.from_json(turn.to_json()) == turn
