"""Fixes: what the reviewer of the whole wants changed, and what a later stage finds wrong in an earlier document."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.facts import identities
from bot.facts.remembered import ReviewFinding, RunEnding, RunResult
from bot.facts.seen import CheckState, PullState
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Wait
from bot.moves import Approve, Ask, BeginAttempt, Finish, Hear, OpenPullRequest, Push, Skip, StartRun
from bot.plan.stage_kind import StageKind
from bot.render.report import report
from tests.world import (
    ALICE,
    DOCUMENTS,
    GREEN,
    LABEL,
    NOW,
    PLAN,
    Life,
    a_feature,
    a_plan,
    an_approved_plan,
    commit,
    finished,
    sha,
)

BACKEND, FRONTEND, REVIEW = StageKind.BACKEND, StageKind.FRONTEND, StageKind.REVIEW
FIX = "backend-fix1.1"


def finding(path: str, message: str = "Check the input.") -> ReviewFinding:
    return ReviewFinding(path, 3, "major", message)


def wanting(*paths: str) -> Life:
    return an_approved_plan().built().reviewed(approved=False, findings=tuple(map(finding, paths)))


# --- what the reviewer of the whole wants changed -------------------------------------------------


def test_a_finding_becomes_a_pull_request_of_the_agent_whose_file_it_names() -> None:
    """R049."""
    life = wanting("backend/app/x.py")
    assert life.next == BeginAttempt(FIX, 1, sha("testing merge"))
    life = life.record(FIX).attempt(FIX)
    assert life.next == StartRun(f"{FIX}/1", 1, "backend-developer", Task.WORK, FIX)
    life = life.run(f"{FIX}/1", finished("backend/app/x.py"), agent="backend-developer")
    assert life.next == Push(FIX, f"run:{FIX}/1")
    life = life.attempt(FIX, head=sha("fix"))
    assert life.next == OpenPullRequest(FIX)


def fixed(life: Life, key: str, number: int = 40) -> Life:
    """Merged by a person, and green on base."""
    merge = commit(f"{key} merge")
    life = life.attempt(
        key, head=sha(key), pull=number, merge_sha=merge.sha, merged_at=NOW - timedelta(minutes=20)
    )
    life = life.record(key, finished_at=NOW).pull(number, state=PullState.MERGED, head=commit(key))
    return life.base(head=merge, contains=life.seen.base.contains | {merge.sha})


def test_findings_in_files_of_two_agents_are_two_pull_requests_one_after_the_other() -> None:
    life = wanting("frontend/src/x.ts", "backend/app/x.py")
    assert isinstance(life.next, BeginAttempt) and life.next.work == FIX
    after = fixed(life, FIX).next
    assert isinstance(after, BeginAttempt) and after.work == "frontend-fix1.1"


def test_after_the_fix_there_is_a_new_verdict_and_after_three_rounds_a_question() -> None:
    life = fixed(wanting("backend/app/x.py"), FIX)
    assert life.next == StartRun("verdict/1/2", 1, "code-reviewer", Task.VERDICT, REVIEW)
    for round in (2, 3):
        result = RunResult(RunEnding.REVIEWED, findings=(finding("backend/app/x.py"),))
        life = fixed(life.run(f"verdict/1/{round}", result), f"backend-fix1.{round}", 40 + round)
    assert isinstance(life.next, Ask) and life.next.options == ("Review again", "Complete it all the same")
    complete = life.asked().answered("Complete it all the same").next
    assert isinstance(complete, Finish) and complete.work == REVIEW
    again = life.asked().answered("Review again").next
    assert isinstance(again, StartRun) and (again.chapter, again.number) == ("verdict/1/3", 2)


def test_a_person_may_decline_a_fix_and_the_next_verdict_is_told() -> None:
    life = wanting("backend/app/x.py").attempt(FIX, head=sha("fix"), pull=40)
    life = life.pull(40, state=PullState.CLOSED, closing="CE_1", head=commit("fix")).asked()
    assert isinstance(life.answered("Skip the stage").next, Skip)
    declined = life.record(FIX, skipped="alice answered: not worth it.")
    verdict = declined.next
    assert isinstance(verdict, StartRun) and verdict.chapter == "verdict/1/2"
    assert verdict.notes == (("A person declined the backend fix", "alice answered: not worth it."),)


def test_findings_that_are_nobodys_are_decided_about_by_a_person() -> None:
    assert isinstance(wanting("nobody/owns/this").next, Ask)


def test_a_new_revision_of_the_plan_begins_the_review_again() -> None:
    """Rule 8."""
    life = wanting("backend/app/x.py")
    assert life.facts.fixes_of(1)
    newer = life.with_plan(life.remembered.revisions[-1].plan, number=2)
    assert newer.facts.fixes_of(1) == ()


# --- an earlier document is wrong -----------------------------------------------------------------


def finds_the_contract_wrong() -> Life:
    """M10: the backend's agent says so."""
    life = an_approved_plan().finished(StageKind.DATABASE, StageKind.API).attempt(BACKEND).announced(BACKEND)
    asks = RunResult(RunEnding.ASKED, "PATCH lacks a 404. Shall I work against it?", question_kind="contract")
    return life.run("backend/1", asks)


