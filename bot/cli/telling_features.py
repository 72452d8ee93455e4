"""Features as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cli.printing import plain, wrapped
from bot.engine.overview import FeatureShown, PlanShown, StageShown, instant


def listed(features: Sequence[FeatureShown]) -> str:
    """What each waits for, a person's turn first."""
    if not features:
        return "There is no feature yet. An issue becomes one when it is labelled."
    return "\n".join(line for each in features for line in _two_lines(each))


def told(shown: FeatureShown) -> str:
    """The plan and the timeline of one."""
    lines = [*_two_lines(shown)]
    if shown.plan is not None:
        lines += ["", f"Plan v{shown.plan.revision}{_approved(shown.plan)}"]
        lines += [_stage(each) for each in shown.plan.stages]
    lines += ["", "Timeline"]
    lines += [wrapped(each.text, " " * 22, f"{instant(each.at)}  ") for each in shown.timeline]
    return "\n".join(lines)


def _two_lines(shown: FeatureShown) -> tuple[str, str]:
    done = f"  {shown.plan.over}/{len(shown.plan.counted)}" if shown.plan else ""
    head = f"{shown.key}  {plain(shown.title)}  [{shown.state.value}]{done}  ${shown.cost:.2f}"
    return head, wrapped(shown.waiting_for, "    ")


def _approved(plan: PlanShown) -> str:
    return f", approved by {plain(plan.approved_by)}" if plan.approved_by else ", not approved yet"


def _stage(stage: StageShown) -> str:
    number = f"{stage.number}." if stage.number is not None else " -"
    pull = f"  #{stage.pull_request}" if stage.pull_request is not None else ""
    return f"  {number} {stage.kind:<9} {stage.state.value:<9} {plain(stage.title)}{pull}"
