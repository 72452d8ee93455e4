"""Which tables a migration makes or changes."""

from __future__ import annotations

import pytest

from bot.plan.reading_sql import SqlUnreadable, tables_in


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("create table notifications (id bigint);", ("notifications",)),
        ("create table if not exists public.notifications ();", ("notifications",)),
        ("create table audit.log (id int);", ("audit.log",)),
        ('create table "Odd Name" ();', ("Odd Name",)),
        ("create table a as select 1 as x;", ("a",)),
        ("select 1 as x into a;", ("a",)),
        ("create unlogged table a ();", ("a",)),
        ("create table part partition of whole for values in (1);", ("part",)),
        ("alter table users add column muted boolean;", ("users",)),
        ("alter table only users enable row level security;", ("users",)),
        ("alter table users rename to people;", ("people",)),
        ("alter table users rename column a to b;", ("users",)),
        ("alter table audit.log set schema public;", ("log",)),
        ("create table a (); alter table a add b int; create table c ();", ("a", "c")),
        ("create temp table a ();", ()),
        ("create view v as select 1;", ()),
        ("create materialized view v as select 1 as x;", ()),
        ("alter view v rename to w;", ()),
        ("alter index i rename to j;", ()),
        ("create index on notifications (id);", ()),
        ("create policy p on notifications using (true);", ()),
        ("drop table notifications;", ()),
        ("insert into a values (';create table b ();');", ()),
        ("do $$ begin create table a (); end $$;", ()),
        ("-- create table a ();\n", ()),
        ("", ()),
    ],
)
def test_the_tables_that_a_migration_makes_or_changes(sql: str, tables: tuple[str, ...]) -> None:
    assert tables_in(sql) == tables


def test_sql_that_postgresql_cannot_read_says_where() -> None:
    with pytest.raises(SqlUnreadable) as unreadable:
        tables_in("-- Größe\ncreate table a ();\n\ncreate tabel b ();\n")
    assert str(unreadable.value) == 'PostgreSQL cannot read line 4: syntax error at or near "tabel".'


def test_a_text_that_ends_too_early_says_so() -> None:
    with pytest.raises(SqlUnreadable, match="syntax error at end of input"):
        tables_in("create table a (")