def test_an_agent_that_finds_the_contract_wrong_asks_whose_document_is_mended_first() -> None:
    assert finds_the_contract_wrong().next == Ask(
        "contract:run:backend/1",
        "backend-developer asks: PATCH lacks a 404. Shall I work against it?",
        ("Mend the API specification first", "Mend the database schema first", "Go on with it as it is"),
        "Mend the API specification first",
    )


def test_a_yes_makes_a_pull_request_of_the_owning_agent_first_then_the_stage_begins_anew_on_top() -> None:
    life = finds_the_contract_wrong().asked().answered("Mend the API specification first")
    assert isinstance(life.next, BeginAttempt) and life.next.work == "api-amend1"
    life = life.attempt("api-amend1")
    assert life.next == StartRun("api-amend1/1", 1, "api-designer", Task.WORK, "api-amend1")
    life = fixed(life, "api-amend1")
    assert life.next == BeginAttempt(BACKEND, 2, sha("api-amend1 merge"))
    (first,) = life.remembered.stages[BACKEND].attempts
    life = life.record(BACKEND, attempts=(first, replace(first, number=2, start=sha("api-amend1 merge"))))
    run = life.next
    assert isinstance(run, StartRun) and run.chapter == "backend/2"
    assert run.notes[0][1] == "Mend the API specification first"


def test_a_no_lets_the_stage_go_on_as_it_is() -> None:
    life = finds_the_contract_wrong().asked().answered("Go on with it as it is")
    assert isinstance(life.next, StartRun)
    assert (life.next.work, life.next.number) == (BACKEND, 2)


# --- a red base -----------------------------------------------------------------------------------

RED = replace(GREEN, state=CheckState.RED)


def test_nothing_new_is_begun_on_a_red_base_unless_a_person_says_so() -> None:
    """G4: before the next stage, no undo. R092."""
    life = an_approved_plan().finished(StageKind.DATABASE).base(head=commit("nightly", RED))
    asked = life.next
    assert isinstance(asked, Ask) and asked.text.startswith(
        f"`test` is red on main at {sha('nightly')[:7]}; the api stage waits until main is green."
    )
    assert isinstance(life.asked().answered("Go on all the same").next, BeginAttempt)
    mended = life.asked().base(head=commit("mended"))
    assert isinstance(mended.next, BeginAttempt)


def test_who_approves_on_a_red_base_has_accepted_it_until_base_is_green_once() -> None:
    """Rule 9."""
    waiting = a_plan().base(head=commit("base", RED)).next
    assert isinstance(waiting, Wait) and waiting.state is FeatureState.AWAITING_APPROVAL
    assert waiting.warning == (
        "`test` is red on main already. Approving the plan means to go on all the same."
    )
    said = a_plan().base(head=commit("base", RED)).says(ALICE, "/approve").next
    assert isinstance(said, Hear)
    assert [each.despite_red for each in said.decisions if isinstance(each, Approve)] == [True]
    life = an_approved_plan().base(head=commit("base", RED))
    yes = replace(life.remembered.approvals[0], despite_red=True)
    accepted = life.remember(approvals=(yes,))
    assert isinstance(accepted.next, BeginAttempt)
    lapsed = accepted.remember(clocks={f"{sha('between')}:green": yes.at + timedelta(minutes=1)})
    assert isinstance(lapsed.next, Ask)


