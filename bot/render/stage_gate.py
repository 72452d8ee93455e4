"""The check run `Baton / stage gate`: the inspections of one commit's diff, with annotations."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts.diff import Finding, Level
from bot.facts.works import Work
from bot.plan.stage_kind import StageKind
from bot.render.escaping import cut, one_line

NAME = "Baton / stage gate"
MOST_ANNOTATIONS = 50

_ANNOTATION_LEVELS = {Level.ERROR: "failure", Level.WARNING: "warning", Level.NOTICE: "notice"}


@dataclass(frozen=True)
class Annotation:
    """One finding at its line, in the words of GitHub's checks API."""

    path: str
    start_line: int
    end_line: int
    annotation_level: str
    message: str
    title: str


@dataclass(frozen=True)
class CheckRun:
    """A completed check run as it is to be shown."""

    conclusion: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...]


def stage_gate(work: Work, findings: tuple[Finding, ...], files: int) -> CheckRun:
    """The worst finding's sentence is the title; everything is in the summary."""
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    return CheckRun(
        conclusion="failure" if errors else "success",
        title=_title(work, errors, files),
        summary=cut(_summary(work, findings, files)),
        annotations=tuple(_annotation(finding) for finding in _worst_first(findings)[:MOST_ANNOTATIONS]),
    )


def _title(work: Work, errors: list[Finding], files: int) -> str:
    if errors:
        return one_line(errors[0].message, 240)
    whose = "what was learned" if work.kind is StageKind.REVIEW else work.stage.agent
    return f"{files} file{'' if files == 1 else 's'} of {whose}, nothing to object to."


def _summary(work: Work, findings: tuple[Finding, ...], files: int) -> str:
    head = (
        f"This check judges the diff and the documents of stage {work.number}/{work.total} ({work.kind}) at this "
        "commit, whoever pushed it. It waits for nobody: CI and people have checks of their own.\n"
    )
    if not findings:
        return f"{head}\nThe inspections of {files} changed file{'' if files == 1 else 's'} found nothing."
    rows = [
        f"- **{each.level}** {each.inspection}: {one_line(each.message, 600)}"
        for each in _worst_first(findings)
    ]
    if len(findings) > MOST_ANNOTATIONS:
        rows.append(f"\nThe first {MOST_ANNOTATIONS} of them are also shown at their lines.")
    return f"{head}\n" + "\n".join(rows)


def _worst_first(findings: tuple[Finding, ...]) -> list[Finding]:
    levels = tuple(Level)
    return sorted(findings, key=lambda finding: levels.index(finding.level))


def _annotation(finding: Finding) -> Annotation:
    line = finding.line or 1
    level = _ANNOTATION_LEVELS[finding.level]
    return Annotation(finding.path, line, line, level, finding.message, finding.inspection)
