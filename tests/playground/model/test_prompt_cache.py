"""What caching saves is reckoned as the real endpoint bills it."""

from __future__ import annotations

from typing import Any

from bot.playground.model.prompt_cache import LEAST_TOKENS, PromptCache
from tests.playground.model.talk import MODEL, Conversation

EPHEMERAL = {"type": "ephemeral"}


def mark_last(talk: Conversation) -> None:
    """The one moving breakpoint."""
    for message in talk.messages:
        for block in message["content"] if isinstance(message["content"], list) else []:
            block.pop("cache_control", None)
    talk.messages[-1]["content"][-1]["cache_control"] = EPHEMERAL


def fresh(url: str, brief: str) -> Conversation:
    talk = Conversation(url, brief=brief)
    talk.messages[0]["content"] = [{"type": "text", "text": brief, "cache_control": EPHEMERAL}]
    return talk


def test_an_append_only_conversation_reads_what_it_wrote_before(url: str) -> None:
    talk = fresh(url, "Notification system with real-time updates, asked for the first time")
    first = talk.next().usage
    assert (first.cache_read_input_tokens, first.input_tokens) == (0, 0)
    talk.answer()
    mark_last(talk)
    second = talk.next().usage
    assert second.cache_read_input_tokens == first.cache_creation_input_tokens
    assert second.cache_creation_input_tokens is not None
    assert 0 < second.cache_creation_input_tokens < 2000
    assert second.input_tokens == 0


def test_without_a_breakpoint_everything_is_paid(url: str) -> None:
    usage = Conversation(url).next().usage
    assert usage.input_tokens > LEAST_TOKENS
    assert (usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (0, 0)


def body(*texts: str, marked: bool = True, ttl: str | None = None) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts]
    if marked:
        blocks[-1]["cache_control"] = {**EPHEMERAL, **({"ttl": ttl} if ttl else {})}
    return {"model": MODEL, "messages": [{"role": "user", "content": blocks}]}


LONG = "x" * 4 * LEAST_TOKENS


def test_a_prefix_that_is_too_short_is_not_kept() -> None:
    cache = PromptCache()
    for _ in range(2):
        billed = cache.bill(body("short"))
        assert (billed.read, billed.written) == (0, 0)
        assert billed.plain > 0


def test_a_changed_beginning_reads_nothing() -> None:
    cache = PromptCache()
    cache.bill(body("a" + LONG))
    assert cache.bill(body("b" + LONG)).read == 0
    assert cache.bill(body("a" + LONG, "more")).read > LEAST_TOKENS


def test_the_look_back_reaches_twenty_blocks() -> None:
    cache = PromptCache()
    cache.bill(body(LONG))
    assert cache.bill(body(LONG, *["more"] * 20)).read > 0
    other = PromptCache()
    other.bill(body(LONG))
    assert other.bill(body(LONG, *["more"] * 21)).read == 0


def test_what_is_not_read_is_forgotten_after_its_time() -> None:
    now = [0.0]
    cache = PromptCache(clock=lambda: now[0])
    cache.bill(body(LONG))
    now[0] = 299.0
    assert cache.bill(body(LONG)).read > 0
    now[0] = 598.0
    assert cache.bill(body(LONG)).read > 0
    now[0] = 899.0
    assert cache.bill(body(LONG)).read == 0


def test_an_hour_is_billed_as_such_and_lasts_so_long() -> None:
    now = [0.0]
    cache = PromptCache(clock=lambda: now[0])
    billed = cache.bill(body(LONG, ttl="1h"))
    assert billed.written_for_an_hour == billed.written > 0
    now[0] = 3500.0
    assert cache.bill(body(LONG, ttl="1h")).read == billed.written


def test_a_breakpoint_of_the_request_stands_at_its_end() -> None:
    cache = PromptCache()
    whole = {**body(LONG, marked=False), "cache_control": EPHEMERAL}
    assert cache.bill(whole).written > 0
    assert cache.bill(whole).plain == 0
