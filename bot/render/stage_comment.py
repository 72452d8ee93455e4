"""The one comment of a stage: posted when it begins, edited when it is done (R071, R072, R115, R116)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.facts import Facts
from bot.facts.remembered import Delivered, RunEnding, RunResult
from bot.facts.states import StageState
from bot.facts.works import Work
from bot.plan.agent import owner_of
from bot.plan.stage_kind import StageKind
from bot.render.escaping import code, one_line
from bot.render.markers import marker
from bot.render.templates import fill

MOST_ENDPOINTS = 1_000


def stage_comment(work: Work, facts: Facts) -> str:
    """The comment as it should read now; what was delivered is git's word, never the model's (R072)."""
    generation = facts.generation_id
    return fill(
        "stage_comment",
        facts.house.dashboard or "",
        marker=marker("stage", facts.seen.issue.number, generation, stage=str(work.kind)),
        work=work,
        dependencies=dependencies(work, facts),
        status=_status(work),
        verdict=_reviewers_verdict(work, facts),
        delivered=tuple(_delivered(work, facts)) if work.state is StageState.DONE else (),
    )


def dependencies(work: Work, facts: Facts) -> str:
    """Which stages this one builds on, with their pull requests and the documents it reads there (R109)."""
    needed = [each for each in facts.works if each.kind in _needs(work, facts)]
    named = [f"{each.kind.area}{f' (#{each.merged.pull})' if each.merged else ''}" for each in needed]
    reads = [
        path
        for path in facts.house.agent(work.stage.agent).reads
        if (owner := owner_of(path, facts.house.agents)) and owner.kind in [each.kind for each in needed]
    ]
    using = f"using {', '.join(code(path) for path in reads)}" if reads else ""
    return "; ".join(part for part in (", ".join(named), using) if part) or "none"


def _needs(work: Work, facts: Facts) -> tuple[StageKind, ...]:
    if work.kind is StageKind.REVIEW:
        return tuple(each.kind for each in facts.building_stages)
    return work.stage.needs


def _status(work: Work) -> str:
    attempt = work.merged or work.attempt
    pull = f" (#{attempt.pull})" if attempt and attempt.pull else ""
    if work.record.skipped is not None:
        return f"Skipped{pull}: {one_line(work.record.skipped, 400)}"
    match work.state:
        case StageState.IN_REVIEW:
            return f"In Review{pull}"
        case StageState.MERGED:
            return f"Merged{pull}, waiting for CI on the base branch"
        case StageState.DONE:
            return f"Done{pull}"
        case _:
            return "In Progress..."


def _delivered(work: Work, facts: Facts) -> Iterator[str]:
    delivered, attempt = work.record.delivered or Delivered(), work.merged
    if attempt and attempt.pull:
        count = len(delivered.paths)
        sha = (attempt.merge_sha or "")[:7]
        yield f"Output: {count} file{'' if count == 1 else 's'} in #{attempt.pull}, merged as {sha}"
    yield from _listed("Created", delivered.added)
    yield from _listed("Updated", delivered.modified)
    yield from _listed("Deleted", delivered.deleted)
    if delivered.tables:
        yield f"Tables: {', '.join(code(table) for table in delivered.tables)}"
    yield from endpoints(delivered)
    later = (each for each in facts.works if each.number > work.number and each.record.skipped is None)
    following = next(later, None)
    ready = f"{following.kind.area}: {one_line(following.title)}" if following else "the completion report"
    yield f"Ready for: {ready}"
    for note in work.record.notes:
        yield f"Note: {one_line(note, 400)}"


def _listed(what: str, paths: tuple[str, ...]) -> Iterator[str]:
    if paths:
        more = f" and {len(paths) - 12} more" if len(paths) > 12 else ""
        yield f"{what}: {', '.join(code(path) for path in paths[:12])}{more}"


def endpoints(delivered: Delivered) -> Iterator[str]:
    """`Endpoints: GET/POST /api/v1/notifications`, one line for all paths; streams apart (R116)."""
    methods: dict[str, list[str]] = {}
    for operation in delivered.operations:
        if not operation.is_stream:
            methods.setdefault(operation.path, []).append(operation.method.upper())
    if methods:
        listed = ", ".join(f"{'/'.join(each)} {path}" for path, each in methods.items())
        yield one_line(f"Endpoints: {listed}", MOST_ENDPOINTS)
    streams = [f"{each.method.upper()} {each.path}" for each in delivered.operations if each.is_stream]
    if streams:
        yield one_line(f"SSE: {', '.join(streams)}", MOST_ENDPOINTS)


def _reviewers_verdict(work: Work, facts: Facts) -> str:
    """The code reviewer's word on the whole feature stands in its stage's comment."""
    if work.kind is not StageKind.REVIEW:
        return ""
    verdicts = [
        (run.agent, run.result)
        for run in facts.remembered.runs
        if run.chapter.startswith("verdict/") and run.result and not run.dropped
    ]
    given = [(agent, result) for agent, result in verdicts if result.ending is RunEnding.REVIEWED]
    return verdict_text(*given[-1]) if given else ""


def verdict_text(agent: str, result: RunResult) -> str:
    """Approved or not, and every finding with its place."""
    word = "approved" if result.approved else "changes are wanted"
    lines = [f"**Verdict of {agent}: {word}**"]
    lines += [one_line(result.summary, 1000)] if result.summary else []
    lines += [
        f"- {one_line(each.severity, 20)}: {code(each.path)}{f', line {each.line}' if each.line else ''}: {one_line(each.message, 600)}"
        for each in result.findings
    ]
    return "\n".join(lines)
