"""Every document that the stage owes is there and says what the change brought: accepts, refuses, edges."""

from __future__ import annotations

from dataclasses import replace

from bot.facts.diff import ChangedFile
from bot.inspections.inspection import StageInspected
from bot.inspections.required_documents import headings_in, inspect, owed
from bot.plan.configuration import Configuration, Database, Openapi
from bot.plan.stage_kind import StageKind
from tests.inspections.examples import added, change, deleted, modified, sentences, stage_of

README = "docs/database/README.md"
GOOD = """# Database

## Tables
### `notifications`
The user's notifications.
## Relationships and indexes
None yet.
## RLS policies
Each user reads their own.
## TypeScript types reference
None yet.
"""
MIGRATION = "create table public.notifications (id bigint primary key);\n"
DATABASE = stage_of(StageKind.DATABASE)
API = stage_of(StageKind.API)


def found(*files: ChangedFile, stage: StageInspected = DATABASE, **documents: str) -> list[str]:
    return sentences(inspect(change(*files, documents=documents), stage))


def migration(text: str = MIGRATION, name: str = "20260101000000_add.sql") -> ChangedFile:
    return added(f"supabase/migrations/{name}", text)


def test_a_migration_with_a_readme_that_names_its_table_is_accepted() -> None:
    assert found(migration(), modified(README, GOOD)) == []
    assert found(migration(), added(README, GOOD)) == []


def test_a_document_that_is_not_in_the_change_is_missed() -> None:
    """R023, R089."""
    missing = (
        f"error: {README} is not in the change: supabase-architect must leave it up to date, since later stages "
        "build on it. Write or update it."
    )
    assert found(migration()) == [missing]
    assert found(migration(), deleted(README)) == [missing]


def test_a_table_that_the_readme_does_not_name_is_missed() -> None:
    """R023, R095."""
    sql = MIGRATION + "alter table users add column muted boolean;\ncreate table audit.log (id int);\n"
    assert found(migration(sql), modified(README, GOOD)) == [
        (
            f"error: {README} does not name the table users, which "
            "supabase/migrations/20260101000000_add.sql makes or changes. Describe it there."
        ),
        (
            f"error: {README} does not name the table audit.log, which "
            "supabase/migrations/20260101000000_add.sql makes or changes. Describe it there."
        ),
    ]


def test_part_of_a_longer_word_is_not_the_tables_name() -> None:
    longer = GOOD.replace("`notifications`", "`old_notifications`").replace("user's notifications", "rest")
    assert len(found(migration(), modified(README, longer))) == 1


def test_a_heading_that_is_missing_is_named() -> None:
    """R060."""
    without = GOOD.replace("## RLS policies\n", "")
    assert found(migration(), modified(README, without)) == [
        (
            f"error: {README} has no heading “RLS policies”. Add one with what belongs under it, or “None yet.” "
            "where there is nothing."
        )
    ]


def test_a_longer_heading_of_any_level_and_case_counts() -> None:
    longer = GOOD.replace("## RLS policies", "#### Row level security: RLS POLICIES of each table")
    assert found(migration(), modified(README, longer)) == []


def test_the_headings_are_the_repositorys_choice() -> None:
    configuration = Configuration(database=Database(readme_headings=("Tabellen",)))
    stage = stage_of(StageKind.DATABASE, configuration)
    assert len(found(migration(), modified(README, GOOD), stage=stage)) == 1
    assert found(migration(), modified(README, "# Tabellen\nnotifications"), stage=stage) == []


def test_sql_that_cannot_be_read_is_an_error_at_its_line() -> None:
    findings = list(
        inspect(change(migration("select 1;\ncreate tabel x;\n"), modified(README, GOOD)), DATABASE)
    )
    assert sentences(findings) == [
        (
            "error: The tables of supabase/migrations/20260101000000_add.sql cannot be read: "
            'syntax error at or near "tabel" (line 2). Mend the SQL.'
        )
    ]
    assert findings[0].line == 2


def test_a_migration_that_is_no_sql_is_not_measured_and_says_so() -> None:
    assert found(migration("def upgrade(): ...\n", "0001_add.py"), modified(README, GOOD)) == [
        (
            "notice: The tables of supabase/migrations/0001_add.py are not measured, since it is no SQL: look yourself "
            f"whether {README} names them."
        )
    ]


def test_a_file_elsewhere_is_no_migration() -> None:
    assert found(added("docs/database/example.sql", "create table x ();"), modified(README, GOOD)) == []


def test_the_api_stage_leaves_the_specification() -> None:
    assert found(modified("docs/openapi.yaml", "openapi: 3.0.0"), stage=API) == []
    assert found(modified("docs/api.md"), stage=API) == [
        (
            "error: docs/openapi.yaml is not in the change: api-designer must leave it up to date, since later stages "
            "build on it. Write or update it."
        )
    ]


def test_a_part_of_a_split_specification_counts() -> None:
    root = "openapi: 3.0.0\npaths:\n  /a: {$ref: paths/a.yaml}\n"
    part = "get: {responses: {'200': {description: a}}}\n"
    documents = {"docs/openapi.yaml": root, "docs/paths/a.yaml": part, "docs/paths/b.yaml": part}
    assert found(modified("docs/paths/a.yaml", part), stage=API, **documents) == []
    assert len(found(modified("docs/paths/b.yaml", part), stage=API, **documents)) == 1


def test_the_specification_is_where_the_configuration_says() -> None:
    stage = stage_of(StageKind.API, Configuration(openapi=Openapi(path="api/spec.yaml")))
    assert owed(stage) == ("api/spec.yaml",)


def test_a_generated_specification_is_not_the_api_stages_debt() -> None:
    assert owed(stage_of(StageKind.API, Configuration(openapi=Openapi(mode="generated")))) == ()


def test_a_pattern_is_met_by_any_file_that_it_means() -> None:
    stage = replace(API, agent=replace(API.agent, must_leave=("docs/adr/*.md",)))
    assert found(added("docs/adr/0001.md"), added("docs/openapi.yaml"), stage=stage) == []
    assert found(added("docs/openapi.yaml"), stage=stage) == [
        (
            "error: docs/adr/*.md is not in the change: api-designer must leave it up to date, since later stages "
            "build on it. Add or update a file that it means."
        )
    ]


def test_a_fix_owes_no_documents_but_must_keep_them_true() -> None:
    fix = replace(DATABASE, owes_documents=False)
    assert found(migration(), stage=fix, **{README: GOOD}) == []
    assert len(found(migration("create table x ();"), stage=fix, **{README: GOOD})) == 1


def test_a_stage_without_debts_owes_nothing() -> None:
    assert found(added("backend/a.py"), stage=stage_of(StageKind.BACKEND)) == []


def test_only_headings_are_headings() -> None:
    text = "# One #\n\nTwo\n===\n\n```\n# code\n```\n\n<!--\n# hidden\n-->\n\n    # indented\n\n#none\n\n> # Quoted\n"
    assert headings_in(text) == ("One", "Two", "Quoted")
