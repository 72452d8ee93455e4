"""Nothing in the change runs code, moves powers or hides: no workflows, links, binaries, odd names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from bot.facts.diff import (
    EXECUTABLE,
    GITLINK,
    REGULAR,
    SYMLINK,
    Change,
    ChangedFile,
    Diff,
    FileStatus,
    Finding,
    Level,
)
from bot.inspections.inspection import StageInspected, path_of
from bot.plan.agent import ORCHESTRATOR
from bot.plan.file_names import canonical_path, danger_in, fault_in, shown
from bot.plan.stage_kind import StageKind

NAME = "protected_files"
TITLE = "No protected file, link, binary, oversized or oddly named file is in the change."

MEGABYTE = 1024 * 1024
MOST_BYTES_A_FILE = MEGABYTE
MOST_BYTES = 5 * MEGABYTE
MOST_FILES = 300

WORKFLOWS = ".github/workflows"
_CODEOWNERS = {"codeowners", ".github/codeowners", "docs/codeowners"}
_PROTECTED_NAMES = {
    ".gitmodules": "it names repositories that git would fetch and check out",
    ".gitattributes": "it can make git rewrite files and run programs",
}
_PROTECTED_DIRECTORIES = {
    ".github": "it steers GitHub itself: workflows, reviews, settings",
    ".claude": "it says what agents may do",
    "agents": "it says what agents may do",
}


def inspect(change: Change, stage: StageInspected) -> Iterator[Finding]:
    """All reasons at once, so that one answer can mend them all."""
    for file in change.diff.files:
        for sentence in _wrong(file, stage):
            yield _finding(file.path, sentence)
    for path, sentence in _collisions(change):
        yield _finding(path, sentence)
    yield from _too_much(change.diff)


def refusal_for(path: str, stage: StageInspected, exists: bool) -> str | None:
    """Why nobody, or not this agent, may write a file of this name; None where it may."""
    return (danger_in(path) if exists else fault_in(path)) or _protection(path, stage)


def _finding(path: str, sentence: str) -> Finding:
    return Finding(NAME, Level.ERROR, path_of(path), None, sentence)


def _wrong(file: ChangedFile, stage: StageInspected) -> Iterator[str]:
    """What is wrong with one file. A name that was there before is nobody's fault now."""
    name = fault_in(file.path) if file.status is FileStatus.ADDED else danger_in(file.path)
    if name:
        yield name
    if protection := _protection(file.path, stage):
        yield protection
    if kind := _kind_fault(file):
        yield kind
    elif content := _content_fault(file):
        yield content


def _protection(path: str, stage: StageInspected) -> str | None:
    plain = canonical_path(path)
    first, _, _ = plain.partition("/")
    if plain.startswith(f"{WORKFLOWS}/"):
        return _workflow_protection(path, stage)
    if plain in _CODEOWNERS:
        return _protected(path, "it says whose review GitHub asks for")
    for part in plain.split("/"):
        if part in _PROTECTED_NAMES:
            return _protected(path, _PROTECTED_NAMES[part])
    if "/" in plain and first in _PROTECTED_DIRECTORIES and not _is_conventions(path, stage):
        return _protected(path, _PROTECTED_DIRECTORIES[first])
    return None


def _protected(path: str, reason: str) -> str:
    return f"{shown(path)} is protected, since {reason}. Only people change it; leave it as it is."


def _workflow_protection(path: str, stage: StageInspected) -> str | None:
    allowed = stage.configuration.devops.workflows
    if allowed and stage.kind is StageKind.DEVOPS and stage.agent.kind is StageKind.DEVOPS:
        return None
    who = "only the devops-engineer may write workflows here"
    if not allowed:
        who = "no agent may write workflows unless .github/baton.yml says `devops: {workflows: true}`"
    return f"{shown(path)} is a workflow, and {who}. Leave it as it is."


def _is_conventions(path: str, stage: StageInspected) -> bool:
    """The conventions file may lie in a protected directory; it stays the orchestrator's."""
    return stage.agent.kind == ORCHESTRATOR and path in {".claude/CLAUDE.md", stage.configuration.conventions}


def _kind_fault(file: ChangedFile) -> str | None:
    """Only plain files come and go; 755 only where the file had it before."""
    name, old, new = shown(file.path), file.old_mode, file.new_mode
    if GITLINK in (old, new):
        return f"{name} is a submodule, which would bring in another repository. Leave it as it is."
    if new == SYMLINK:
        return f"{name} is a symbolic link. Write a plain file, or leave it out."
    if old == SYMLINK and new:
        return f"{name} was a symbolic link and would become a plain file. Change the file that it names."
    if new and new not in (REGULAR, EXECUTABLE):
        return f"{name} has the mode {new}, which is no plain file's. Leave it out."
    if new == EXECUTABLE and old != EXECUTABLE:
        return f"{name} would be executable, and it was not before. Leave the executable bit off."
    if old == EXECUTABLE and new == REGULAR:
        return f"{name} was executable and would no longer be. Leave the executable bit on."
    return None


def _content_fault(file: ChangedFile) -> str | None:
    if file.status is FileStatus.DELETED:
        return None
    if file.size > MOST_BYTES_A_FILE:
        return f"{shown(file.path)} is {_megabytes(file.size)} MB; a file may have 1 MB. Split it up, or leave it out."
    if file.is_binary:
        return f"{shown(file.path)} is a binary file, which nobody can review. Leave it out."
    return None


def _megabytes(size: int) -> str:
    """Rounded up, so that what is too large never looks as if it fitted."""
    return f"{-(-size * 100 // MEGABYTE) / 100:.2f}"


def _collisions(change: Change) -> Iterator[tuple[str, str]]:
    """Names that are one file on machines which do not tell upper from lower case."""
    removed = set(change.diff.of(FileStatus.DELETED))
    known: dict[str, str] = {}
    for path in sorted(change.base_paths - removed):
        for spelled in _with_parents(path):
            known.setdefault(_folded(spelled), spelled)
    for path in change.diff.of(FileStatus.ADDED):
        clash = next((c for c in (_clash(spelled, known) for spelled in _with_parents(path)) if c), None)
        if clash:
            yield (
                path,
                (
                    f"{shown(path)} differs from {shown(clash)} only in upper and lower case, so many machines "
                    "would see one file. Spell it the same way, or choose another name."
                ),
            )
        for spelled in _with_parents(path):
            known.setdefault(_folded(spelled), spelled)


def _clash(spelled: str, known: dict[str, str]) -> str | None:
    other = known.get(_folded(spelled))
    return other if other is not None and other != spelled else None


def _with_parents(path: str) -> Iterable[str]:
    """`a/b/c` as `a`, `a/b` and `a/b/c`."""
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())


def _too_much(diff: Diff) -> Iterator[Finding]:
    if len(diff.files) > MOST_FILES:
        yield _finding(
            diff.files[MOST_FILES].path,
            f"The change has {len(diff.files)} files; {MOST_FILES} are the most that a person can review. "
            "Leave out what is generated, or do less in one stage.",
        )
    total = sum(file.size for file in diff.files)
    if total > MOST_BYTES:
        largest = max(diff.files, key=lambda file: file.size)
        yield _finding(
            largest.path,
            f"The change is {_megabytes(total)} MB; 5 MB are the most. "
            f"Leave out what is generated; the largest file is {shown(largest.path)}.",
        )
