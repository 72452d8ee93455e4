"""The whole crew builds the demo's feature: the packaged agents, the rules of plans, the recorded model."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

import bot.playground.demo
from bot.crew.briefs.inputs import Brief, IssueText, PlannerInputs, ReviewerInputs, Said, WorkerInputs
from bot.crew.briefs.planner import planner_brief
from bot.crew.briefs.reviewer import reviewer_brief
from bot.crew.briefs.worker import worker_brief
from bot.crew.endings import Finished, Planned, Reviewed
from bot.crew.loop import run_agent
from bot.crew.model import AnthropicModel
from bot.crew.records import RunOutcome
from bot.crew.request import Purpose, RunRequest
from bot.crew.steps import Unrecorded
from bot.facts.diff import Diff
from bot.plan.agent import Agent, agent_for, named, owner_of
from bot.plan.agent_file import read_agents
from bot.plan.plan import Plan
from bot.plan.rules import Circumstances
from bot.plan.submission import read_submission
from bot.playground.model.run import running_model
from bot.settings import DEFAULT_PRICES, PACKAGED_AGENTS
from tests.crew.folder import Folder

DEMO = Path(bot.playground.demo.__file__).parent
AT = datetime(2026, 11, 24, tzinfo=UTC)


def packaged_agents() -> tuple[Agent, ...]:
    return read_agents({file.name: file.read_text() for file in PACKAGED_AGENTS.glob("*.md")}).agents


def test_the_crew_builds_the_demos_feature(tmp_path: Path) -> None:
    shutil.copytree(DEMO / "repository", tmp_path / "work")
    agents = packaged_agents()
    title, _, body = (DEMO / "issue.md").read_text().partition("\n")
    issue = IssueText(12, title.removeprefix("# "), Said("maintainer", body, AT, may_command=True))
    with running_model() as url:
        model = AnthropicModel(base_url=url)

        def play(agent: Agent, purpose: Purpose, brief: Brief, folder: Folder) -> RunOutcome:
            def may_change(path: str) -> str | None:
                owner = owner_of(path, agents)
                return None if agent.owns(path) else f"{path} belongs to {owner.name if owner else 'nobody'}."

            return run_agent(
                RunRequest(
                    purpose, agent.name, "claude-sonnet-5-5", brief.system, brief.message, agent.tools
                ),
                folder,
                Unrecorded(),
                model,
                prices=DEFAULT_PRICES,
                may_change=may_change,
                judge_plan=lambda data: read_submission(data, Circumstances(agents, agent_for(agents))),
                sleep=lambda _: pytest.fail("nothing to wait for"),
            )

        folder = Folder(tmp_path / "work")
        planner = next(agent for agent in agents if agent.kind == "orchestrator")
        inputs = PlannerInputs(planner, agents, issue, AT, folder.paths())
        outcomes = [play(planner, Purpose.DRAFT, planner_brief(inputs), folder)]
        assert isinstance(outcomes[0].ending, Planned)
        plan = Plan.from_data(outcomes[0].ending.plan)
        for stage in plan.building:
            agent = named(stage.agent, agents)
            assert agent is not None
            folder = Folder(tmp_path / "work")
            outcome = play(
                agent, Purpose.WORK, worker_brief(WorkerInputs(agent, plan, 12, stage.kind)), folder
            )
            assert isinstance(outcome.ending, Finished), outcome.ending
            assert outcome.ending.changed
            assert all(agent.owns(path) for path in outcome.ending.changed)
            outcomes.append(outcome)
        reviewer = next(agent for agent in agents if agent.kind == "review")
        brief = reviewer_brief(ReviewerInputs(reviewer, plan, 12, Diff()))
        outcomes.append(play(reviewer, Purpose.VERDICT, brief, folder))

    assert isinstance(outcomes[-1].ending, Reviewed)
    assert outcomes[-1].ending.verdict == "approved"
    assert [refusal.path for outcome in outcomes for refusal in outcome.refusals]
    billed = sum(outcome.input_usd for outcome in outcomes)
    assert billed / sum(outcome.optimal_input_usd for outcome in outcomes) == pytest.approx(1.0, abs=0.05)
