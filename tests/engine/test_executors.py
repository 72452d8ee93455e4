"""What dead processes had begun passes to a living one, once they are surely dead."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import timedelta

from bot.engine.database import Database
from bot.engine.executors import Heart, new_executor_id


class Begun:
    """Work that some processes have begun."""

    def __init__(self, *owners: str) -> None:
        self.begun_by = list(owners)
        self.adopted: list[str] = []

    def owners(self) -> Collection[str]:
        return self.begun_by

    def adopt(self, executors: Collection[str]) -> int:
        self.adopted.extend(executors)
        self.begun_by = [owner for owner in self.begun_by if owner not in executors]
        return len(executors)


def heart(database: Database, name: str, work: Begun) -> Heart:
    return Heart(database, name, work, beat_seconds=0.1, dead_after=timedelta(seconds=0.6))


def test_two_starts_of_one_process_have_two_ids() -> None:
    assert new_executor_id() != new_executor_id()


def test_what_nobody_living_owns_is_adopted_at_the_start(database: Database) -> None:
    work = Begun("never heard of", "me")
    mine = heart(database, "me", work)
    mine.start()
    mine.stop()
    assert work.adopted == ["never heard of"]


def test_on_postgresql_the_living_keep_what_they_have_begun(database: Database) -> None:
    work = Begun("other")
    other, mine = heart(database, "other", Begun()), heart(database, "me", work)
    other.start()
    mine.start()
    time.sleep(1.0)
    other_lives = "other" in mine.living()
    mine.stop()
    other.stop()
    assert (other_lives, work.adopted) == ((False, ["other"]) if database.is_sqlite else (True, []))


def test_who_left_politely_is_adopted_at_once(database: Database) -> None:
    work = Begun("other")
    other = heart(database, "other", Begun())
    other.start()
    other.stop()
    mine = Heart(database, "me", work, beat_seconds=60, dead_after=timedelta(hours=1))
    mine.start()
    mine.stop()
    assert work.adopted == ["other"]


def test_who_falls_silent_is_adopted_after_a_while(database: Database) -> None:
    work = Begun()
    other, mine = heart(database, "other", Begun()), heart(database, "me", work)
    other._register()
    mine.start()
    work.begun_by = ["other"]
    deadline = time.monotonic() + 10
    while not work.adopted and time.monotonic() < deadline:
        time.sleep(0.05)
    mine.stop()
    assert work.adopted == ["other"]
