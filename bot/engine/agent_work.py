"""One run of an agent, carried out: a fresh checkout, the crew's loop, and what came of it, on record."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from bot.crew.conversation import Model
from bot.crew.endings import Asked, Finished, GaveUp, Planned, Reviewed
from bot.crew.loop import run_agent
from bot.crew.records import RunOutcome
from bot.crew.request import Purpose, RunRequest
from bot.engine import tables
from bot.engine.database import Database
from bot.engine.durable_steps import DurableSteps
from bot.engine.houses import Houses
from bot.engine.judging import Files, change_of, diff_of, findings_of_a_further_commit, stage_inspected
from bot.engine.ledger import MICRO
from bot.engine.observing import Observing, Place
from bot.facts.diff import Diff, Level
from bot.facts.facts import House
from bot.facts.remembered import ReviewFinding, RunEnding, RunResult
from bot.inspections.inspection import inspect, refusal_for
from bot.plan.plan import Plan
from bot.plan.rules import Circumstances
from bot.plan.stage_kind import StageKind
from bot.plan.submission import read_submission
from bot.settings import Price
from bot.workspace.checkout import open_checkout
from bot.workspace.mirror import Mirror

STOPPED = "stopped"


@dataclass(frozen=True)
class Assignment:
    """What a run's row asks for: where, from which commit, for which stage, and the crew's request.

    `base` is base's head where the run stands on a pull request's branch; `merges`: with base merged into it.
    """

    feature_id: int
    repository_id: int
    start: str
    kind: StageKind | None
    request: RunRequest
    base: str | None = None
    merges: bool = False

    def to_json(self) -> str:
        return json.dumps(
            {
                "feature_id": self.feature_id,
                "repository_id": self.repository_id,
                "start": self.start,
                "kind": self.kind,
                "request": self.request.to_json(),
                "base": self.base,
                "merges": self.merges,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Assignment:
        data = json.loads(text)
        return cls(
            feature_id=data["feature_id"],
            repository_id=data["repository_id"],
            start=data["start"],
            kind=StageKind(data["kind"]) if data["kind"] else None,
            request=RunRequest.from_json(data["request"]),
            base=data.get("base"),
            merges=data.get("merges", False),
        )


class AgentWork:
    """Carries out assignments; the durable steps are the caller's."""

    def __init__(
        self,
        database: Database,
        observing: Observing,
        houses: Houses,
        model: Model,
        prices: Mapping[str, Price],
        checkouts: Path,
    ) -> None:
        """`checkouts` is a directory that no other process lays files out in."""
        self._database = database
        self._observing = observing
        self._houses = houses
        self._model = model
        self._prices = prices
        self._checkouts = checkouts

    def assignment(self, run_id: str) -> Assignment:
        with self._database.reading() as connection:
            text = connection.execute(
                select(tables.run.c.request).where(tables.run.c.id == run_id)
            ).scalar_one()
        return Assignment.from_json(text)

    def carry_out(self, run_id: str, _: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
        """The run from its first turn, or from its recorded ones, to its end."""
        assignment = steps.patiently(lambda: self.assignment(run_id))
        place = steps.patiently(lambda: self._observing.place(assignment.repository_id))
        house = self._houses.of(
            place.repository_id, place.full_name.partition("/")[0], place.mirror, assignment.start
        )
        directory = self._checkouts / run_id.replace(":", "-").replace("/", "-")
        try:
            below = laid_out(assignment, place.mirror)
            with open_checkout(place.mirror, below, directory) as checkout:
                outcome = run_agent(
                    assignment.request,
                    checkout,
                    steps,
                    self._model,
                    prices=self._prices,
                    may_change=_may_change(assignment, house, place, below),
                    judge_plan=_judge_plan(house),
                    judge_work=_judge_work(assignment, house, place, below),
                    sleep=steps.sleep,
                )
                files = _texts(checkout.changes())
                steps.patiently(lambda: self._keep_files(run_id, files))
                return outcome
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def _keep_files(self, run_id: str, files: Files) -> None:
        """Again after a crash is the same: the same records make the same files."""
        with self._database.writing() as connection:
            kept = update(tables.run).where(tables.run.c.id == run_id)
            connection.execute(kept.values(files=json.dumps(files)))

    @staticmethod
    def ended(connection: Connection, run_id: str, outcome: RunOutcome) -> None:
        """Record what came of the run, in the transaction that marks its feature."""
        files = connection.execute(select(tables.run.c.files).where(tables.run.c.id == run_id)).scalar()
        result = result_of(outcome, json.loads(files or "{}"))
        ended = update(tables.run).where(tables.run.c.id == run_id, tables.run.c.ended_at.is_(None))
        connection.execute(
            ended.values(
                outcome=json.dumps(outcome.to_json()),
                result=json.dumps(asdict(result)),
                turns=outcome.turns,
                cost_microdollars=round(outcome.cost_usd * MICRO),
                ended_at=datetime.now(UTC),
            )
        )


def result_of(outcome: RunOutcome, files: Files) -> RunResult:
    """The part of an outcome that the story decides from; what changed is the workspace's word."""
    refused = tuple(each.sentence for each in outcome.refusals)  # which names the path
    changed = tuple(sorted(files))
    match outcome.ending:
        case Finished(summary, documents_used, learnings, answers=answers):
            return RunResult(
                RunEnding.FINISHED,
                summary=summary,
                changed=changed,
                refused=refused,
                documents_used=tuple(documents_used),
                learnings=tuple(learnings),
                answers=dict(answers),
            )
        case Planned():
            return RunResult(RunEnding.PLANNED, refused=refused)
        case Reviewed(verdict, findings):
            named = tuple(ReviewFinding(f.path, f.line, f.severity, f.message) for f in findings)
            return RunResult(RunEnding.REVIEWED, approved=verdict == "approved", findings=named)
        case Asked(kind, question, options, recommended):
            return RunResult(
                RunEnding.ASKED,
                question,
                changed=changed,
                refused=refused,
                options=tuple(options),
                recommended=recommended,
                question_kind=kind,
            )
        case GaveUp(why, sentence):
            return RunResult(
                RunEnding.GAVE_UP, sentence, changed=changed, refused=refused, stopped=why == STOPPED
            )


def plan_in(outcome: RunOutcome) -> Plan:
    """The plan that a planner's run came to."""
    if not isinstance(outcome.ending, Planned):
        raise TypeError("This run came to no plan.")
    return Plan.from_data(outcome.ending.plan)


def laid_out(assignment: Assignment, mirror: Mirror) -> str:
    """The commit whose files the agent finds: the one it starts from, with base merged in where that is its task."""
    mirror.fetch(assignment.start)
    if assignment.merges and assignment.base:
        return mirror.merged(assignment.start, assignment.base).sha
    return assignment.start


def _texts(diff: Diff) -> dict[str, str | None]:
    return {file.path: file.text for file in diff.files}


def _may_change(
    assignment: Assignment, house: House, place: Place, below: str
) -> Callable[[str], str | None]:
    """The sentence with which an agent is refused a file of somebody else's, with the owner's name."""
    agent = house.agent(assignment.request.agent)
    if assignment.kind is None or assignment.request.purpose is not Purpose.WORK:
        return lambda path: f"{agent.name} reads and changes nothing; {path} stays as it is."
    stage = stage_inspected(assignment.kind, agent, house)
    existing = place.mirror.paths(below)
    return lambda path: refusal_for(path, stage, path in existing)


def _judge_plan(house: House) -> Callable[[Mapping[str, Any]], Plan | tuple[str, ...]]:
    circumstances = Circumstances(house.agents, house.agent_for)
    return lambda data: read_submission(data, circumstances)


def _judge_work(
    assignment: Assignment, house: House, place: Place, below: str
) -> Callable[[Diff], tuple[str, ...]]:
    """The inspections, asked before an agent may say that it is done (R023, R029)."""
    agent = house.agent(assignment.request.agent)

    def judge(diff: Diff) -> tuple[str, ...]:
        if assignment.kind is None or not (diff.files or assignment.merges):
            return ()
        mirror, texts = place.mirror, _texts(diff)
        stage = stage_inspected(assignment.kind, agent, house)
        if assignment.base is None:
            whole = diff_of(mirror, below, texts)
            findings = inspect(change_of(mirror, below, whole, house), stage)
        else:
            base = assignment.base if assignment.merges else mirror.merge_base(assignment.base, below)
            findings = findings_of_a_further_commit(mirror, base, below, texts, stage, house)
        return left_conflicts(assignment, mirror, texts) + tuple(
            f"{each.path}{f', line {each.line}' if each.line else ''}: {each.message}"
            for each in findings
            if each.level is Level.ERROR
        )

    return judge


CONFLICT = re.compile(r"^(<<<<<<< |>>>>>>> )", re.MULTILINE)


def left_conflicts(assignment: Assignment, mirror: Mirror, texts: Files) -> tuple[str, ...]:
    """What git marked as conflicting and the agent has left so."""
    if not (assignment.merges and assignment.base):
        return ()
    merged = mirror.merged(assignment.start, assignment.base)
    before = mirror.read_many(merged.sha, merged.conflicts)
    left = (path for path in merged.conflicts if CONFLICT.search(texts.get(path, before.get(path)) or ""))
    return tuple(f"{path} still has git's conflict markers." for path in left)
