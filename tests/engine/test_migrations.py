"""The tables' history gives what this Baton expects, on both databases, and keeps what was in them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, DateTime, Integer, MetaData, Numeric, Table, func, insert, select, text

from bot.engine.database import Database
from bot.engine.history import differences, known_steps
from bot.engine.migrating import HISTORY, SchemaTooNew, migrate, newest_step, steps
from bot.engine.tables import metadata

NEXT_STEP = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "next", {head!r}, None, None
def upgrade() -> None:
    with op.batch_alter_table("feature") as batch:
        batch.add_column(sa.Column("mood", sa.String(20), nullable=False, server_default="calm"))
        batch.alter_column("issue", type_=sa.BigInteger())
    {more}
"""


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.dispose()


def history_with(tmp_path: Path, more: str) -> Path:
    """The history and a step that no released Baton has."""
    history = tmp_path / "history"
    shutil.copytree(HISTORY, history, ignore=shutil.ignore_patterns("__pycache__"))
    steps = history / "versions"
    head = max(step.name for step in steps.glob("0*.py"))[:4]
    (steps / "next.py").write_text(NEXT_STEP.format(head=head, more=more))
    return history


def history_until(step: str, tmp_path: Path) -> Path:
    """The history as it was when this was its newest step."""
    history = tmp_path / "earlier"
    shutil.copytree(HISTORY, history, ignore=shutil.ignore_patterns("__pycache__"))
    for later in (history / "versions").glob("0*.py"):
        if later.name[:4] > step:
            later.unlink()
    return history


def fill(database: Database) -> dict[str, int]:
    """Two rows in every table, and how many rows each has."""
    tables = MetaData()
    tables.reflect(database.engine, only=lambda name, _: name in metadata.tables)
    with database.writing() as connection:
        for table in tables.sorted_tables:
            for number in (1, 2):
                connection.execute(insert(table).values(row_of(table, number)))
    return rows(database, tables)


def row_of(table: Table, number: int) -> dict[str, Any]:
    return {column.name: value_for(column, number) for column in table.columns}


def value_for(column: Any, number: int) -> Any:
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer | Numeric):
        return number
    if isinstance(column.type, DateTime):
        return datetime(2026, 1, number, tzinfo=UTC if column.type.timezone else None)
    return f"{column.name[:8]}{number}"


def rows(database: Database, tables: MetaData = metadata) -> dict[str, int]:
    with database.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.tables.items()
        }


def test_the_history_gives_exactly_the_tables_that_baton_expects(empty: Database) -> None:
    migrate(empty)
    with empty.reading() as connection:
        assert differences(connection) == []


def test_a_step_is_filed_under_its_own_name(empty: Database) -> None:
    migrate(empty)
    assert steps() == known_steps(HISTORY)
    with empty.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest_step(
            HISTORY
        )


def test_a_start_with_nothing_to_change_does_without_alembic(empty: Database) -> None:
    migrate(empty)
    program = (
        "import sys; from bot.engine.database import Database; from bot.engine.migrating import migrate; "
        "migrate(Database(sys.argv[1])); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, empty.url], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_a_second_start_changes_nothing(empty: Database) -> None:
    migrate(empty)
    before = fill(empty)
    migrate(empty)
    assert rows(empty) == before
    assert set(before.values()) == {2}


def test_starts_at_the_same_moment_migrate_once(empty: Database) -> None:
    problems: list[Exception] = []

    def start() -> None:
        own = Database(empty.url)
        try:
            migrate(own)
        except Exception as error:  # noqa: BLE001 - any of them fails the test
            problems.append(error)
        own.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with empty.reading() as connection:
        assert differences(connection) == []


def test_a_step_that_rebuilds_a_table_keeps_all_that_refers_to_it(empty: Database, tmp_path: Path) -> None:
    migrate(empty)
    before = fill(empty)
    migrate(empty, history_with(tmp_path, "pass"))
    assert rows(empty) == before
    with empty.reading() as connection:
        assert connection.execute(text("SELECT mood FROM feature")).scalars().all() == ["calm", "calm"]


def test_questions_come_to_tables_that_are_full_already(empty: Database, tmp_path: Path) -> None:
    """Step 0002: what was there stays, and no repository has been asked whether it goes without CI."""
    migrate(empty, history_until("0001", tmp_path))
    before = fill(empty)
    assert "question" not in before
    migrate(empty)
    assert rows(empty) == {**before, "question": 0, "wish": 0, "retry": 0}
    with empty.reading() as connection:
        assert differences(connection) == []
        asked = connection.execute(select(metadata.tables["repository"].c.goes_without_ci)).scalars()
        assert list(asked) == [False, False]


def test_runs_and_approvals_from_before_further_commits_are_read_as_they_were(
    empty: Database, tmp_path: Path
) -> None:
    """Step 0003: a run of before began nowhere in particular, is about nothing, and is not dropped."""
    migrate(empty, history_until("0002", tmp_path))
    before = fill(empty)
    migrate(empty)
    assert rows(empty) == {**before, "retry": 0}
    with empty.reading() as connection:
        assert differences(connection) == []
        run, approval = metadata.tables["run"].c, metadata.tables["approval"].c
        assert set(connection.execute(select(run.start, run.about, run.dropped))) == {("", "[]", False)}
        assert set(connection.execute(select(approval.despite_red)).scalars()) == {False}


def test_a_repository_from_before_its_trigger_label_was_known_has_none(
    empty: Database, tmp_path: Path
) -> None:
    """Step 0004: it is learned at the next look."""
    migrate(empty, history_until("0003", tmp_path))
    before = fill(empty)
    migrate(empty)
    assert rows(empty) == before
    with empty.reading() as connection:
        assert differences(connection) == []
        known = metadata.tables["repository"].c
        assert set(connection.execute(select(known.trigger_node, known.trigger_name))) == {(None, None)}


def test_a_step_that_fails_leaves_everything_as_it_was(empty: Database, tmp_path: Path) -> None:
    migrate(empty)
    before = fill(empty)
    with pytest.raises(ZeroDivisionError):
        migrate(empty, history_with(tmp_path, "1 / 0"))
    assert rows(empty) == before
    with empty.reading() as connection:
        assert differences(connection) == []


def test_a_newer_schema_is_refused_with_a_sentence(empty: Database, tmp_path: Path) -> None:
    migrate(empty, history_with(tmp_path, "pass"))
    with pytest.raises(SchemaTooNew, match="at schema next, which this version of Baton does not know"):
        migrate(empty)


def test_an_sqlite_file_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    migrate(database)
    before = fill(database)
    migrate(database, history_with(tmp_path, "op.execute('DELETE FROM event')"))
    (copy,) = tmp_path.glob("baton.db.before-migration-from-*")
    assert rows(Database(f"sqlite:///{copy}")) == before
    assert rows(database)["event"] == 0


def test_the_tables_of_dbos_are_not_ours_to_judge(empty: Database) -> None:
    migrate(empty)
    with empty.writing() as connection:
        connection.execute(text("CREATE TABLE workflow_status (id INTEGER)"))
    with empty.reading() as connection:
        assert differences(connection) == []


def test_a_table_that_the_history_forgot_would_be_noticed(empty: Database) -> None:
    migrate(empty)
    with empty.writing() as connection:
        connection.execute(text("DROP INDEX ix_feature_live"))
        connection.execute(text("ALTER TABLE event ADD COLUMN mood INTEGER"))
    with empty.reading() as connection:
        found = [difference[0] for difference in differences(connection)]
    assert sorted(found) == ["add_index", "remove_column"]
