"""The live stream: what it sends, in which order, and what happens when a client is slow or comes back."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import aclosing

from app.notifications.feed import MOST_WAITING, NotificationFeed
from app.notifications.stream import event_stream

ADA = "00000000-0000-0000-0000-000000000001"
GRACE = "00000000-0000-0000-0000-000000000002"


def row(number, recipient=GRACE):
    return {
        "id": number,
        "recipient_id": recipient,
        "actor_id": ADA,
        "board_id": ADA,
        "card_id": None,
        "kind": "pinged",
        "message": f"Number {number}\nof many",
        "read_at": None,
        "created_at": "2025-01-13T10:00:00+00:00",
    }


def ids(chunks):
    return [int(chunk.split("\n")[0].removeprefix("id: ")) for chunk in chunks]


def streamed(count, happens, missed=lambda: [], keep_alive=5.0):
    """The first `count` chunks after the stream has begun, while `happens(feed)` does in another thread."""

    async def collect():
        feed = NotificationFeed()
        async with aclosing(event_stream(feed, GRACE, missed, keep_alive)) as stream:
            assert (await anext(stream)).startswith("retry: ")
            thread = threading.Thread(target=happens, args=(feed,))
            thread.start()
            async with asyncio.timeout(5):
                return [await anext(stream) for _ in range(count)]

    return asyncio.run(collect())


def test_a_notification_is_one_event_with_its_id():
    [chunk] = streamed(1, lambda feed: feed.publish(row(42)))
    assert chunk.endswith("\n\n")
    number, name, data = chunk.strip().split("\n")
    assert (number, name) == ("id: 42", "event: notification")
    assert json.loads(data.removeprefix("data: "))["message"] == "Number 42\nof many"


def test_other_peoples_notifications_are_not_sent():
    def happens(feed):
        feed.publish(row(1, recipient=ADA))
        feed.publish(row(2))

    assert ids(streamed(1, happens)) == [2]


def test_what_was_missed_comes_first_and_nothing_comes_twice():
    def happens(feed):
        feed.publish(row(8))
        feed.publish(row(9))

    assert ids(streamed(3, happens, missed=lambda: [row(7), row(8)])) == [7, 8, 9]


def test_what_happens_while_looking_back_is_not_lost():
    async def collect():
        feed = NotificationFeed()

        def missed():
            feed.publish(row(5))
            return [row(4)]

        async with aclosing(event_stream(feed, GRACE, missed)) as stream, asyncio.timeout(5):
            return [await anext(stream) for _ in range(3)][1:]

    assert ids(asyncio.run(collect())) == [4, 5]


def test_a_quiet_stream_is_kept_alive():
    assert streamed(2, lambda feed: None, keep_alive=0.01) == [": keep-alive\n\n"] * 2


def test_a_client_that_reads_too_slowly_is_let_go_without_a_gap():
    async def collect():
        feed = NotificationFeed()
        async with aclosing(event_stream(feed, GRACE, lambda: [])) as stream, asyncio.timeout(5):
            await anext(stream)
            for number in range(1, MOST_WAITING + 3):
                feed.publish(row(number))
            return [chunk async for chunk in stream]

    assert ids(asyncio.run(collect())) == list(range(1, MOST_WAITING + 1))


def test_a_closed_stream_is_forgotten():
    async def listeners_after_closing():
        feed = NotificationFeed()
        async with aclosing(event_stream(feed, GRACE, lambda: [])) as stream:
            await anext(stream)
        feed.publish(row(1))
        return feed._listeners

    assert asyncio.run(listeners_after_closing()) == {}
