"""The one comment of a stage, from its beginning to its end (R071, R072, R115, R116)."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from bot.facts.remembered import Delivered, ReviewFinding, RunEnding, RunResult
from bot.plan.reading_openapi import Operation
from bot.plan.stage_kind import StageKind
from bot.render.stage_comment import endpoints, stage_comment
from tests.world import BROUGHT, Life, an_approved_plan

DATABASE, API, BACKEND, REVIEW = StageKind.DATABASE, StageKind.API, StageKind.BACKEND, StageKind.REVIEW


def shown(life: Life, kind: StageKind) -> str:
    facts = life.facts
    return stage_comment(next(work for work in facts.works if work.kind is kind), facts)


def below_the_marker(text: str) -> str:
    return text.partition("\n")[2]


def test_a_stage_that_has_begun() -> None:
    assert shown(an_approved_plan().attempt(DATABASE), DATABASE) == snapshot("""\
<!-- baton:{"v":1,"kind":"stage","feature":12,"generation":"LE_1","stage":"database"} -->
🔨 Task 1/6: Create notifications table with RLS
Agent: supabase-architect
Dependencies: none
Status: In Progress...
""")


def test_a_stage_that_builds_on_others_names_them_and_their_documents() -> None:
    """R109."""
    life = an_approved_plan().finished(DATABASE, API).attempt(BACKEND)
    assert below_the_marker(shown(life, BACKEND)) == snapshot("""\
🔨 Task 3/6: Implement NotificationService
Agent: backend-developer
Dependencies: Database (#20), API Design (#21); using `docs/openapi.yaml`, `docs/database/README.md`
Status: In Progress...
""")


def test_a_stage_in_review_and_one_that_waits_for_base() -> None:
    assert "Status: In Review (#20)\n" in shown(an_approved_plan().in_review(DATABASE), DATABASE)
    assert "Status: Merged (#20), waiting for CI on the base branch\n" in shown(
        an_approved_plan().merged(DATABASE), DATABASE
    )


def test_a_stage_that_was_struck_says_who_left_it_out() -> None:
    life = an_approved_plan().in_review(DATABASE).record(DATABASE, skipped="alice wrote: it is there")
    assert "Task 1/6: " in shown(life, DATABASE)
    assert "Status: Skipped (#20): alice wrote: it is there\n" in shown(life, DATABASE)


def test_what_is_ready_for_is_no_struck_stage() -> None:
    life = an_approved_plan().finished(DATABASE, API, BACKEND)
    life = life.record(StageKind.FRONTEND, skipped="alice wrote: internal only")
    assert "Ready for: Testing: Unit tests + integration tests\n" in shown(life, BACKEND)


def test_a_database_stage_that_is_done_in_the_seeds_shape() -> None:
    assert below_the_marker(shown(an_approved_plan().finished(DATABASE), DATABASE)) == snapshot("""\
🔨 Task 1/6: Create notifications table with RLS
Agent: supabase-architect
Dependencies: none
Status: Done (#20)

✅ Task 1 Complete
Output: 2 files in #20, merged as 440aa01
Created: `supabase/migrations/20250113_add_notifications.sql`
Updated: `docs/database/README.md`
Tables: `public.notifications`
Ready for: API Design: Define CRUD + SSE endpoints
""")


def test_an_api_stage_that_is_done_in_the_seeds_shape() -> None:
    assert below_the_marker(shown(an_approved_plan().finished(DATABASE, API), API)) == snapshot("""\
🔨 Task 2/6: Define CRUD + SSE endpoints
Agent: api-designer
Dependencies: Database (#20); using `docs/database/README.md`
Status: Done (#21)

✅ Task 2 Complete
Output: 1 file in #21, merged as e7e3969
Updated: `docs/openapi.yaml`
Endpoints: GET/POST/PATCH/DELETE /api/v1/notifications
SSE: GET /api/v1/stream/notifications
Ready for: Backend: Implement NotificationService
""")


def test_a_review_that_wants_changes_says_which_and_where() -> None:
    findings = (
        ReviewFinding("backend/app/auth.py", 12, "major", "The token is logged."),
        ReviewFinding("README.md", None, "minor", "Say how to run it."),
    )
    life = an_approved_plan().built().reviewed(approved=False, findings=findings)
    assert below_the_marker(shown(life, REVIEW)) == snapshot("""\
🔨 Task 6/6: Security and quality check
Agent: code-reviewer
Dependencies: Database (#20), API Design (#21), Backend (#22), Frontend (#23), Testing (#25); using `docs/openapi.yaml`, `docs/database/README.md`
Status: In Progress...

**Verdict of code-reviewer: changes are wanted**
Sound.
- major: `backend/app/auth.py`, line 12: The token is logged.
- minor: `README.md`: Say how to run it.
""")


def test_who_gave_no_verdict_wants_no_changes() -> None:
    """The reviewer that gave up or asks, and one whose run is not wanted any more."""
    built = an_approved_plan().built()
    for no_verdict in (RunResult(RunEnding.GAVE_UP, "Too many turns."), RunResult(RunEnding.ASKED, "Which?")):
        assert "Verdict" not in shown(built.run("verdict/1/1", no_verdict), REVIEW)
        assert "Verdict of code-reviewer: approved" in shown(
            built.reviewed().run("verdict/1/2", no_verdict), REVIEW
        )
    verdict = RunResult(RunEnding.REVIEWED)
    assert "Verdict" not in shown(built.run("verdict/1/1", verdict, dropped=True), REVIEW)


def test_a_review_with_nothing_learned_is_done_without_a_pull_request() -> None:
    life = an_approved_plan().built().reviewed()
    note = "Nothing new was learned, so there is no pull request for it."
    life = life.record(REVIEW, finished_at=life.now, notes=(note,))
    assert below_the_marker(shown(life, REVIEW)) == snapshot("""\
🔨 Task 6/6: Security and quality check
Agent: code-reviewer
Dependencies: Database (#20), API Design (#21), Backend (#22), Frontend (#23), Testing (#25); using `docs/openapi.yaml`, `docs/database/README.md`
Status: Done

**Verdict of code-reviewer: approved**
Sound.

✅ Task 6 Complete
Ready for: the completion report
Note: Nothing new was learned, so there is no pull request for it.
""")


def test_what_was_delivered_is_gits_word_and_not_the_agents() -> None:
    """R072, R111."""
    life = an_approved_plan().finished(DATABASE)
    claim = replace(life.remembered.runs[-1].result, changed=("made/up.sql",))  # type: ignore[type-var]
    life = life.remember(runs=(replace(life.remembered.runs[-1], result=claim),))
    assert "made/up.sql" not in shown(life, DATABASE)


def test_a_long_list_of_files_is_cut_and_deleted_files_are_named() -> None:
    many = Delivered(added=tuple(f"a/{n}.py" for n in range(14)), deleted=("old.py",))
    text = shown(an_approved_plan().finished(DATABASE).record(DATABASE, delivered=many), DATABASE)
    assert "Output: 15 files in #20" in text
    assert "`a/11.py` and 2 more\nDeleted: `old.py`\n" in text


def test_endpoints_stand_by_path_and_streams_apart() -> None:
    assert list(endpoints(BROUGHT[API])) == [
        "Endpoints: GET/POST/PATCH/DELETE /api/v1/notifications",
        "SSE: GET /api/v1/stream/notifications",
    ]
    two = Delivered(operations=(Operation("GET", "/a"), Operation("GET", "/b"), Operation("PUT", "/a")))
    assert list(endpoints(two)) == ["Endpoints: GET/PUT /a, GET /b"]
    assert list(endpoints(Delivered())) == []
