"""The completion report (R072a to R072e)."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from bot.facts.remembered import Delivered
from bot.plan.stage_kind import StageKind
from bot.render.report import report
from tests.world import PLAN, Life, an_approved_plan

REVIEW = StageKind.REVIEW


def a_built_feature() -> Life:
    return an_approved_plan().built().reviewed().finished(REVIEW).remember(cost=4.2)


def test_a_stage_that_was_struck_is_a_deviation_with_who_said_so() -> None:
    struck = a_built_feature().record(
        StageKind.FRONTEND,
        skipped="alice wrote: internal only",
        attempts=(),
        finished_at=None,
        delivered=None,
    )
    text = report(struck.facts, {})
    assert (
        "Deviations:\n- DevOps is skipped: the pipeline already runs all of this\n"
        "- Frontend is skipped: alice wrote: internal only\n"
    ) in text
    assert "Frontend: Create notification UI" not in text


def test_a_complete_feature() -> None:
    """R072b, R072d, R128."""
    counts = {"Backend": "42 tests passing"}
    assert report(a_built_feature().facts, counts) == snapshot("""\
<!-- baton:{"v":1,"kind":"report","feature":12,"generation":"LE_1"} -->
🧪 Running final tests...
- Backend: 42 tests passing
- Frontend: not measured; green on main: `test`
- E2E: not measured; green on main: `test`

## ✅ Feature Complete: User Notification System

Documentation Updated:
- `docs/openapi.yaml`
- `docs/database/README.md`
- `CLAUDE.md` (new patterns)

Files Changed:
- Database: `supabase/migrations/20250113_add_notifications.sql`, `docs/database/README.md`
- API Design: `docs/openapi.yaml`
- Backend: `backend/app/notifications/service.py`
- Frontend: `frontend/src/notifications/Bell.tsx`
- Tests: `backend/tests/test_notifications.py`

Pull requests:
- #20 Database: Create notifications table with RLS
- #21 API Design: Define CRUD + SSE endpoints
- #22 Backend: Implement NotificationService
- #23 Frontend: Create notification UI components
- #25 Testing: Unit tests + integration tests
- #26 Review: Security and quality check

Acceptance criteria, for a person to tick:
- [ ] A new notification shows within two seconds

Deviations:
- DevOps is skipped: the pipeline already runs all of this
- How many tests ran was not measured for: Frontend, E2E.

Cost: $4.20, 0 model turns.

Next Steps:
- Deploy to staging
- Create pull request: nothing to do, all of it is merged into `main`
""")


def test_only_documents_that_changed_are_listed() -> None:
    """R072c."""
    life = a_built_feature()
    for kind in StageKind:
        if kind in life.remembered.stages:
            life = life.record(
                kind, delivered=Delivered(added=("x.py",)) if kind is StageKind.BACKEND else None
            )
    assert "Documentation Updated:\n- none\n\nFiles Changed:\n- Backend: `x.py`\n" in report(life.facts, {})


def test_every_departure_is_listed_once_and_none_is_said_too() -> None:
    """R112."""
    life = a_built_feature().record(
        StageKind.API, notes=("It was green elsewhere.", "It was green elsewhere.")
    )
    text = report(life.facts, {})
    assert text.count("It was green elsewhere.") == 1
    plain = a_built_feature().remember(revisions=()).with_plan(replace(PLAN, skipped=())).approved()
    counts = dict.fromkeys(("Backend", "Frontend", "E2E"), "1 test passing")
    assert "Deviations:\n- none\n" in report(plain.facts, counts)


def test_what_was_not_measured_is_a_departure() -> None:
    """R112."""
    text = report(a_built_feature().facts, {"Backend": "42 tests passing"})
    assert "- How many tests ran was not measured for: Frontend, E2E.\n" in text


def test_a_long_list_of_files_is_cut() -> None:
    many = Delivered(added=tuple(f"backend/{n}.py" for n in range(20)))
    text = report(a_built_feature().record(StageKind.BACKEND, delivered=many).facts, {})
    assert "`backend/14.py` and 5 more\n" in text


def test_without_ci_on_base_the_tests_are_not_measured() -> None:
    life = a_built_feature().base(head=None)
    assert "- Backend: not measured\n- Frontend: not measured\n- E2E: not measured\n" in report(
        life.facts, {}
    )
