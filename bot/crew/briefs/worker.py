"""A working agent's brief: its stage, what it builds on, and what must be true in the end."""

from __future__ import annotations

from bot.crew.briefs import parts
from bot.crew.briefs.inputs import Brief, WorkerInputs
from bot.crew.briefs.system import system_prompt
from bot.crew.hygiene import one_line
from bot.crew.request import Purpose


def worker_brief(inputs: WorkerInputs) -> Brief:
    """What a working agent is told."""
    message = parts.joined(
        f"# Your task: {one_line(_title(inputs))}",
        _task(inputs),
        parts.notes(inputs.notes),
        parts.evidence(inputs.evidence),
        parts.section(
            f"The approved plan of issue #{inputs.issue_number}", parts.plan_text(inputs.plan, inputs.kind)
        ),
        parts.criteria(inputs.plan),
        _issue(inputs),
        _documents(inputs),
        parts.delivered(inputs.earlier),
        parts.conventions(inputs.conventions),
        parts.section("Files there are", parts.tree(inputs.tree)) if inputs.tree else "",
        "Do the work, then call `finish_stage`.",
    )
    return Brief(system_prompt(inputs.agent, Purpose.WORK), message)


def _title(inputs: WorkerInputs) -> str:
    stage = inputs.plan.stage(inputs.kind) if inputs.kind else None
    return stage.title if stage else inputs.plan.feature


def _task(inputs: WorkerInputs) -> str:
    stage = inputs.plan.stage(inputs.kind) if inputs.kind else None
    leaves = [*(stage.outputs if stage else ()), *inputs.agent.must_leave]
    outputs = "\n".join(f"- {output}" for output in dict.fromkeys(leaves))
    return parts.joined(
        inputs.task.strip(),
        f"When you are done, these are there and up to date:\n{outputs}" if outputs else "",
    ).strip()


def _issue(inputs: WorkerInputs) -> str:
    if inputs.issue is None or inputs.triggered_at is None:
        return ""
    intro = "The plan says what of it is yours; the rest is for other stages."
    return parts.section("The issue", intro, parts.issue(inputs.issue, inputs.triggered_at))


def _documents(inputs: WorkerInputs) -> str:
    intro = "They are the truth that your work follows. Where one is wrong, ask; do not work against it."
    return (
        parts.section("Documents to work from", intro, parts.documents(inputs.documents))
        if inputs.documents
        else ""
    )
