"""Each rule of a plan accepts, refuses, and says why in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plan.agent import agent_for
from bot.plan.plan import Plan, PlannedStage, PlannersQuestion, SkippedStage
from bot.plan.rules import Circumstances, broken_rules
from bot.plan.stage_kind import StageKind
from tests.world import PLAN, agents

CIRCUMSTANCES = Circumstances(agents(), agent_for(agents()))
DATABASE, API, BACKEND, FRONTEND, TESTING, REVIEW = (stage.kind for stage in PLAN.stages)
DEVOPS = StageKind.DEVOPS


def broken(plan: Plan) -> list[str]:
    return list(broken_rules(plan, CIRCUMSTANCES))


def only(*kinds: StageKind) -> Plan:
    """The plan's stages of these kinds, in this order, needing nothing of each other."""
    known = {stage.kind: replace(stage, needs=()) for stage in PLAN.stages}
    known[DEVOPS] = PlannedStage(DEVOPS, "Run the new worker", "devops-engineer")
    return replace(PLAN, stages=tuple(known[kind] for kind in kinds), skipped=())


def with_stage(kind: StageKind, **changes: object) -> Plan:
    return replace(
        PLAN,
        stages=tuple(
            replace(stage, **changes) if stage.kind is kind else stage  # type: ignore[arg-type]
            for stage in PLAN.stages
        ),
    )


def test_the_seeds_plan_keeps_every_rule() -> None:
    assert broken(PLAN) == []


@pytest.mark.parametrize(
    "kinds",
    [
        (FRONTEND, REVIEW),
        (API, BACKEND, TESTING, REVIEW),
        (DATABASE, BACKEND, TESTING, REVIEW),
        (DEVOPS, REVIEW),
        (TESTING, REVIEW),
        (API, BACKEND, FRONTEND, DEVOPS, TESTING, REVIEW),
    ],
    ids=lambda kinds: "-".join(kinds),
)
def test_a_plan_may_leave_out_what_the_feature_does_not_need(kinds: tuple[StageKind, ...]) -> None:
    """R050, R054, R080."""
    assert broken(only(*kinds)) == []


ORDER = "database, api, backend, frontend, devops, testing, review"
REFUSED: list[tuple[str, Callable[[], Plan], str]] = [
    (
        "each kind once",
        lambda: only(FRONTEND, FRONTEND, REVIEW),
        "There are 2 frontend stages; a plan has at most one of a kind.",
    ),
    (
        "api first",
        lambda: only(BACKEND, API, TESTING, REVIEW),
        f"The api stage must come before the backend stage: {ORDER}.",
    ),
    (
        "review last",
        lambda: only(API, FRONTEND),
        "The last stage must be a review; it can be neither left out nor followed by another stage.",
    ),
    (
        "something built",
        lambda: only(REVIEW),
        "The plan builds nothing: it needs at least one stage before the review.",
    ),
    (
        "backend tests",
        lambda: only(BACKEND, REVIEW),
        "A plan with a backend stage needs a testing stage: backend tests are never skipped.",
    ),
    (
        "a migration",
        lambda: only(DATABASE, REVIEW),
        "A database stage needs a backend stage that uses the new schema; nothing would read it otherwise.",
    ),
    (
        "the agent",
        lambda: with_stage(BACKEND, agent="frontend-developer", outputs=()),
        "The backend stage belongs to backend-developer, not to frontend-developer.",
    ),
    (
        "no agent",
        lambda: with_stage(BACKEND, agent="", outputs=()),
        "The backend stage belongs to backend-developer, not to nobody.",
    ),
    (
        "needs earlier",
        lambda: with_stage(API, needs=(BACKEND,)),
        "The api stage needs the backend stage, which does not come before it.",
    ),
    (
        "needs what is not there",
        lambda: with_stage(TESTING, needs=(DEVOPS,)),
        "The testing stage needs the devops stage, which does not come before it.",
    ),
    (
        "others' files",
        lambda: with_stage(BACKEND, outputs=("backend/app/x.py", "docs/openapi.yaml")),
        "The backend stage may not leave docs/openapi.yaml: it belongs to api-designer.",
    ),
    (
        "nobody's files",
        lambda: with_stage(FRONTEND, outputs=("mobile/App.kt",)),
        "The frontend stage may not leave mobile/App.kt: it belongs to no agent.",
    ),
    (
        "outside",
        lambda: with_stage(BACKEND, outputs=("backend/../../etc/passwd",)),
        (
            "The backend stage's output cannot be read: “backend/../../etc/passwd” is no path inside the "
            "repository; write it from the root, without “..” and “//”."
        ),
    ),
    (
        "an empty output",
        lambda: with_stage(BACKEND, outputs=("",)),
        "The backend stage's output cannot be read: an empty pattern means nothing; remove it.",
    ),
    ("no name", lambda: replace(PLAN, feature="  "), "The feature has no name."),
    ("no title", lambda: with_stage(API, title=" "), "The api stage has no title."),
    (
        "long title",
        lambda: with_stage(API, title="x" * 121),
        "The api stage's title must be one line of at most 120 characters.",
    ),
    (
        "no reason",
        lambda: replace(PLAN, skipped=(SkippedStage(DEVOPS, " "),)),
        "The devops stage is skipped without a reason.",
    ),
    (
        "planned and skipped",
        lambda: replace(PLAN, skipped=(SkippedStage(API, "no need"),)),
        "The api stage is both planned and skipped.",
    ),
    (
        "recommended",
        lambda: replace(PLAN, questions=(PlannersQuestion("choice", "Which?", ("A", "B"), "C"),)),
        "The recommended answer to “Which?” is not one of its options.",
    ),
]