@pytest.mark.parametrize("kind", [StageKind.DATABASE, StageKind.API])
def test_a_fix_is_named_and_numbered_like_its_stage(kind: StageKind) -> None:
    life = wanting("docs/openapi.yaml", "docs/database/README.md")
    (fix,) = [each for each in life.facts.fixes_of(1) if each.kind is kind]
    assert (fix.number, fix.total, fix.name) == (kind.rank + 1, 6, f"{kind} fix")


# --- what an older plan or verdict has left behind -------------------------------------------------


def test_an_amendment_that_renames_an_endpoint_is_what_counts() -> None:
    """M10, R105: what no longer exists need not be documented."""
    life = finds_the_contract_wrong().asked().answered("Mend the API specification first")
    life = fixed(life.attempt("api-amend1"), "api-amend1").finished(BACKEND)
    renamed = life.base(documents={**DOCUMENTS, "docs/openapi.yaml": "paths:\n  /api/v2/alerts: {}\n"})
    assert isinstance(renamed.next, BeginAttempt)


def test_a_fix_that_renames_a_table_is_what_counts() -> None:
    """R105."""
    life = fixed(wanting("supabase/migrations/1.sql"), "database-fix1.1")
    renamed = life.base(documents={**DOCUMENTS, "docs/database/README.md": "# Tables\n\n`alerts`\n"})
    assert isinstance(renamed.next, StartRun)


def test_a_fix_that_finds_the_contract_wrong_has_it_mended_first() -> None:
    """M10."""
    asks = RunResult(RunEnding.ASKED, "PATCH lacks a 404.", question_kind="contract")
    life = wanting("backend/app/x.py").attempt(FIX).run(f"{FIX}/1", asks, agent="backend-developer").asked()
    amended = life.answered("Mend the API specification first").next
    assert isinstance(amended, BeginAttempt) and amended.work == "api-amend1"


def test_what_a_skipped_stage_wanted_mended_is_not_mended() -> None:
    life = finds_the_contract_wrong().asked().answered("Mend the API specification first")
    skipped = life.record(BACKEND, skipped="alice wrote: no time").next
    assert isinstance(skipped, BeginAttempt) and skipped.work == FRONTEND


def test_what_was_merged_while_a_plan_without_it_is_shown_stays_known() -> None:
    """Rule 13."""
    v1 = replace(PLAN, stages=tuple(stage for stage in PLAN.stages if stage.kind is not FRONTEND))
    life = an_approved_plan().finished(StageKind.DATABASE, StageKind.API, BACKEND)
    life = life.merged(FRONTEND).with_plan(v1, number=2)
    assert [work.kind for work in life.facts.merged_works][-1] is FRONTEND
    assert life.facts.merged_works[-1].title == "Create notification UI components"


def test_a_merged_fix_is_reported_after_the_next_revision_too() -> None:
    """R072."""
    life = fixed(wanting("backend/app/x.py"), FIX).with_plan(PLAN, number=2).approved()
    assert "#40" in report(life.facts, {})


def test_a_merged_fix_is_reported_after_the_reviewer_was_asked_again() -> None:
    """R072."""
    life = fixed(wanting("backend/app/x.py"), FIX)
    for nth in (2, 3):
        again = RunResult(RunEnding.REVIEWED, findings=(finding("backend/app/x.py"),))
        life = fixed(life.run(f"verdict/1/{nth}", again), f"backend-fix1.{nth}", 40 + nth)
    life = life.asked().answered("Review again")
    life = life.run("verdict/1/3", RunResult(RunEnding.REVIEWED, approved=True))
    assert "#43" in report(life.facts, {})


def test_a_new_revision_is_reviewed_though_the_one_before_was() -> None:
    """Rule 8: what was learned of the older one is written anew afterwards."""
    v1 = replace(PLAN, stages=tuple(stage for stage in PLAN.stages if stage.kind is not FRONTEND))
    built = [stage.kind for stage in v1.building]
    life = a_feature().with_plan(v1).approved().finished(*built).reviewed().in_review(REVIEW, 26)
    life = life.with_plan(PLAN, number=2).approved().finished(FRONTEND)
    life = life.done(identities.pull_request_closed(26, LABEL))
    life = life.pull(26, REVIEW, state=PullState.CLOSED, closing="CE_1")
    verdict = life.next
    assert isinstance(verdict, StartRun) and verdict.chapter == "verdict/2/1"
    approved = life.run("verdict/2/1", RunResult(RunEnding.REVIEWED, approved=True)).next
    assert isinstance(approved, Finish | BeginAttempt)
