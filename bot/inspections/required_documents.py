"""The documents that later stages build on are in the change and say what it brought."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it import MarkdownIt

from bot.facts.diff import Change, ChangedFile, FileStatus, Finding, Level
from bot.inspections.inspection import StageInspected, path_of
from bot.plan import reading_openapi
from bot.plan.file_names import shown
from bot.plan.globs import matches
from bot.plan.reading_sql import SqlUnreadable, tables_in
from bot.plan.stage_kind import StageKind

NAME = "required_documents"
TITLE = "Every document that the stage owes is in the change and says what it brought."

DATABASE_README = "docs/database/README.md"


def inspect(change: Change, stage: StageInspected) -> Iterator[Finding]:
    """What is owed is there; a database README names each table and keeps its headings."""
    for document in owed(stage):
        if not _is_left(document, change):
            yield _finding(document, f"{document} is not in the change: {_debt(document, stage)}")
    if stage.kind is StageKind.DATABASE:
        yield from _database_readme(change, stage)


def owed(stage: StageInspected) -> tuple[str, ...]:
    """The documents, by path or glob, that the stage's change must add or modify."""
    if not stage.owes_documents:
        return ()
    specification, mode = stage.configuration.openapi.path, stage.configuration.openapi.mode
    documents = [specification if each == reading_openapi.PATH else each for each in stage.agent.must_leave]
    if mode == "generated":
        documents = [each for each in documents if each != specification]
    elif stage.kind is StageKind.API:
        documents.append(specification)
    if stage.kind is StageKind.DATABASE:
        documents.append(DATABASE_README)
    return tuple(dict.fromkeys(documents))


def _debt(document: str, stage: StageInspected) -> str:
    what = "Write or update it" if "*" not in document else "Add or update a file that it means"
    return f"{stage.agent.name} must leave it up to date, since later stages build on it. {what}."


def _finding(path: str, message: str, line: int | None = None, level: Level = Level.ERROR) -> Finding:
    return Finding(NAME, level, path_of(path), line, message)


def _is_left(document: str, change: Change) -> bool:
    changed = [file.path for file in change.diff.files if file.status is not FileStatus.DELETED]
    return any(matches(path, (document,)) for path in changed) or _is_left_in_parts(document, changed, change)


def _is_left_in_parts(document: str, changed: list[str], change: Change) -> bool:
    """A specification that is split up is updated in the files it refers to."""
    text = _text(document, change)
    if text is None or posixpath.splitext(document)[1] not in {".yaml", ".yml", ".json"}:
        return False
    files = reading_openapi.read_specification(document, {**change.documents, document: text}).files
    return any(path in files for path in changed)


def _text(path: str, change: Change) -> str | None:
    file = change.diff.file(path)
    return file.text if file and file.text is not None else change.documents.get(path)


def _database_readme(change: Change, stage: StageInspected) -> Iterator[Finding]:
    readme = _text(DATABASE_README, change)
    if readme is None:
        return
    yield from _headings(readme, stage)
    migrations = stage.configuration.database.migrations
    for file in change.diff.files:
        if file.text is not None and matches(file.path, (migrations,)):
            yield from _tables(file, file.text, readme)


def _headings(readme: str, stage: StageInspected) -> Iterator[Finding]:
    there = [heading.casefold() for heading in headings_in(readme)]
    for wanted in stage.configuration.database.readme_headings:
        if not any(wanted.casefold() in heading for heading in there):
            yield _finding(
                DATABASE_README,
                f"{DATABASE_README} has no heading “{wanted}”. Add one with what belongs under it, "
                "or “None yet.” where there is nothing.",
            )


def headings_in(markdown: str) -> tuple[str, ...]:
    """The texts of a document's headings; a # in a code block or comment is none."""
    tokens = MarkdownIt("commonmark").parse(markdown)
    return tuple(text.content for opening, text in pairwise(tokens) if opening.type == "heading_open")


def _tables(file: ChangedFile, text: str, readme: str) -> Iterator[Finding]:
    if not file.path.endswith(".sql"):
        yield _finding(
            file.path,
            f"The tables of {shown(file.path)} are not measured, since it is no SQL: look yourself whether "
            f"{DATABASE_README} names them.",
            level=Level.NOTICE,
        )
        return
    try:
        tables = tables_in(text)
    except SqlUnreadable as error:
        yield _finding(
            file.path,
            f"The tables of {shown(file.path)} cannot be read: {error.reason} (line {error.line}). "
            "Mend the SQL.",
            error.line,
        )
        return
    for table in tables:
        if not _names(readme, table):
            yield _finding(
                DATABASE_README,
                f"{DATABASE_README} does not name the table {table}, which {shown(file.path)} makes or changes. "
                "Describe it there.",
            )


def _names(text: str, table: str) -> bool:
    name = table.rpartition(".")[2]
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
