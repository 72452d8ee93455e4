"""What the planner submits becomes a plan, or all that is wrong with it is said at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.plan.agent import agent_for
from bot.plan.plan import Plan, PlannersQuestion
from bot.plan.rules import Circumstances
from bot.plan.stage_kind import StageKind
from bot.plan.submission import read_submission
from tests.world import PLAN, agents

CIRCUMSTANCES = Circumstances(agents(), agent_for(agents()))
SUBMITTED: Mapping[str, Any] = json.loads(json.dumps(PLAN.to_data()))


def read(**changes: Any) -> Plan | tuple[str, ...]:
    return read_submission({**SUBMITTED, **changes}, CIRCUMSTANCES)


def accepted(**changes: Any) -> Plan:
    plan = read(**changes)
    assert isinstance(plan, Plan), plan
    return plan


def stages(kind: str, **changes: Any) -> list[dict[str, Any]]:
    return [{**stage, **changes} if stage["kind"] == kind else stage for stage in SUBMITTED["stages"]]


def test_the_seeds_plan_is_read_as_it_was_submitted() -> None:
    """R068, R113."""
    assert accepted() == PLAN


def test_what_a_kind_always_needs_is_added() -> None:
    """R073, R074, R075, R076."""
    plan = accepted(stages=[{**stage, "needs": []} for stage in SUBMITTED["stages"]])
    needs = {stage.kind: stage.needs for stage in plan.stages}
    assert needs[StageKind.BACKEND] == (StageKind.DATABASE, StageKind.API)
    assert needs[StageKind.FRONTEND] == (StageKind.API,)
    assert needs[StageKind.TESTING] == (StageKind.BACKEND,)
    assert needs[StageKind.DATABASE] == ()


def test_names_and_titles_are_put_on_one_line() -> None:
    plan = accepted(feature=" User\n Notification  System ", stages=stages("api", title="Define\nit"))
    assert (plan.feature, plan.stages[1].title) == ("User Notification System", "Define it")


def test_what_nobody_asked_for_is_left_out() -> None:
    assert accepted(mood="optimistic") == PLAN


def test_half_characters_do_not_break_the_plan() -> None:
    plan = accepted(feature="Bells \ud83d")
    assert plan.feature == "Bells ?" and len(plan.hash) == 64


def test_everything_that_cannot_be_read_is_said_at_once() -> None:
    wrong = read(feature=7, stages=[{"kind": "design", "title": "x", "agent": "y"}, {"kind": "api"}])
    assert isinstance(wrong, tuple)
    places = [sentence.partition(":")[0] for sentence in wrong]
    assert places == ["feature", "stages.0.kind", "stages.1.title", "stages.1.agent"]
    assert all(sentence.endswith(".") for sentence in wrong)


def test_every_broken_rule_is_said_at_once() -> None:
    wrong = read(feature=" ", stages=stages("backend", agent="api-designer", outputs=[]), skipped=[])
    assert wrong == (
        "The feature has no name.",
        "The backend stage belongs to backend-developer, not to api-designer.",
    )


@pytest.mark.parametrize(
    ("key", "count"),
    [("stages", 13), ("skipped", 13), ("questions", 11), ("acceptance_criteria", 51), ("critical_flows", 21)],
)
def test_a_list_without_measure_is_refused(key: str, count: int) -> None:
    samples = {
        "stages": SUBMITTED["stages"][0],
        "skipped": {"kind": "devops", "reason": "x"},
        "questions": {"kind": "x", "question": "x?"},
    }
    wrong = read(**{key: [samples.get(key, "x")] * count})
    assert isinstance(wrong, tuple) and wrong[0].startswith(f"{key}: ")


@pytest.mark.parametrize("nothing", [{}, {"stages": None}, {"stages": "all"}])
def test_nonsense_is_answered_and_never_raises(nothing: dict[str, Any]) -> None:
    assert isinstance(read_submission(nothing, CIRCUMSTANCES), tuple)


# --- the hash that approvals bind to --------------------------------------------------------------


def test_the_hash_does_not_change_with_the_order_of_keys() -> None:
    turned = json.loads(json.dumps(SUBMITTED), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    plan = read_submission(turned, CIRCUMSTANCES)
    assert isinstance(plan, Plan) and plan.hash == PLAN.hash


def test_the_hash_survives_storage() -> None:
    assert Plan.from_data(json.loads(json.dumps(PLAN.to_data()))).hash == PLAN.hash


FIRST = PLAN.stages[0]
CHANGES = [
    replace(PLAN, feature="Something else"),
    replace(PLAN, stages=PLAN.stages[1:]),
    replace(PLAN, stages=(replace(FIRST, title="Other"), *PLAN.stages[1:])),
    replace(PLAN, stages=(replace(FIRST, agent="api-designer"), *PLAN.stages[1:])),
    replace(PLAN, stages=(replace(FIRST, needs=(StageKind.API,)), *PLAN.stages[1:])),
    replace(PLAN, stages=(replace(FIRST, outputs=()), *PLAN.stages[1:])),
    replace(PLAN, stages=PLAN.stages[::-1]),
    replace(PLAN, skipped=()),
    replace(PLAN, skipped=(replace(PLAN.skipped[0], reason="no"),)),
    replace(PLAN, questions=(PlannersQuestion("choice", "Which?"),)),
    replace(PLAN, acceptance_criteria=()),
    replace(PLAN, critical_flows=("another",)),
]


def test_the_hash_changes_with_any_change_of_content() -> None:
    hashes = [plan.hash for plan in (PLAN, *CHANGES)]
    assert len(set(hashes)) == len(hashes)
