"""Commands that show what agents would do with a local repository: `simulate` and `brief`."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.local import AsJson, Repository

IssueFile = Annotated[
    Path, typer.Option("--issue", help="The issue as Markdown, its title in the first line.")
]


class Stage(StrEnum):
    """The planner's part, or one of the kinds of stages."""

    PLAN = "plan"
    DATABASE = "database"
    API = "api"
    BACKEND = "backend"
    FRONTEND = "frontend"
    DEVOPS = "devops"
    TESTING = "testing"
    REVIEW = "review"


def add_to(app: typer.Typer) -> None:
    app.command()(simulate)
    app.command()(brief)


def simulate(issue: IssueFile, repo: Repository = Path(), as_json: AsJson = False) -> None:
    """Plan a feature for a local repository; no GitHub.

    Runs the planner with the model of ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL, and the rules that a plan must
    keep. Exit 1 where the planner gave up.
    """
    from bot.cli import planning

    simulated = planning.simulate(repo, issue)
    typer.echo(json.dumps(simulated.to_data(), indent=2) if as_json else planning.printed(simulated))


def brief(
    issue: IssueFile,
    stage: Annotated[Stage, typer.Option(help="Whose brief.")],
    repo: Repository = Path(),
) -> None:
    """Print the prompt that a stage's agent would get."""
    from bot.cli import offline
    from bot.cli.local_repository import house_at, local_settings, opened
    from bot.crew.briefs.rendering import render_brief
    from bot.plan.stage_kind import StageKind

    settings, text = local_settings(), offline.read_issue(issue)
    with opened(repo) as local:
        start = local.commit("HEAD")
        house = house_at(local.mirror, start, settings)
        if stage is Stage.PLAN:
            move, plan = offline.drafting(house), None
        else:
            kind = StageKind(stage.value)
            move, plan = offline.working(kind, house), offline.smallest_plan(kind, text, house)
            print(_unknown(kind), file=sys.stderr)
        facts = offline.facts_of(text, local, start, house, plan)
        typer.echo(render_brief(offline.request_for(move, facts, local, start, settings)))


def _unknown(kind: str) -> str:
    found = " Nothing is merged yet either, so there is no diff to review." if kind == "review" else ""
    return (
        f"The plan is not known here: this is the brief for a plan of the {kind} stage alone, titled as the issue "
        f"is. `baton simulate` makes a real plan.{found}"
    )
