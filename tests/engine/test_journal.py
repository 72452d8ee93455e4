"""Effects are written down before they are tried, and what came of them is never lost with a lease."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.engine.database import Database
from bot.engine.journal import DatabaseJournal
from bot.engine.leasing import Leased, LeaseLost, lease_next
from bot.engine.tables import effect, feature, repository

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def leased(database: Database) -> Leased:
    with database.writing() as connection:
        connection.execute(insert(repository).values(id=1, owner="o", name="r", seen_at=NOW))
        connection.execute(insert(feature).values(repository_id=1, issue=1, wanted=1, created_at=NOW))
    taken = lease_next(database, "me", NOW)
    assert taken is not None
    return taken


def taken_over(database: Database) -> Leased:
    taken = lease_next(database, "you", NOW + timedelta(minutes=2))
    assert taken is not None
    return taken


def unsettled(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(
            connection.execute(select(effect.c.identity).where(effect.c.known_at.is_(None))).scalars()
        )


def wanted(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(feature.c.wanted)).scalar_one())


def test_an_intent_is_unknown_until_it_is_recorded(database: Database) -> None:
    journal = DatabaseJournal(database, leased(database))
    journal.intend("comment:1", {"kind": "comment", "number": 1})
    assert journal.outcome("comment:1") is None
    assert journal.arguments("comment:1") == {"kind": "comment", "number": 1}
    assert unsettled(database) == ["comment:1"]
    journal.record("comment:1", {"id": 7})
    assert journal.outcome("comment:1") == {"id": 7}
    assert journal.arguments("comment:1") is None
    assert unsettled(database) == []


def test_what_certainly_was_not_done_is_forgotten(database: Database) -> None:
    journal = DatabaseJournal(database, leased(database))
    journal.intend("comment:1", {})
    journal.forget("comment:1")
    assert unsettled(database) == []


def test_what_is_known_is_not_forgotten(database: Database) -> None:
    journal = DatabaseJournal(database, leased(database))
    journal.intend("comment:1", {})
    journal.record("comment:1", {"id": 7})
    journal.forget("comment:1")
    assert journal.outcome("comment:1") == {"id": 7}


def test_an_intent_needs_the_lease(database: Database) -> None:
    journal = DatabaseJournal(database, leased(database))
    taken_over(database)
    with pytest.raises(LeaseLost):
        journal.intend("comment:1", {})
    assert unsettled(database) == []


def test_what_landed_after_the_lease_was_lost_is_known_and_marks_the_feature(database: Database) -> None:
    journal = DatabaseJournal(database, leased(database))
    journal.intend("comment:1", {})
    taken_over(database)
    before = wanted(database)
    journal.record("comment:1", {"id": 7})
    assert journal.outcome("comment:1") == {"id": 7}
    assert wanted(database) == before + 1


def test_what_landed_in_time_marks_nothing(database: Database) -> None:
    journal = DatabaseJournal(database, leased(database))
    journal.intend("comment:1", {})
    before = wanted(database)
    journal.record("comment:1", {"id": 7})
    assert wanted(database) == before


def test_what_the_next_look_forgot_and_landed_after_all_is_known(database: Database) -> None:
    late = DatabaseJournal(database, leased(database))
    late.intend("comment:1", {})
    next_look = DatabaseJournal(database, taken_over(database))
    assert next_look.arguments("comment:1") == {}
    next_look.forget("comment:1")
    late.record("comment:1", {"id": 7})
    assert next_look.outcome("comment:1") == {"id": 7}


def test_a_late_look_does_not_forget_what_the_next_is_about_to_try(database: Database) -> None:
    late = DatabaseJournal(database, leased(database), lambda: NOW)
    late.intend("comment:1", {})
    next_look = DatabaseJournal(database, taken_over(database), lambda: NOW + timedelta(minutes=2))
    next_look.intend("comment:1", {"try": 2})
    late.forget("comment:1")
    assert unsettled(database) == ["comment:1"]
    assert next_look.arguments("comment:1") == {"try": 2}


def test_what_somebody_has_undone_may_be_done_anew(database: Database) -> None:
    journal = DatabaseJournal(database, leased(database))
    journal.intend("comment:1", {})
    journal.record("comment:1", {"id": 7})
    journal.undone("comment:1")
    assert journal.outcome("comment:1") is None
    journal.intend("comment:1", {})
    journal.undone("comment:1")
    assert unsettled(database) == ["comment:1"]


def test_what_was_undone_needs_the_lease(database: Database) -> None:
    journal = DatabaseJournal(database, leased(database))
    journal.intend("comment:1", {})
    journal.record("comment:1", {"id": 7})
    taken_over(database)
    with pytest.raises(LeaseLost):
        journal.undone("comment:1")
    assert journal.outcome("comment:1") == {"id": 7}
