"""A database that is away is waited for; what it refuses is not asked again."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.engine.database import Database
from bot.engine.outages import Interrupted, first_line, is_away, patiently
from tests.postgres import Cluster, running_cluster

OPEN = threading.Event()


def select_one(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(text("SELECT 1")).scalar_one())


def test_an_answer_is_waited_for_over_a_restart() -> None:
    with running_cluster() as cluster:
        database = Database(cluster.fresh_database())
        assert select_one(database) == 1
        cluster.stop()
        with pytest.raises(OperationalError) as away:
            select_one(database)
        assert is_away(away.value)
        assert "connection" in first_line(away.value) and "\n" not in first_line(away.value)
        again = threading.Timer(1.0, cluster.start)
        again.start()
        assert patiently(lambda: select_one(database), OPEN) == 1
        again.join()
        database.dispose()


def test_a_closing_process_does_not_wait() -> None:
    closing = threading.Event()
    closing.set()
    nowhere = Database("postgresql+psycopg://baton@127.0.0.1:1/nothing")
    with pytest.raises(Interrupted):
        patiently(lambda: select_one(nowhere), closing)


def test_a_wrong_question_is_asked_once(postgresql: Cluster) -> None:
    database, asked = Database(postgresql.fresh_database()), []

    def ask() -> None:
        asked.append(1)
        with database.reading() as connection:
            connection.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(ProgrammingError):
        patiently(ask, OPEN)
    assert asked == [1]
    database.dispose()
