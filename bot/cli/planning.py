"""What `baton simulate` does: the planner and the rules over a local repository, with a real model."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.ending import Stop
from bot.cli.local_repository import house_at, local_settings, opened
from bot.cli.offline import drafting, facts_of, read_issue, request_for
from bot.cli.printing import counted, plain, wrapped
from bot.crew.endings import GaveUp, Planned
from bot.crew.loop import run_agent
from bot.crew.model import AnthropicModel
from bot.crew.records import BatchRecord, RunOutcome, TurnRecord
from bot.facts.facts import House
from bot.plan.plan import Plan, PlannersQuestion
from bot.plan.rules import Circumstances
from bot.plan.submission import read_submission
from bot.settings import Settings
from bot.workspace.checkout import open_checkout

NO_MODEL = (
    "No model can be asked. Set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a Messages server of your own, "
    "in the environment or in `.env`."
)


@dataclass(frozen=True)
class Simulated:
    """A plan that keeps all rules, the reasons against those before it, and what it took."""

    plan: Plan
    refusals: tuple[tuple[str, ...], ...]
    outcome: RunOutcome
    model: str

    def to_data(self) -> dict[str, Any]:
        return {
            **self.plan.to_data(),
            "hash": self.plan.hash,
            "refusals": [list(reasons) for reasons in self.refusals],
            "turns": self.outcome.turns,
            "cost": round(self.outcome.cost_usd, 6),
        }


def simulate(repository: Path, issue_file: Path) -> Simulated:
    """Raises Stop with the planner's sentence where it gave up."""
    settings, issue = local_settings(), read_issue(issue_file)
    with opened(repository) as local, tempfile.TemporaryDirectory(prefix="baton-") as directory:
        start = local.commit("HEAD")
        house = house_at(local.mirror, start, settings)
        facts = facts_of(issue, local, start, house, None)
        request = request_for(drafting(house), facts, local, start, settings)
        judge = _Judge(house)
        with open_checkout(local.mirror, start, Path(directory) / "checkout") as checkout:
            outcome = run_agent(
                request,
                checkout,
                _Told(),
                _model(settings),
                prices=settings.prices,
                may_change=lambda path: f"{request.agent} reads and changes nothing; {path} stays as it is.",
                judge_plan=judge,
                sleep=_wait,
            )
    return Simulated(_plan_in(outcome), tuple(judge.refusals), outcome, request.model)


class _Judge:
    """The rules, remembering what they said no to."""

    def __init__(self, house: House) -> None:
        self._circumstances = Circumstances(house.agents, house.agent_for)
        self.refusals: list[tuple[str, ...]] = []

    def __call__(self, data: Mapping[str, Any]) -> Plan | tuple[str, ...]:
        judged = read_submission(data, self._circumstances)
        if not isinstance(judged, Plan):
            self.refusals.append(judged)
        return judged


class _Told:
    """Steps that keep nothing, and say on standard error what goes on."""

    def turn(self, number: int, call: Callable[[], TurnRecord]) -> TurnRecord:
        record = call()
        used = ", ".join(_call(block) for block in record.tool_calls)
        _say(f"turn {number}: {used or (record.trouble.sentence if record.trouble else 'no tool call')}")
        return record

    def batch(self, number: int, call: Callable[[], BatchRecord]) -> BatchRecord:
        return call()


def _call(block: Mapping[str, Any]) -> str:
    given = block.get("input")
    values = given.values() if isinstance(given, dict) else ()
    subject = next((each for each in values if isinstance(each, str)), "")
    return plain(f"{block.get('name')} {subject}")[:80].rstrip()


def _model(settings: Settings) -> AnthropicModel:
    key = settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else None
    return AnthropicModel(api_key=key, base_url=settings.anthropic_base_url)


def _wait(seconds: float) -> None:
    _say(f"the model cannot answer now; asking again in {seconds:.0f} s")
    time.sleep(seconds)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _plan_in(outcome: RunOutcome) -> Plan:
    match outcome.ending:
        case Planned(plan):
            return Plan.from_data(plan)
        case GaveUp("authentication", _):
            raise Stop(NO_MODEL)
        case GaveUp(_, sentence):
            raise Stop(plain(sentence))
        case other:
            raise Stop(f"The planner ended without a plan ({other.kind}). Try again, or reword the issue.")


# --- as text ----------------------------------------------------------------------------------------


def printed(simulated: Simulated) -> str:
    """The plan as people would see it on the issue."""
    plan, outcome = simulated.plan, simulated.outcome
    parts = [f"{plain(plan.feature)}: {counted(plan.total, 'stage')}", *_stages(plan)]
    parts += _listed("Skipped", [f"{each.kind}: {each.reason}" for each in plan.skipped])
    parts += _listed("Questions that must be answered first", [_question(each) for each in plan.questions])
    parts += _listed("Acceptance criteria", plan.acceptance_criteria)
    parts += _listed("Critical flows", plan.critical_flows)
    for number, reasons in enumerate(simulated.refusals, start=1):
        parts += _listed(f"Refused draft {number}", reasons)
    parts.append(
        f"\n{counted(outcome.turns, 'turn')} of {simulated.model}, ${outcome.cost_usd:.2f}. No rule is broken."
    )
    return "\n".join(parts)


def _stages(plan: Plan) -> list[str]:
    lines = []
    for number, stage in enumerate(plan.stages, start=1):
        lines.append(wrapped(f"{stage.kind.area}: {stage.title} ({stage.agent})", "     ", f"  {number}. "))
        if stage.needs:
            lines.append(wrapped(f"needs {', '.join(stage.needs)}", "       ", "     "))
        if stage.outputs:
            lines.append(wrapped(f"leaves {', '.join(stage.outputs)}", "       ", "     "))
    return lines


def _question(asked: PlannersQuestion) -> str:
    options = f" Options: {'; '.join(asked.options)}." if asked.options else ""
    recommended = f" Recommended: {asked.recommended}." if asked.recommended else ""
    return f"{asked.question}{options}{recommended} ({asked.kind})"


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    return [f"\n{title}", *(wrapped(each, "    ", "  - ") for each in lines)] if lines else []
