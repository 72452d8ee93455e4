"""No process, and not all together, create things faster than GitHub likes."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.budget import Granted, Later, Urgency, leave_alone, note_limits, reserve
from bot.engine.database import Database

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def granted(database: Database, urgency: Urgency, times: int, now: datetime = NOW) -> int:
    return sum(isinstance(reserve(database, 7, urgency, now), Granted) for _ in range(times))


def test_sixty_a_minute_and_no_more(database: Database) -> None:
    """Hazard I6."""
    assert granted(database, Urgency.ANSWER, 70) == 60
    refused = reserve(database, 7, Urgency.ANSWER, NOW)
    assert isinstance(refused, Later) and refused.at == NOW + timedelta(minutes=1)
    assert "03:05:05" in refused.why
    assert granted(database, Urgency.ANSWER, 70, refused.at) == 60


def test_any_minute_counts_not_only_those_of_the_clock(database: Database) -> None:
    assert granted(database, Urgency.ANSWER, 30) == 30
    assert granted(database, Urgency.ANSWER, 70, NOW + timedelta(seconds=40)) == 30
    assert granted(database, Urgency.ANSWER, 70, NOW + timedelta(seconds=61)) == 30


def test_four_hundred_an_hour_and_no_more(database: Database) -> None:
    """Hazard I6."""
    minutes = [granted(database, Urgency.ANSWER, 60, NOW + timedelta(minutes=2 * step)) for step in range(10)]
    assert sum(minutes) == 400
    assert granted(database, Urgency.ANSWER, 60, NOW + timedelta(minutes=61)) == 60


@pytest.mark.parametrize(("urgency", "room"), [(Urgency.EDIT, 45), (Urgency.PULL_REQUEST, 54)])
def test_edits_leave_room_for_pull_requests_and_both_for_answers(
    database: Database, urgency: Urgency, room: int
) -> None:
    assert granted(database, urgency, 70) == room
    assert granted(database, Urgency.ANSWER, 70) == 60 - room


def test_installations_do_not_share(database: Database) -> None:
    granted(database, Urgency.ANSWER, 60)
    assert isinstance(reserve(database, 8, Urgency.ANSWER, NOW), Granted)


def test_retry_after_is_obeyed_and_never_shortened(database: Database) -> None:
    leave_alone(database, 7, NOW + timedelta(seconds=90))
    leave_alone(database, 7, NOW + timedelta(seconds=30))
    refused = reserve(database, 7, Urgency.ANSWER, NOW + timedelta(seconds=60))
    assert isinstance(refused, Later) and refused.at == NOW + timedelta(seconds=90)
    assert isinstance(reserve(database, 7, Urgency.ANSWER, NOW + timedelta(seconds=90)), Granted)


def test_what_is_left_of_an_hour_is_kept_for_answers(database: Database) -> None:
    note_limits(database, 7, 300, NOW + timedelta(minutes=10))
    assert isinstance(reserve(database, 7, Urgency.EDIT, NOW), Later)
    assert isinstance(reserve(database, 7, Urgency.ANSWER, NOW), Granted)
    note_limits(database, 7, 0, NOW + timedelta(minutes=10))
    assert isinstance(reserve(database, 7, Urgency.ANSWER, NOW), Later)
    assert isinstance(reserve(database, 7, Urgency.EDIT, NOW + timedelta(minutes=10)), Granted)


def test_threads_that_ask_together_get_no_more(database: Database) -> None:
    outcomes: list[Granted | Later] = []

    def ask() -> None:
        outcomes.extend(reserve(database, 7, Urgency.ANSWER, NOW) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(type(outcome) for outcome in outcomes) == {Granted: 60, Later: 40}
