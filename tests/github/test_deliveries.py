"""Webhooks that failed are asked for again, once each, however long the log is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.github.deliveries import redeliver_failed
from bot.playground.start import start_playground
from tests.github.homes import ISSUE, Town
from tests.playground.github.town import Receiver, small_repository


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    each = Receiver()
    yield each
    each.close()


@pytest.fixture
def hooked(tmp_path: Path, receiver: Receiver) -> Iterator[Town]:
    source = small_repository(tmp_path / "source")
    playground = start_playground(
        0, repo=source, issue_text=ISSUE, ci="off", directory=tmp_path / "p", webhook_url=receiver.url
    )
    town = Town(playground, tmp_path)
    yield town
    town.close()


def settled(town: Town, receiver: Receiver, count: int) -> None:
    end = time.monotonic() + 15
    while len(receiver.received) < count:
        assert time.monotonic() < end, f"{len(receiver.received)} of {count} deliveries came."
        time.sleep(0.02)
    time.sleep(0.3)


def test_failed_deliveries_are_asked_for_again_once(hooked: Town, receiver: Receiver) -> None:
    """D4: what GitHub could not deliver."""
    receiver.answers = 503
    home = hooked.home()
    settled(hooked, receiver, 1)
    failed = len(receiver.received)
    receiver.answers = 202
    asked = redeliver_failed(hooked.app())
    assert asked == failed
    settled(hooked, receiver, 2 * failed)
    assert redeliver_failed(hooked.app()) == 0
    assert home.full_name


def test_the_log_is_read_past_its_first_page(hooked: Town, receiver: Receiver) -> None:
    receiver.answers = 503
    home = hooked.home()
    settled(hooked, receiver, 1)
    first = {each.headers["x-github-delivery"] for each in receiver.received}
    receiver.answers = 202
    for number in range(105):
        home.say(f"comment {number}")
    settled(hooked, receiver, len(first) + 105)
    assert redeliver_failed(hooked.app()) == len(first)


def test_what_is_older_than_the_log_is_not_asked_for(hooked: Town, receiver: Receiver) -> None:
    receiver.answers = 503
    hooked.home()
    settled(hooked, receiver, 1)
    assert redeliver_failed(hooked.app(), datetime.now(UTC) + timedelta(days=4)) == 0


def test_one_that_is_not_to_be_had_any_more_hides_no_other(hooked: Town, receiver: Receiver) -> None:
    receiver.answers = 503
    home = hooked.home()
    home.say("once more")
    settled(hooked, receiver, 2)
    failed = len(receiver.received)
    receiver.answers = 202
    hooked.fault("POST", "/app/hook/deliveries/*/attempts", "error_before", status=404, nth=[1])
    assert redeliver_failed(hooked.app()) == failed - 1


def test_who_is_asked_to_wait_asks_for_no_other(hooked: Town, receiver: Receiver) -> None:
    receiver.answers = 503
    hooked.home().say("once more")
    settled(hooked, receiver, 2)
    hooked.fault("POST", "/app/hook/deliveries/*/attempts", "error_before", status=429, nth=[1])
    assert redeliver_failed(hooked.app()) == 0