@pytest.mark.parametrize(
    ("plan", "sentence"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED]
)
def test_a_broken_rule_is_said_in_one_sentence(plan: Callable[[], Plan], sentence: str) -> None:
    """R013, R017, R042, R054, R059, R103."""
    assert broken(plan()) == [sentence]


@pytest.mark.parametrize(
    "title",
    [
        "Add endpoints for notifications",
        "GET /notifications and its service",
        "Expose a new route",
        "Implement the SSE endpoint",
    ],
)
def test_new_endpoints_need_an_api_stage(title: str) -> None:
    """R055, R074, R101."""
    plan = only(BACKEND, TESTING, REVIEW)
    stages = (replace(plan.stages[0], title=title), *plan.stages[1:])
    assert broken(replace(plan, stages=stages)) == [
        (
            "The backend stage offers endpoints, so an api stage must come first: "
            "the specification is never skipped for new endpoints."
        )
    ]


@pytest.mark.parametrize(
    "title", ["Implement NotificationService", "Mend the retry of webhooks", "Make /boards faster"]
)
def test_backend_work_without_new_endpoints_needs_no_api_stage(title: str) -> None:
    plan = only(BACKEND, TESTING, REVIEW)
    assert broken(replace(plan, stages=(replace(plan.stages[0], title=title), *plan.stages[1:]))) == []


def test_a_folder_stands_for_what_is_in_it() -> None:
    assert broken(with_stage(DATABASE, outputs=("docs/database/", "supabase/migrations/*.sql"))) == []


def test_all_broken_rules_are_said_at_once() -> None:
    worst = replace(only(BACKEND, API), feature="", skipped=(SkippedStage(DEVOPS, ""),))
    assert broken(worst) == [
        "The feature has no name.",
        f"The api stage must come before the backend stage: {ORDER}.",
        "The last stage must be a review; it can be neither left out nor followed by another stage.",
        "A plan with a backend stage needs a testing stage: backend tests are never skipped.",
        "The devops stage is skipped without a reason.",
    ]


@settings(deadline=None, database=None)
@given(st.permutations(PLAN.stages))
def test_any_shuffled_plan_is_refused_unless_it_is_in_order(stages: list[PlannedStage]) -> None:
    """R015, R104. R056, R057, R058, R124: the order is the seed's."""
    in_order = tuple(stages) == PLAN.stages
    assert (broken(replace(PLAN, stages=tuple(stages))) == []) is in_order


@settings(deadline=None, database=None)
@given(st.sets(st.sampled_from(list(StageKind))))
def test_every_accepted_choice_of_kinds_ends_in_review_and_tests_its_backend(kinds: set[StageKind]) -> None:
    """R059, R078, R103."""
    chosen = [kind for kind in StageKind if kind in kinds]
    if broken(only(*chosen)):
        return
    assert chosen[-1] is REVIEW and len(chosen) > 1
    assert BACKEND not in chosen or TESTING in chosen
    assert DATABASE not in chosen or BACKEND in chosen
