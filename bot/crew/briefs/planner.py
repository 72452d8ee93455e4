"""The planner's brief: the issue and all that a plan for it must know."""

from __future__ import annotations

from collections.abc import Sequence

from bot.crew.briefs import parts
from bot.crew.briefs.inputs import Brief, IssueText, PlannerInputs
from bot.crew.briefs.system import system_prompt
from bot.crew.hygiene import one_line
from bot.crew.request import Purpose
from bot.plan.agent import Agent
from bot.plan.stage_kind import StageKind

RULES = f"""\
- The kinds of stages come in this order, each at most once: {", ".join(StageKind)}.
- The review is always there and always last. At least one other stage comes before it.
- A database stage needs a backend stage that uses the new schema.
- New or changed endpoints need an api stage: the specification comes before the code.
- A backend stage needs a testing stage.
- Each stage goes to the agent of its kind, and its outputs are paths or globs among that agent's files.
- What a stage needs comes earlier in the plan.
- Each kind that is left out stands in `skipped`, with the reason.
- Titles are one line that says what will be there afterwards, at most 120 characters.
- A recommended answer is one of its question's options, word for word."""


def planner_brief(inputs: PlannerInputs) -> Brief:
    """What the planner is told."""
    issue, at = inputs.issue, inputs.triggered_at
    message = parts.joined(
        f"# Plan this feature\n\nIssue #{issue.number}: {one_line(issue.title)}",
        parts.issue(issue, at),
        parts.section("Linked issues", *[_linked(each, inputs) for each in inputs.linked]),
        parts.section("Specification", parts.documents(inputs.specs)),
        parts.notes(inputs.notes),
        _previous(inputs),
        parts.conventions(inputs.conventions),
        parts.section("Documents there are", parts.documents(inputs.documents)),
        parts.section("Files there are", parts.tree(inputs.tree)),
        parts.section("The agents", catalogue(inputs.agents)),
        parts.section("The rules that the plan must keep", RULES),
        parts.evidence(inputs.evidence),
        "Look at what you need to know, then call `submit_plan`.",
    )
    return Brief(system_prompt(inputs.planner, Purpose.DRAFT), message)


def catalogue(agents: Sequence[Agent]) -> str:
    """Who there is, for what, and whose files are whose."""
    return "\n".join(_entry(agent) for agent in agents if isinstance(agent.kind, StageKind))


def _entry(agent: Agent) -> str:
    files = ", ".join(agent.owned) or "no files, only reads"
    return f"- {agent.name} ({agent.kind}): {one_line(agent.description)}\n  files: {files}"


def _linked(issue: IssueText, inputs: PlannerInputs) -> str:
    title = f"#{issue.number}: {one_line(issue.title)}"
    return f"{title}\n\n{parts.words('linked_issue', issue.body, inputs.triggered_at, issue.number)}"


def _previous(inputs: PlannerInputs) -> str:
    frozen = parts.delivered(inputs.frozen)
    if inputs.previous is None:
        return frozen
    intro = "It is to be changed as the maintainers say; keep what they do not mention."
    stays = "Stages that are merged stay in the plan exactly as they are." if inputs.frozen else ""
    return parts.joined(
        parts.section("The plan as it was", intro, stays, parts.plan_text(inputs.previous)), frozen
    ).strip()
