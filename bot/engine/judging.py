"""What a run or a person changed, as a diff between two commits, and what the inspections say of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from bot.facts.diff import REGULAR, Change, ChangedFile, Diff, FileStatus, Finding
from bot.facts.facts import Facts, House
from bot.facts.remembered import Delivered
from bot.facts.works import Work
from bot.inspections.inspection import StageInspected, inspect
from bot.plan.agent import Agent
from bot.plan.globs import matches
from bot.plan.reading_openapi import Operation, operations_in
from bot.plan.reading_sql import SqlUnreadable, tables_in
from bot.plan.stage_kind import StageKind
from bot.workspace.mirror import Mirror

Files = Mapping[str, str | None]


def diff_of(mirror: Mirror, start: str, files: Files) -> Diff:
    """The diff that these texts (None: deleted) make of a commit; a file that says the same is no change."""
    modes = {entry.path: entry.mode for entry in mirror.entries(start)}
    before = mirror.read_many(start, files)
    changed = (_changed(path, files[path], before.get(path), modes.get(path)) for path in sorted(files))
    return Diff(tuple(file for file in changed if file is not None))


def _changed(path: str, text: str | None, old: str | None, mode: str | None) -> ChangedFile | None:
    if text is None:
        return ChangedFile(path, FileStatus.DELETED, mode, "", None, old) if mode else None
    if mode is None:
        return ChangedFile(path, FileStatus.ADDED, "", REGULAR, text, None, len(text.encode()))
    if text == old:
        return None
    return ChangedFile(path, FileStatus.MODIFIED, mode, mode, text, old, len(text.encode()))


def stage_inspected(kind: StageKind, agent: Agent, house: House) -> StageInspected:
    """Whose change is judged. What was learned is the orchestrator's, whoever reviewed."""
    if kind is StageKind.REVIEW:
        return StageInspected("orchestrator", house.orchestrator, house.agents, house.configuration, False)
    return StageInspected(kind, agent, house.agents, house.configuration)


def change_of(mirror: Mirror, start: str, diff: Diff, house: House) -> Change:
    """The diff with the documents as they are after it."""
    paths = mirror.paths(start)
    wanted = [path for path in paths if path.startswith("docs/")]
    wanted += [path for agent in house.agents for path in (*agent.must_leave, *agent.reads)]
    documents = mirror.read_many(start, dict.fromkeys([*wanted, house.configuration.openapi.path]))
    for file in diff.files:
        if file.text is not None:
            documents[file.path] = file.text
        else:
            documents.pop(file.path, None)
    return Change(diff, paths, documents)


def diff_on_top(mirror: Mirror, start: str, head: str, files: Files) -> Diff:
    """What these texts, laid over the files of `head`, make of `start`: a branch with its next commit."""
    changed = {file.path: file for file in mirror.diff(start, head).files}
    for path in files:
        changed.pop(path, None)
    own = diff_of(mirror, start, files).files
    return Diff(tuple(sorted((*changed.values(), *own), key=lambda file: file.path)))


# What people push to the branch themselves is theirs to answer for.
OF_OWNERS = ("owned_files", "protected_files")


def findings_of_a_further_commit(
    mirror: Mirror, base: str, below: str, files: Files, stage: StageInspected, house: House
) -> tuple[Finding, ...]:
    """What the inspections say of a pull request with its next commit; of owners only about that commit's files.

    The pull request is what lies between `base` and `below`, and the commit is these texts on top of it.
    """
    whole = diff_on_top(mirror, base, below, files)
    found = inspect(change_of(mirror, base, whole, house), stage)
    return tuple(each for each in found if each.inspection not in OF_OWNERS or each.path in files)


def findings_in(
    mirror: Mirror,
    start: str,
    diff: Diff,
    work: Work,
    facts: Facts,
    mended: Mapping[str, Agent] | None = None,
) -> tuple[Finding, ...]:
    """What the inspections of the stage say of the diff."""
    stage = stage_inspected(work.kind, facts.house.agent(work.stage.agent), facts.house)
    return inspect(change_of(mirror, start, diff, facts.house), replace(stage, mended=mended or {}))


def delivered_by(diff: Diff, house: House) -> Delivered:
    """What a merged diff brought: files by what happened to them, tables and operations (R115, R116)."""
    return Delivered(
        added=diff.of(FileStatus.ADDED),
        modified=diff.of(FileStatus.MODIFIED),
        deleted=diff.of(FileStatus.DELETED),
        tables=tuple(dict.fromkeys(_tables(diff, house))),
        operations=tuple(_operations(diff, house)),
    )


def _tables(diff: Diff, house: House) -> list[str]:
    migrations = (house.configuration.database.migrations,)
    found: list[str] = []
    for file in diff.files:
        if file.text and file.path.endswith(".sql") and matches(file.path, migrations):
            with suppress(SqlUnreadable):  # the inspection of the stage has said so already
                found += tables_in(file.text)
    return found


def _operations(diff: Diff, house: House) -> list[Operation]:
    """The operations that the specification has now and did not have before."""
    file = diff.file(house.configuration.openapi.path)
    if file is None or file.text is None:
        return []
    before = set(operations_in(file.old_text or ""))
    return [operation for operation in operations_in(file.text) if operation not in before]
