"""Every changed file belongs to the stage's agent: it accepts, it refuses, the edges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.inspections.owned_files import inspect, refusal_for
from bot.plan.stage_kind import StageKind
from tests.inspections.examples import added, change, deleted, modified, sentences, stage_of

BACKEND = stage_of(StageKind.BACKEND)


def test_an_agent_changes_its_own_files() -> None:
    own = change(added("backend/app/notify.py"), modified("backend/main.py"), deleted("backend/old.py"))
    assert sentences(inspect(own, BACKEND)) == []
    assert refusal_for("backend/app/notify.py", BACKEND, exists=False) is None


def test_a_file_of_another_agent_is_refused_with_its_owners_name() -> None:
    """R032, R037."""
    sentence = (
        "frontend/app.tsx belongs to frontend-developer, so backend-developer may not change it. "
        "Leave it as it is; what it needs is for frontend-developer to do."
    )
    for file in (added("frontend/app.tsx"), modified("frontend/app.tsx"), deleted("frontend/app.tsx")):
        assert sentences(inspect(change(file), BACKEND)) == [f"error: {sentence}"]
    assert refusal_for("frontend/app.tsx", BACKEND, exists=False) == sentence
    assert refusal_for("frontend/app.tsx", BACKEND, exists=True) == sentence


def test_a_file_of_nobody_is_refused() -> None:
    assert refusal_for("LICENSE", BACKEND, exists=True) == (
        "LICENSE belongs to no agent, so backend-developer may not change it. "
        "Leave it as it is, and say if it is needed."
    )


def test_both_sides_of_a_rename_must_be_the_agents() -> None:
    out = inspect(change(deleted("backend/a.ts"), added("frontend/a.ts")), BACKEND)
    into = inspect(change(deleted("frontend/a.ts"), added("backend/a.ts")), BACKEND)
    assert [finding.path for finding in out] == ["frontend/a.ts"]
    assert [finding.path for finding in into] == ["frontend/a.ts"]


def test_an_existing_test_may_be_adapted_and_is_noticed() -> None:
    adapted = inspect(change(modified("backend/tests/test_api.py")), BACKEND)
    assert sentences(adapted) == [
        (
            "notice: backend/tests/test_api.py is a test of test-engineer that backend-developer adapted to its "
            "change; look whether it still tests the same."
        )
    ]
    assert refusal_for("backend/tests/test_api.py", BACKEND, exists=True) is None


def test_a_new_test_is_for_the_testing_stage() -> None:
    sentence = (
        "backend/tests/test_new.py belongs to test-engineer: backend-developer may adapt existing tests that its "
        "change breaks, but new ones are written in the testing stage. Leave it out."
    )
    assert sentences(inspect(change(added("backend/tests/test_new.py")), BACKEND)) == [f"error: {sentence}"]
    assert refusal_for("backend/tests/test_new.py", BACKEND, exists=False) == sentence


def test_a_test_is_not_deleted_by_whom_it_fails() -> None:
    assert sentences(inspect(change(deleted("backend/tests/test_api.py")), BACKEND)) == [
        (
            "error: backend/tests/test_api.py is a test of test-engineer: backend-developer may adapt it to its "
            "change, but not delete it. Put it back."
        )
    ]


def test_the_test_engineer_does_all_of_that() -> None:
    tests = change(added("backend/tests/a.py"), modified("backend/tests/b.py"), deleted("backend/tests/c.py"))
    assert sentences(inspect(tests, stage_of(StageKind.TESTING))) == []


@pytest.mark.parametrize("kind", ["orchestrator", StageKind.REVIEW])
def test_who_does_not_build_adapts_no_test(kind: StageKind | str) -> None:
    assert refusal_for("backend/tests/test_api.py", stage_of(kind), exists=True)


def test_the_reviewer_owns_nothing() -> None:
    assert refusal_for("backend/main.py", stage_of(StageKind.REVIEW), exists=True) == (
        "backend/main.py belongs to backend-developer, so code-reviewer may not change it. "
        "Say in the review what should change."
    )


def test_a_path_that_leads_out_is_nobodys() -> None:
    assert refusal_for("backend/../frontend/a.ts", BACKEND, exists=False)


def test_a_finding_can_always_be_shown() -> None:
    finding = next(iter(inspect(change(added("x/caf\udce9\u202e.py")), BACKEND)))
    assert finding.path == "x/caf\\xe9\\u{202e}.py"
    finding.message.encode()


def test_the_files_of_an_agent_that_was_called_to_mend_are_noticed_and_not_refused() -> None:
    """R046: only its own, and only those that it has changed."""
    testing = stage_of(StageKind.TESTING).agent
    tests, other = added("backend/tests/test_more.py"), added("frontend/app.tsx")
    by_a_person = added("backend/tests/test_by_hand.py")
    called = replace(BACKEND, mended={tests.path: testing, other.path: testing})
    assert sentences(inspect(change(tests, by_a_person), called))[1].startswith(
        "error: backend/tests/test_by_hand.py belongs to test-engineer"
    )
    assert sentences(inspect(change(tests, other), called)) == [
        (
            "notice: backend/tests/test_more.py is test-engineer's, "
            "which mended it here because a check was red."
        ),
        (
            "error: frontend/app.tsx belongs to frontend-developer, so backend-developer may not change it. "
            "Leave it as it is; what it needs is for frontend-developer to do."
        ),
    ]
