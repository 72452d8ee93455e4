"""The code reviewer's brief: the whole feature's diff, as much of it as fits, and what it is measured by."""

from __future__ import annotations

import difflib

from bot.crew.briefs import parts
from bot.crew.briefs.inputs import Brief, ReviewerInputs
from bot.crew.briefs.system import system_prompt
from bot.crew.hygiene import fenced, revealed
from bot.crew.request import Purpose
from bot.crew.tools.cutting import lines_of
from bot.facts.diff import ChangedFile, Diff, FileStatus

MOST_OF_ALL_DIFFS = 240_000
MOST_LINES_COMPARED = 20_000
_STATUS = {FileStatus.ADDED: "added", FileStatus.MODIFIED: "changed", FileStatus.DELETED: "deleted"}


def reviewer_brief(inputs: ReviewerInputs) -> Brief:
    """What the code reviewer is told."""
    message = parts.joined(
        f"# Review the whole feature of issue #{inputs.issue_number}",
        parts.notes(inputs.notes),
        parts.section("The approved plan", parts.plan_text(inputs.plan, inputs.agent.kind)),
        parts.criteria(inputs.plan),
        parts.section("Documents", parts.documents(inputs.documents)),
        parts.conventions(inputs.conventions),
        parts.delivered(inputs.earlier),
        parts.section("Every file that the feature changes", _named(inputs.diff)),
        parts.section("The changes", *diffs(inputs.diff)),
        "Look at what you need to see, then call `submit_review`.",
    )
    return Brief(system_prompt(inputs.agent, Purpose.VERDICT), message)


def _named(diff: Diff) -> str:
    return "\n".join(f"- {file.path} ({_STATUS[file.status]})" for file in diff.files)


def diffs(diff: Diff, most: int = MOST_OF_ALL_DIFFS) -> list[str]:
    """Each file's change; where all together are too long, the longest are cut until they fit."""
    changes = [(file, _change(file)) for file in diff.files]
    limit = _limit([len(text) for _, text in changes], most)
    return [fenced("change", _cut(file, text, limit), path=file.path) for file, text in changes]


def _change(file: ChangedFile) -> str:
    if file.is_binary:
        return f"(A binary file of {file.size} bytes.)"
    old, new = lines_of(file.old_text or ""), lines_of(file.text or "")
    if len(old) + len(new) > MOST_LINES_COMPARED:
        return f"(Too long to compare: {len(old)} lines before, {len(new)} after. Look at it with Read and Grep.)"
    return revealed("\n".join(difflib.unified_diff(old, new, "before", "after", lineterm="")))


def _limit(sizes: list[int], most: int) -> int:
    """The size at which each is cut so that all fit: what short ones leave over goes to the long ones."""
    left, share = most, most
    for done, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - done)
        if size > share:
            return share
        left -= size
    return share


def _cut(file: ChangedFile, text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    whole_lines = text[:limit].rsplit("\n", 1)[0]
    return f"{whole_lines}\n(The rest does not fit here. Read {file.path} for it.)"
