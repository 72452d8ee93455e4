"""Each delivery becomes one row, however often it comes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.engine.database import Database
from bot.engine.hints import Hint
from bot.engine.inbox import Acceptance, Inbox, forget, store
from bot.engine.tables import delivery

NOW = datetime(2026, 1, 20, tzinfo=UTC)


@pytest.fixture
def inbox(database: Database) -> Iterator[Inbox]:
    inbox = Inbox(database)
    inbox.start()
    yield inbox
    inbox.stop()


def stored(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(delivery)).scalar_one()


def test_a_delivery_is_accepted_once_and_then_seen_before(inbox: Inbox, database: Database) -> None:
    """D1."""
    first = inbox.accept(Hint("a", "issues", repository_id=1, issue=12)).result(5)
    again = inbox.accept(Hint("a", "issues", repository_id=1, issue=12)).result(5)
    assert (first, again, stored(database)) == (Acceptance.ACCEPTED, Acceptance.SEEN_BEFORE, 1)


def test_twins_that_arrive_together_are_one_row(inbox: Inbox, database: Database) -> None:
    with database.writing():  # the writer thread has to wait, so all of these make one lot
        promises = [inbox.accept(Hint(f"g{number % 50}", "push")) for number in range(200)]
    outcomes = [promise.result(10) for promise in promises]
    assert outcomes.count(Acceptance.ACCEPTED) == 50
    assert stored(database) == 50


def test_many_threads_lose_no_delivery(inbox: Inbox, database: Database) -> None:
    def send(who: int) -> None:
        for number in range(50):
            inbox.accept(Hint(f"{who}-{number}", "push")).result(20)

    threads = [threading.Thread(target=send, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored(database) == 400


def test_a_delivery_that_the_database_refuses_does_not_fail_its_neighbours(
    inbox: Inbox, database: Database
) -> None:
    impossible = Hint("bad", "push", repository_id=2**80)
    with database.writing():
        promises = [inbox.accept(hint) for hint in (Hint("one", "push"), impossible, Hint("two", "push"))]
    assert promises[0].result(5) is Acceptance.ACCEPTED
    assert promises[2].result(5) is Acceptance.ACCEPTED
    with pytest.raises(Exception):  # noqa: B017 the databases raise different errors
        promises[1].result(5)


def test_stopping_commits_what_waits(database: Database) -> None:
    inbox = Inbox(database)
    promises = [inbox.accept(Hint(f"late-{number}", "push")) for number in range(20)]
    inbox.start()
    inbox.stop()
    assert all(promise.done() for promise in promises)
    assert stored(database) == 20


def test_only_what_was_handled_long_ago_is_forgotten(database: Database) -> None:
    with database.writing() as connection:
        store(
            connection,
            [Hint(guid, "push") for guid in ("old", "fresh", "unhandled")],
            NOW - timedelta(days=9),
        )
        for guid, at in (("old", NOW - timedelta(days=9)), ("fresh", NOW)):
            handled = update(delivery).where(delivery.c.guid == guid)
            connection.execute(handled.values(handled_at=at))
        assert forget(connection, NOW - timedelta(days=8)) == 1
        left = connection.execute(select(delivery.c.guid).order_by(delivery.c.id)).scalars().all()
    assert left == ["fresh", "unhandled"]
