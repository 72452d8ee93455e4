"""The demo's migrations on a real PostgreSQL: row level security holds for everybody who comes with a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import pytest

from bot.playground.demo.seed import FILES
from bot.playground.model.recording import DEFAULT
from tests.postgres import running_cluster

pytestmark = pytest.mark.slow

ADA, GRACE, SAM = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
BOARD = "00000000-0000-4000-8000-0000000000b0"
# What Supabase brings: its roles, its accounts, and who is asking.
SUPABASE: LiteralString = """
    create role authenticated;
    create schema auth;
    grant usage on schema auth, public to authenticated;
    create table auth.users (id uuid primary key);
    create function auth.uid() returns uuid language sql stable as
      $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
    alter default privileges in schema public grant all on tables to authenticated;
    alter default privileges in schema public grant all on sequences to authenticated;
"""
PING: LiteralString = "insert into notifications (recipient_id, actor_id, board_id, kind, message) values (%s, %s, %s, %s, 'Hello')"


class Database:
    """A connection with the service key; `as_person` is one with somebody's token."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.service = connection

    @contextmanager
    def as_person(self, person: str) -> Iterator[psycopg.Connection]:
        self.service.execute("select set_config('request.jwt.claim.sub', %s, false)", (person,))
        self.service.execute("set role authenticated")
        try:
            yield self.service
        finally:
            self.service.execute("reset role")


@pytest.fixture(scope="module")
def migrated() -> Iterator[str]:
    """The address of a database with all migrations, the recorded one last."""
    recorded = DEFAULT / "supabase-architect" / "files" / "supabase" / "migrations"
    with running_cluster() as cluster:
        address = cluster.fresh_database().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(SUPABASE)
            for path in sorted(
                [*(FILES / "supabase/migrations").iterdir(), *recorded.iterdir()], key=lambda p: p.name
            ):
                connection.execute(path.read_bytes())
        yield address


@pytest.fixture
def database(migrated: str) -> Iterator[Database]:
    """Ada and Grace on a board, Sam on none, and a ping from Ada to Grace; all gone after the test."""
    with psycopg.connect(migrated, autocommit=True) as connection:
        for person in (ADA, GRACE, SAM):
            connection.execute("insert into auth.users values (%s)", (person,))
            connection.execute("insert into profiles (id, display_name) values (%s, 'Somebody')", (person,))
        connection.execute(
            "insert into boards (id, name, owner_id) values (%s, 'Launch', %s)", (BOARD, GRACE)
        )
        for person in (ADA, GRACE):
            connection.execute(
                "insert into board_members (board_id, user_id) values (%s, %s)", (BOARD, person)
            )
        connection.execute(PING, (GRACE, ADA, BOARD, "pinged"))
        yield Database(connection)
        connection.execute("delete from auth.users")


def count(connection: psycopg.Connection) -> int:
    [(number,)] = connection.execute("select count(*) from notifications").fetchall()
    return int(number)


def test_people_see_their_own_notifications_only(database: Database) -> None:
    for person, expected in ((GRACE, 1), (ADA, 0), (SAM, 0)):
        with database.as_person(person) as connection:
            assert count(connection) == expected


@pytest.mark.parametrize(
    ("sender", "recipient", "actor", "kind"),
    [
        (ADA, SAM, ADA, "pinged"),
        (SAM, GRACE, SAM, "pinged"),
        (ADA, GRACE, SAM, "pinged"),
        (ADA, GRACE, ADA, "moved"),
    ],
    ids=["to a stranger", "from a stranger", "in another's name", "of a kind that only the API makes"],
)
def test_the_database_refuses_a_notification(
    database: Database, sender: str, recipient: str, actor: str, kind: str
) -> None:
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security")
    with database.as_person(sender) as connection, refused:
        connection.execute(PING, (recipient, actor, BOARD, kind))


def test_nobody_is_notified_of_what_they_did_themselves(database: Database) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="from_somebody_else"):
        database.service.execute(PING, (ADA, ADA, BOARD, "assigned"))


def test_members_ping_each_other(database: Database) -> None:
    with database.as_person(GRACE) as connection:
        connection.execute(PING, (ADA, GRACE, BOARD, "pinged"))


def test_only_the_recipient_marks_and_deletes(database: Database) -> None:
    with database.as_person(ADA) as connection:
        assert connection.execute("update notifications set read_at = now()").rowcount == 0
        assert connection.execute("delete from notifications").rowcount == 0
    with database.as_person(GRACE) as connection:
        assert connection.execute("update notifications set read_at = now()").rowcount == 1
        assert connection.execute("delete from notifications").rowcount == 1


@pytest.mark.parametrize(
    "change", ["message = 'Else'", "kind = 'moved'", f"actor_id = '{SAM}'", "created_at = now()"]
)
def test_what_was_sent_does_not_change_even_for_the_api(database: Database, change: LiteralString) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="Only read_at"):
        database.service.execute(f"update notifications set {change}")


def test_an_account_can_be_deleted_and_what_it_sent_stays(database: Database) -> None:
    database.service.execute("delete from auth.users where id = %s", (ADA,))
    [(actor, message)] = database.service.execute("select actor_id, message from notifications").fetchall()
    assert (actor, message) == (None, "Hello")


def test_a_deleted_board_takes_its_notifications_with_it(database: Database) -> None:
    database.service.execute("delete from boards")
    assert count(database.service) == 0
