"""The story, chapter by chapter: silent when its need is met, one move or one sentence when it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.chapters.review import review_the_whole, write_down_what_was_learned
from bot.chapters.stage import complete
from bot.facts.remembered import (
    Approval,
    Attempt,
    Ending,
    Handled,
    Owed,
    Revision,
    RunEnding,
    RunResult,
    Unsettled,
    Wish,
)
from bot.facts.seen import Account, CheckState, LabelEvent, PullState, Review, ReviewState
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Done, Wait
from bot.feature import agree_on_a_plan, heed_people, one_pull_request_at_a_time
from bot.moves import (
    AnnounceStage,
    Ask,
    BeginAttempt,
    BeginGeneration,
    CloseIssue,
    ClosePullRequest,
    Drop,
    EndGeneration,
    Finish,
    Hear,
    KeepPlan,
    LeaveNote,
    OpenPullRequest,
    PostReport,
    PostStageGate,
    Push,
    RefuseLabel,
    RememberMerge,
    RemoveTwin,
    Reply,
    Say,
    Settle,
    ShowPlan,
    Skip,
    StartRun,
)
from bot.plan.freezing import without
from bot.plan.plan import Plan, PlannersQuestion
from bot.plan.stage_kind import StageKind
from bot.render.markers import marker
from tests.world import (
    ALICE,
    BOB,
    BROUGHT,
    GREEN,
    LABEL,
    NOW,
    OSCAR,
    PLAN,
    PLAN_COMMENT,
    ROBOT,
    TRUDY,
    Life,
    a_feature,
    a_plan,
    a_review,
    an_approved_plan,
    an_issue,
    commit,
    finished,
    sha,
)

DATABASE, API, BACKEND = StageKind.DATABASE, StageKind.API, StageKind.BACKEND
REVIEW = StageKind.REVIEW


def waits(life: Life) -> tuple[str, FeatureState]:
    """The sentence that people read, and the state in which they see the feature."""
    answer = life.next
    assert isinstance(answer, Wait), answer
    assert answer.look_again_at > life.now
    return answer.why, answer.state


# --- every chapter is silent when its need is met --------------------------------------------------


def test_heeding_people_is_silent_when_nobody_said_anything() -> None:
    assert list(heed_people(a_feature().facts)) == []


def test_agreeing_on_a_plan_is_silent_when_the_plan_is_approved() -> None:
    assert list(agree_on_a_plan(an_approved_plan().facts)) == []


def test_one_pull_request_at_a_time_is_silent_when_there_is_one() -> None:
    assert list(one_pull_request_at_a_time(an_approved_plan().in_review(DATABASE).facts)) == []


@pytest.mark.parametrize("kind", [stage.kind for stage in PLAN.building])
def test_a_finished_stage_is_silent(kind: StageKind) -> None:
    facts = an_approved_plan().built().facts
    work = next(each for each in facts.works if each.kind is kind)
    assert list(complete(work, facts)) == []


def test_the_review_is_silent_when_the_reviewer_approved() -> None:
    """R096."""
    assert list(review_the_whole(an_approved_plan().built().reviewed().facts)) == []


def test_learning_is_silent_when_it_is_written_down() -> None:
    assert list(write_down_what_was_learned(an_approved_plan().built().finished(REVIEW).facts)) == []


# --- people ---------------------------------------------------------------------------------------


def test_without_a_label_there_is_nothing_to_do() -> None:
    assert isinstance(an_issue().next, Done)


def test_a_label_by_somebody_who_may_begins_a_generation() -> None:
    """Rule 2."""
    assert an_issue().labelled_by(BOB).next == BeginGeneration(LABEL, BOB)


@pytest.mark.parametrize("person", [TRUDY, OSCAR], ids=lambda person: person.login)
def test_a_label_by_somebody_who_may_not_begins_none_and_is_answered(person: object) -> None:
    """C13."""
    life = an_issue().labelled_by(person)  # type: ignore[arg-type]
    refusal = life.next
    assert isinstance(refusal, RefuseLabel)
    assert refusal.reply == (
        f"{refusal.by.login} added the label and does not have write permission here, so nothing was begun. "
        "Somebody who has it can remove the label and add it again."
    )


def test_a_label_by_a_bot_begins_none_whatever_it_may_and_is_told_that_a_person_is_needed() -> None:
    """C13: some bots have write permission."""
    refusal = an_issue().labelled_by(ROBOT).next
    assert isinstance(refusal, RefuseLabel)
    assert refusal.reply == (
        "renovate[bot] added the label and is no person, so nothing was begun. "
        "Somebody with write permission can remove the label and add it again."
    )


def test_a_refused_label_is_answered_once_though_no_generation_began() -> None:
    """C13."""
    refused = an_issue().labelled_by(TRUDY).remember(refused_labels=frozenset({LABEL}))
    assert refused.remember(owed=(Owed("label:LE_1", "No."),)).next == Say("label:LE_1", "No.")
    assert isinstance(refused.next, Done)


def test_a_new_label_begins_anew_even_when_the_feature_is_paused_or_over() -> None:
    """Rules 1 and 2: a new label is heeded before anything that waits."""
    for life in (a_plan().generation(paused=""), a_plan().ended(Ending.COMPLETED)):
        assert life.labelled_by(BOB, "LE_2").next == BeginGeneration("LE_2", BOB)


def test_a_label_that_somebody_else_put_back_does_not_keep_the_generation_alive() -> None:
    life = a_plan().labelled_by(TRUDY, "LE_2").remember(refused_labels=frozenset({"LE_2"}))
    assert life.next == EndGeneration(Ending.UNLABELLED)


def test_an_effect_of_unknown_outcome_is_settled_before_anything_is_decided() -> None:
    """Rule 1: settling is the first of all."""
    life = an_approved_plan().says(ALICE, "/cancel")
    fresh = life.remember(unsettled=(Unsettled("comment:x", NOW - timedelta(seconds=3)),))
    assert (
        waits(fresh)[0] == "The outcome of a request to GitHub is unknown; Baton looks before it asks again."
    )
    old = life.remember(unsettled=(Unsettled("comment:x", NOW - timedelta(seconds=11)),))
    assert old.next == Settle("comment:x")


def test_an_effect_of_unknown_outcome_is_settled_before_a_new_generation_begins() -> None:
    """Rule 1."""
    life = a_plan().labelled_by(BOB, "LE_2").remember(unsettled=(Unsettled("x", NOW - timedelta(hours=1)),))
    assert life.next == Settle("x")


def test_waiting_for_an_unknown_outcome_does_not_change_what_people_see() -> None:
    life = a_plan().remember(unsettled=(Unsettled("x", NOW),), state=FeatureState.AWAITING_APPROVAL)
    assert waits(life)[1] is FeatureState.AWAITING_APPROVAL
    assert waits(life.remember(state=FeatureState.COMPLETED))[1] is FeatureState.PLANNING


def test_trouble_with_the_installation_stands_before_everything() -> None:
    life = a_plan().says(ALICE, "/approve").see(trouble="acme/board is archived. Unarchive it to go on.")
    assert waits(life) == ("acme/board is archived. Unarchive it to go on.", FeatureState.BLOCKED)


def test_people_are_heard_in_the_order_of_their_comments() -> None:
    """C12: whatever the order of their arrival."""
    life = a_plan().says(ALICE, "/cancel", 2002).says(BOB, "/approve", 2001)
    first = life.next
    assert isinstance(first, Hear) and (first.comment_id, first.author) == (2001, BOB)


def test_what_is_owed_is_said_before_a_pause_holds_everything() -> None:
    """Rule 1: what is owed is said before anything waits."""
    life = a_plan().generation(paused="").remember(owed=(Owed("1001", "Yes."),))
    assert life.next == Say("1001", "Yes.")


def test_words_of_an_older_generation_are_not_heard() -> None:
    """Rule 2: a command belongs to the generation in whose stretch it stands."""
    before = a_plan().says(ALICE, "/approve", 1, created_at=NOW - timedelta(hours=3))
    assert waits(before)[1] is FeatureState.AWAITING_APPROVAL


def test_a_feature_that_lost_its_label_ends() -> None:
    """Rule 2, C14."""
    assert an_approved_plan().issue(labelled=False).next == EndGeneration(Ending.UNLABELLED)


def test_a_closed_issue_stands_still_until_it_is_reopened() -> None:
    """C17."""
    life = an_approved_plan().issue(is_open=False)
    assert waits(life) == (
        "The issue is closed: Baton stands still. Reopen it to go on.",
        FeatureState.PAUSED,
    )


def test_an_issue_that_our_own_pull_request_closed_goes_on() -> None:
    """Rule 1: such a closing is not a person's."""
    assert isinstance(an_approved_plan().issue(is_open=False, closed_by_baton=True).next, BeginAttempt)


def test_a_pause_is_told_with_its_reason() -> None:
    assert waits(a_plan().generation(paused="release freeze")) == (
        "Paused (release freeze): comment `/resume` to go on.",
        FeatureState.PAUSED,
    )
    assert waits(a_plan().generation(paused=""))[0] == "Paused: comment `/resume` to go on."


def test_a_repository_whose_configuration_cannot_be_used_is_told_so() -> None:
    life = replace(
        a_plan(), house=replace(a_plan().house, problem="`.github/baton.yml` line 3 is wrong. Mend it.")
    )
    assert waits(life) == ("`.github/baton.yml` line 3 is wrong. Mend it.", FeatureState.BLOCKED)


def test_an_approval_whose_comment_is_deleted_stays() -> None:
    """C6, rule 13: what was heard is not unlearned."""
    said = a_plan().says(ALICE, "/approve")
    approved = said.approved().remember(handled={PLAN_COMMENT + 1: Handled(PLAN_COMMENT + 1, 1, "approved")})
    deleted = approved.issue(comments=())
    assert isinstance(deleted.next, BeginAttempt)


def test_an_issue_that_is_edited_after_the_plan_is_noticed_once_and_steers_nothing() -> None:
    """C16."""
    edited = an_approved_plan().issue(body="Now in Greek.")
    assert edited.next == Say(
        f"edited:{LABEL}",
        "The issue was edited after the plan was made; the plan and the work stay as they are. "
        "Comment `/revise` and what should be different to use the new text.",
    )
    assert isinstance(edited.done(f"comment:reply:edited:{LABEL}").next, BeginAttempt)
    before = a_feature().issue(body="Now in Greek.").with_plan().approved()
    assert isinstance(before.next, BeginAttempt)
    renamed = an_approved_plan().issue(title="Another name")
    assert isinstance(renamed.next, Say)
    struck = Revision(2, without(PLAN, DATABASE, "no"), NOW, NOW - timedelta(hours=2))
    skipped = a_plan().remember(revisions=(*a_plan().remembered.revisions, struck))
    assert isinstance(skipped.issue(body="Now in Greek.").next, Say)
    undone = edited.issue(body=an_approved_plan().seen.issue.body)
    assert isinstance(undone.next, BeginAttempt)


@pytest.mark.parametrize("said", ["/proceed 2", "/proceed No"])
def test_an_answer_counts_beside_what_is_only_said(said: str) -> None:
    """R8: a notice that is due in the same look does not close the question."""
    asks = RunResult(RunEnding.ASKED, "Soft deletes?", options=("Yes", "No"), recommended="Yes")
    life = an_approved_plan().attempt(DATABASE).announced(DATABASE).run("database/1", asks).asked()
    heard = life.issue(body="Please, and thank you.").says(ALICE, said, id=9000).next
    assert isinstance(heard, Hear)
    assert [each.choice for each in heard.decisions if isinstance(each, Reply)] == ["No"]


@pytest.mark.parametrize("said", ["/skip database: no time", "/retry", "/proceed"])
def test_a_merge_is_noticed_before_anybody_is_heard(said: str) -> None:
    """Rule 6: what is merged cannot be skipped or tried again."""
    assert isinstance(an_approved_plan().merged_on_github(DATABASE).says(ALICE, said).next, RememberMerge)


def test_a_run_that_was_dropped_is_not_pushed_but_made_again() -> None:
    """P8: #20 was closed, reopened, which dropped the second attempt's run, and closed again."""
    life = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED, closing="CE_1")
    life = life.asked().answered("Try again")
    attempts = (*life.remembered.stages[DATABASE].attempts, Attempt(2, "b-2", sha("base")))
    life = life.record(DATABASE, attempts=attempts).run("database/2", finished("a.sql"), dropped=True)
    again = life.pull(20, closing="CE_2").next
    assert isinstance(again, StartRun) and (again.chapter, again.number) == ("database/2", 2)


# --- endings --------------------------------------------------------------------------------------


def test_a_cancelled_feature_closes_its_open_pull_request_once() -> None:
    """Rule 3."""
    life = an_approved_plan().in_review(DATABASE).ended(Ending.CANCELLED)
    assert life.next == ClosePullRequest(20, "the feature was cancelled")
    reopened = life.done(f"close-pull:20:{LABEL}")
    assert reopened.next == Done(
        "The feature was cancelled. To begin anew, remove the label and add it again.", FeatureState.CANCELLED
    )


def test_an_unlabelled_feature_leaves_a_note_and_nothing_else() -> None:
    """Rule 3, C14: the open pull request is left with a note."""
    life = an_approved_plan().in_review(DATABASE).ended(Ending.UNLABELLED).issue(labelled=False)
    note = "The label was removed from the issue, so Baton does nothing more here."
    assert life.next == LeaveNote(20, note)
    assert life.done(f"note:20:{LABEL}").next == Done(
        "The label was removed. Add it again to begin anew.", FeatureState.CANCELLED
    )


def test_a_completed_feature_is_done() -> None:
    assert an_approved_plan().ended(Ending.COMPLETED).next == Done(
        "The feature is complete. To begin anew, remove the label and add it again.", FeatureState.COMPLETED
    )


# --- the plan -------------------------------------------------------------------------------------


def test_the_planner_is_set_to_work() -> None:
    """It is kept from which text it drafts."""
    read = (a_feature().seen.issue.text_digest,)
    assert a_feature().next == StartRun("plan/1", 1, "implementation-orchestrator", Task.DRAFT, about=read)


def test_while_the_planner_works_people_see_planning() -> None:
    assert waits(a_feature().run("plan/1")) == (
        "implementation-orchestrator is at work.",
        FeatureState.PLANNING,
    )


def test_a_submitted_plan_is_kept_and_shown() -> None:
    assert a_feature().run("plan/1", RunResult(RunEnding.PLANNED)).next == KeepPlan("run:plan/1", 1)
    assert a_feature().with_plan(shown=False).next == ShowPlan(1)


def test_a_plan_that_stood_on_github_before_a_crash_is_believed_to_be_shown_before_its_approval_is_heard() -> (
    None
):
    crashed = a_feature().with_plan(shown=False).says(ALICE, "/approve")
    assert isinstance(crashed.next, Hear)
    assert crashed.done(f"comment:plan:{LABEL}").next == ShowPlan(1)


def test_a_shown_plan_waits_for_its_approval() -> None:
    assert waits(a_plan()) == (
        "Plan v1 is ready: comment `/approve` to start.",
        FeatureState.AWAITING_APPROVAL,
    )


def test_an_approval_of_another_plan_does_not_count() -> None:
    """Rule 4, C3."""
    other = replace(PLAN, feature="Something else")
    assert waits(an_approved_plan().with_plan(other, 2))[1] is FeatureState.AWAITING_APPROVAL


@pytest.mark.parametrize(
    ("result", "text", "options"),
    [
        (
            RunResult(RunEnding.GAVE_UP, sentence="it ran out of turns"),
            "implementation-orchestrator could not go on: it ran out of turns. How shall it go on?",
            ("Try again",),
        ),
        (
            RunResult(RunEnding.ASKED, sentence="Which colour?", options=("red", "blue")),
            "implementation-orchestrator asks: Which colour?",
            ("red", "blue"),
        ),
        (
            RunResult(RunEnding.FINISHED),
            "implementation-orchestrator submitted no plan. How shall it go on?",
            ("Try again",),
        ),
    ],
    ids=["gave up", "asked", "finished"],
)
def test_a_planner_without_a_plan_is_asked_about_and_begins_again(
    result: RunResult, text: str, options: tuple[str, ...]
) -> None:
    life = a_feature().run("plan/1", result)
    asked = life.next
    assert isinstance(asked, Ask) and (asked.text, asked.options) == (text, options)
    life = life.asked()
    assert waits(life) == (f"{text} Answer with `/proceed`.", FeatureState.WAITING_FOR_ANSWER)
    again = life.answered(options[0]).next
    assert isinstance(again, StartRun) and (again.chapter, again.number) == ("plan/1", 2)


def test_the_planners_question_comes_before_its_plan_and_its_answer_into_the_next_one() -> None:
    """R081, R083."""
    asks = PlannersQuestion("choice", "Polling or SSE", ("Polling", "SSE"), "SSE")
    life = a_feature().with_plan(replace(PLAN, questions=(asks,)), shown=False)
    asked = life.next
    assert isinstance(asked, Ask) and asked.text == "The planner needs to know: Polling or SSE."
    assert (asked.options, asked.recommended) == (("Polling", "SSE"), "SSE")
    answered = life.asked().answered("SSE").remember(wishes=(Wish(5001, ALICE, NOW, "SSE"),))
    again = answered.next
    assert isinstance(again, StartRun) and again.chapter == "plan/2"
    assert again.notes == (("alice wants of the plan", "SSE"),)


def test_a_planner_that_always_asks_the_same_is_answered_once() -> None:
    asks = replace(PLAN, questions=(PlannersQuestion("choice", "Polling or SSE", ("Polling", "SSE")),))
    life = a_feature().with_plan(asks, shown=False).asked().answered("SSE")
    assert life.with_plan(asks, number=2, shown=False).next == ShowPlan(2)


def test_a_wish_for_another_plan_voids_the_approval_at_once() -> None:
    """Rule 4."""
    life = an_approved_plan().remember(wishes=(Wish(2000, BOB, NOW - timedelta(minutes=1), "be polite"),))
    assert life.facts.approval is None
    again = life.next
    assert isinstance(again, StartRun) and again.chapter == "plan/2"


def test_a_wish_during_the_drafting_makes_one_more_draft() -> None:
    wish = Wish(2000, BOB, NOW - timedelta(minutes=1), "be polite")
    life = an_approved_plan().remember(wishes=(wish,)).run("plan/2", RunResult(RunEnding.PLANNED))
    again = life.next
    assert isinstance(again, StartRun) and (again.chapter, again.number) == ("plan/2", 2)


def test_a_wish_is_enough_while_the_planner_asks() -> None:
    asks = replace(PLAN, questions=(PlannersQuestion("choice", "Polling or SSE"),))
    wish = Wish(2000, BOB, NOW - timedelta(minutes=1), "neither")
    again = a_feature().with_plan(asks, shown=False).asked().remember(wishes=(wish,)).next
    assert isinstance(again, StartRun) and again.chapter == "plan/2"


def test_three_rounds_of_a_planner_that_always_asks_the_same_ask_once() -> None:
    asks = replace(PLAN, questions=(PlannersQuestion("choice", "Polling or SSE", ("Polling", "SSE")),))
    life = a_feature()
    for number in (1, 2, 3):
        life = life.with_plan(asks, number=number, shown=False)
        if isinstance(life.next, Ask):
            life = life.asked().answered("SSE")
        assert life.next == ShowPlan(number)
    assert len(life.remembered.questions) == 1


def test_several_questions_of_the_planner_are_asked_one_after_the_other() -> None:
    both = (PlannersQuestion("choice", "Polling or SSE?"), PlannersQuestion("scope", "For guests too?"))
    first = a_feature().with_plan(replace(PLAN, questions=both), shown=False).asked()
    assert waits(first)[0] == "The planner needs to know: Polling or SSE? Answer with `/proceed`."
    second = first.answered(words="SSE").next
    assert isinstance(second, Ask) and second.text == "The planner needs to know: For guests too?"


def test_every_wish_goes_into_the_next_draft_and_a_met_one_starts_none() -> None:
    before = Wish(1990, ALICE, NOW - timedelta(hours=2), "be short")
    assert isinstance(a_plan().remember(wishes=(before,)).next, Wait)
    after = Wish(2000, BOB, NOW - timedelta(minutes=1), "be polite")
    again = a_plan().remember(wishes=(before, after)).next
    assert isinstance(again, StartRun) and again.task is Task.DRAFT
    assert again.notes == (("alice wants of the plan", "be short"), ("bob wants of the plan", "be polite"))


def approved_anew(life: Life, plan: Plan) -> Life:
    """Another plan, agreed on after all that has happened so far."""
    life = life.with_plan(plan, number=2)
    yes = Approval(2, plan.hash, PLAN_COMMENT + 9, ALICE, NOW - timedelta(minutes=1))
    return life.remember(approvals=(*life.remembered.approvals, yes))


def test_what_was_made_for_an_older_plan_is_made_anew_where_the_stage_is_another_one() -> None:
    first = PLAN.stages[0]
    other = replace(PLAN, stages=(replace(first, title="Two tables"), *PLAN.stages[1:]))
    life = an_approved_plan().in_review(DATABASE)
    assert approved_anew(life, other).next == BeginAttempt(DATABASE, 2, sha("base"))
    same = replace(PLAN, feature="Notifications, politely")
    assert isinstance(approved_anew(life, same).next, Wait)


def test_a_run_that_the_new_plan_stopped_goes_on_in_the_same_attempt() -> None:
    first = PLAN.stages[0]
    other = replace(PLAN, stages=(replace(first, title="Two tables"), *PLAN.stages[1:]))
    stopped = an_approved_plan().worked(DATABASE, RunResult(RunEnding.GAVE_UP, stopped=True))
    again = approved_anew(stopped, other).next
    assert isinstance(again, StartRun) and (again.chapter, again.number) == ("database/1", 2)


def test_a_repository_without_a_commit_is_told_so_on_the_issue() -> None:
    said = a_feature().base(head=None).next
    assert isinstance(said, Say) and said.body == (
        "acme/board has no commit yet, so there is nothing to build on. "
        "Push a first commit to main; a README is enough."
    )


def test_once_there_is_a_plan_comment_it_says_whose_turn_it_is() -> None:
    assert isinstance(a_plan().base(head=None).next, Wait)


def test_without_money_no_agent_begins() -> None:
    said = a_feature().remember(cost=30.0).next
    assert isinstance(said, Say) and said.body == (
        "This feature has cost $30.00 of the $30.00 it may cost. "
        "Raise `caps.feature_usd` in `.github/baton.yml` on the default branch to go on; where Baton's own "
        "BATON_DOLLARS_PER_FEATURE is less, that too."
    )


def test_a_merge_is_noticed_before_the_plan_is_looked_at() -> None:
    """Rule 6: also while no plan is approved."""
    life = a_plan().merged_on_github(DATABASE, by=BOB)
    assert life.next == RememberMerge(DATABASE, 1, sha("database merge"), BOB)


def test_a_pull_request_of_an_older_generation_is_closed_once() -> None:
    """Rule 3."""
    life = a_feature().pull(9).remember(older_pulls=(9,))
    assert life.next == ClosePullRequest(9, "the label was set anew, and a new plan takes its place")
    assert isinstance(life.done(f"close-pull:9:{LABEL}").next, StartRun)


# --- one stage ------------------------------------------------------------------------------------


def test_an_approved_plan_begins_with_its_first_stage() -> None:
    assert an_approved_plan().next == BeginAttempt(DATABASE, 1, sha("base"))


def test_what_the_repository_does_not_have_is_noted_when_the_stage_begins() -> None:
    assert an_approved_plan().base(documents={}).next == BeginAttempt(
        DATABASE,
        1,
        sha("base"),
        "The repository has no docs/database/README.md; supabase-architect worked without.",
    )


def test_a_begun_stage_starts_its_agent_then_tells_people() -> None:
    begun = an_approved_plan().attempt(DATABASE)
    assert begun.next == StartRun("database/1", 1, "supabase-architect", Task.WORK, DATABASE)
    assert begun.run("database/1").next == AnnounceStage(DATABASE)
    assert waits(begun.run("database/1").announced(DATABASE)) == (
        "supabase-architect is at work.",
        FeatureState.WORKING,
    )


def test_an_agent_that_is_faster_than_the_look_is_announced_all_the_same() -> None:
    assert an_approved_plan().attempt(DATABASE).run("database/1", finished("x.sql")).next == AnnounceStage(
        DATABASE
    )


def test_finished_work_is_committed_then_shown_in_a_pull_request_then_judged() -> None:
    worked = an_approved_plan().worked(DATABASE)
    assert worked.next == Push(DATABASE, "run:database/1")
    pushed = worked.attempt(DATABASE, head=sha("database head"))
    assert pushed.next == OpenPullRequest(DATABASE)
    opened = pushed.attempt(DATABASE, pull=20).pull(20)
    assert opened.next == PostStageGate(DATABASE, sha("database head"))


def test_an_agent_that_changed_nothing_is_asked_about() -> None:
    """Rule 12, P3: it is a result, and people decide."""
    nothing = an_approved_plan().worked(DATABASE, finished(summary="The table is there already."))
    asked = nothing.next
    assert isinstance(asked, Ask) and asked.text == (
        "supabase-architect finished without changing anything. It says: The table is there already. "
        "How shall it go on?"
    )
    assert asked.options == ("Try again", "Skip the stage")
    again = nothing.asked().answered("Try again").next
    assert isinstance(again, StartRun) and (again.chapter, again.number) == ("database/1", 2)
    assert nothing.asked().answered("Skip the stage").next == Skip(
        DATABASE, "alice answered: Skip the stage."
    )


@pytest.mark.parametrize(
    ("result", "text", "options"),
    [
        (
            RunResult(RunEnding.GAVE_UP, sentence="it ran out of turns"),
            "supabase-architect could not go on: it ran out of turns. How shall it go on?",
            ("Try again", "Skip the stage"),
        ),
        (
            RunResult(RunEnding.ASKED, sentence="Which key?", options=("uuid", "serial")),
            "supabase-architect asks: Which key?",
            ("uuid", "serial"),
        ),
    ],
    ids=["gave up", "asked"],
)
def test_an_agent_that_cannot_go_on_is_asked_about(
    result: RunResult, text: str, options: tuple[str, ...]
) -> None:
    """R081, R121."""
    life = an_approved_plan().worked(DATABASE, result)
    asked = life.next
    assert isinstance(asked, Ask) and (asked.text, asked.options) == (text, options)
    again = life.asked().answered(options[0], "as before").next
    assert isinstance(again, StartRun)
    assert again.notes == ((f"You were asked about: {text}", f"{options[0]}: as before"),)


def test_an_agent_that_a_person_stopped_begins_again_unasked() -> None:
    life = an_approved_plan().worked(DATABASE, RunResult(RunEnding.GAVE_UP, stopped=True))
    again = life.next
    assert isinstance(again, StartRun) and again.number == 2


def test_a_pull_request_that_github_does_not_show_yet_is_awaited() -> None:
    life = an_approved_plan().worked(DATABASE).attempt(DATABASE, head=sha("h"), pull=20)
    assert waits(life)[0] == "GitHub does not show the pull request yet."


def test_a_green_pull_request_waits_for_a_person() -> None:
    assert waits(an_approved_plan().in_review(DATABASE)) == (
        "#20 is green and ready: review and merge it.",
        FeatureState.IN_REVIEW,
    )


CLOSED = (
    "#20 was closed without a merge. Reopen it to go on with it, or choose another way. How shall it go on?"
)


def test_a_closed_pull_request_is_a_question_and_never_a_pause() -> None:
    """P8, R088."""
    life = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED)
    asked = life.next
    assert isinstance(asked, Ask) and asked.text == CLOSED
    again = life.asked().answered("Try again").next
    assert isinstance(again, BeginAttempt) and again.number == 2
    assert isinstance(life.asked().answered("Skip the stage").next, Skip)


def test_what_is_said_at_a_closing_is_told_to_the_next_attempt() -> None:
    life = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED).asked()
    life = life.answered(words="use one table only")
    (record,) = life.remembered.stages.values()
    second = Attempt(2, "baton/12-x/1-database-2", sha("base"))
    again = life.record(DATABASE, attempts=(*record.attempts, second)).next
    assert isinstance(again, StartRun) and again.chapter == "database/2"
    assert again.notes == ((f"You were asked about: {CLOSED}", "use one table only"),)


def test_what_is_said_to_an_agent_that_changed_nothing_is_told_to_it() -> None:
    nothing = an_approved_plan().worked(DATABASE, finished(summary="Nothing to do.")).asked()
    again = nothing.answered(words="there is: the index").next
    assert isinstance(again, StartRun) and again.notes[0][1] == "there is: the index"


def test_the_pull_request_of_a_struck_stage_is_closed_with_that_reason() -> None:
    life = an_approved_plan().in_review(DATABASE).record(DATABASE, skipped="alice wrote: no time")
    assert life.next == ClosePullRequest(20, "the database stage is skipped")
    done = life.done(f"close-pull:20:{LABEL}")
    assert isinstance(done.next, BeginAttempt) and done.next.work is API


def test_a_closed_pull_request_that_a_person_reopens_goes_on_as_if_it_never_was() -> None:
    """P9: the same pull request, and nobody is asked any more."""
    closed = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED, closing="CE_1").asked()
    assert waits(closed)[0] == f"{CLOSED} Answer with `/proceed`."
    assert waits(closed.pull(20, state=PullState.OPEN))[0] == "#20 is green and ready: review and merge it."


def test_a_hundred_looks_at_a_closed_pull_request_open_no_other() -> None:
    """P8: it is a no until somebody says otherwise."""
    closed = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED).asked()
    for hours in range(100):
        assert waits(replace(closed, now=NOW + timedelta(hours=hours)))[0].startswith("#20 was closed")


def test_a_merge_that_github_takes_back_is_merged_all_the_same() -> None:
    """P10, rule 13: GitHub has shown merged pull requests as open again; nothing is closed and nothing said."""
    merged = an_approved_plan().merged(DATABASE)
    flipped = merged.pull(20, state=PullState.OPEN, merge_sha=None, merged_by=None, merged_at=None)
    assert merged.next == flipped.next == Finish(DATABASE)
    after = an_approved_plan().finished(DATABASE)
    flipped = after.pull(20, state=PullState.OPEN, merge_sha=None, merged_by=None, merged_at=None)
    assert after.next == flipped.next


def test_another_closing_is_another_question() -> None:
    first = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED, closing="CE_1").next
    second = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED, closing="CE_2").next
    assert isinstance(first, Ask) and isinstance(second, Ask) and first.key != second.key


RED = replace(GREEN, state=CheckState.RED)
RUNNING = replace(GREEN, state=CheckState.PENDING)
CHANGES = Review(77, BOB, ReviewState.CHANGES_REQUESTED, NOW - timedelta(minutes=9))
WANTS_CHANGES = {"reviews": (CHANGES,)}
ORDER = [
    (
        {"state": PullState.CLOSED, "head": commit("database head", RED)},
        f"{CLOSED} Answer with `/proceed`.",
    ),
    (
        {"head": commit("database head", RED), **WANTS_CHANGES},
        (
            "bob asked for changes on #20 without saying which: write them as a review or as comments on lines, "
            "or push them to the branch."
        ),
    ),
    (
        {"head": commit("database head", RUNNING), "draft": True},
        f"CI is running on #20 at {sha('database head')[:7]}: `test`.",
    ),
    ({"draft": True}, "#20 is a draft: mark it ready for review."),
    ({}, "#20 is green and ready: review and merge it."),
]


@pytest.mark.parametrize(("pull", "sentence"), ORDER, ids=["closed", "review", "ci", "draft", "merge"])
def test_inside_a_stage_the_first_thing_in_the_way_is_said(pull: dict[str, Any], sentence: str) -> None:
    """Rule 10."""
    life = an_approved_plan().in_review(DATABASE, **pull)
    assert waits(life.asked() if isinstance(life.next, Ask) else life)[0] == sentence


def test_a_merge_waits_for_neither_review_nor_ci() -> None:
    """Rule 10."""
    life = an_approved_plan().merged_on_github(DATABASE)
    life = life.pull(20, head=commit("database head", RED), reviews=(CHANGES,))
    assert life.next == RememberMerge(DATABASE, 1, sha("database merge"), ALICE)


def test_the_next_stage_waits_until_base_is_green() -> None:
    """R020, R106."""
    merged = an_approved_plan().merged(DATABASE)
    assert merged.next == Finish(DATABASE)
    head = commit("database merge", RUNNING)
    running = merged.see(merges={head.sha: head}).base(head=head)
    assert waits(running) == (
        f"CI is running on main at {sha('database merge')[:7]}: `test`.",
        FeatureState.AWAITING_BASE_CHECKS,
    )


def test_the_stages_follow_one_another_in_order() -> None:
    """R007, R016: one after the other, each finished before the next begins."""
    life, begun = an_approved_plan(), []
    for stage in PLAN.building:
        move = life.next
        assert isinstance(move, BeginAttempt)
        begun.append(move.work)
        life = life.finished(stage.kind)
    assert begun == [stage.kind for stage in PLAN.building]


def test_nothing_is_begun_on_a_base_that_lost_a_merged_stage() -> None:
    """P16."""
    life = an_approved_plan().finished(DATABASE).base(contains=frozenset())
    assert waits(life) == (
        (
            f"main no longer contains the database stage ({sha('database merge')[:7]}): it was reset or "
            f"force-pushed. Bring {sha('database merge')[:7]} back into main; Baton then goes on by itself."
        ),
        FeatureState.WAITING_FOR_ANSWER,
    )


def test_a_document_that_is_missing_keeps_the_next_stage_from_beginning_but_not_one_that_has_begun() -> None:
    life = an_approved_plan().finished(DATABASE)
    gone = {"documents": {"docs/openapi.yaml": "openapi: 3.0.0"}}
    assert waits(life.base(**gone))[1] is FeatureState.WAITING_FOR_ANSWER
    assert waits(life.in_review(API).base(**gone))[0] == "#21 is green and ready: review and merge it."


# --- one pull request at a time -------------------------------------------------------------------


def test_a_pull_request_of_a_later_stage_is_closed_once() -> None:
    """Rule 7, P18: never two stages open at once."""
    life = an_approved_plan().in_review(API)
    assert life.next == ClosePullRequest(21, "the plan has something else first")
    assert isinstance(life.done(f"close-pull:21:{LABEL}").next, BeginAttempt)


def test_an_older_attempt_that_is_open_beside_the_newest_is_closed() -> None:
    """Rules 7 and 11, P18."""
    life = an_approved_plan().in_review(DATABASE)
    newest = life.remembered.stages[DATABASE].attempts[0]
    old = Attempt(1, "baton/12-x/1-database", sha("base"), sha("old"), 15)
    both = life.record(DATABASE, attempts=(old, replace(newest, number=2))).pull(15)
    assert both.next == ClosePullRequest(15, "another pull request took its place")


def reopened() -> Life:
    """The first attempt was closed and a second one begun; then somebody reopened the first."""
    life = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED).asked().answered("Try again")
    (first,) = life.remembered.stages[DATABASE].attempts
    second = Attempt(2, "baton/12-x/1-database-2", sha("base"))
    return life.record(DATABASE, attempts=(first, second)).pull(20, state=PullState.OPEN)


def test_an_old_attempt_that_is_reopened_takes_the_place_of_a_new_one_without_a_pull_request() -> None:
    """Rule 11."""
    assert waits(reopened())[0] == "#20 is green and ready: review and merge it."
    at_work = reopened().run("database/2")
    assert at_work.next == Drop("run:database/2", "#20 was reopened and takes its place")
    closed_again = reopened().pull(20, state=PullState.CLOSED).next
    assert isinstance(closed_again, StartRun) and closed_again.chapter == "database/2"


def test_after_there_is_another_pull_request_the_reopened_one_is_closed_once_and_then_its_reopeners() -> None:
    """Rule 11."""
    first, second = reopened().remembered.stages[DATABASE].attempts
    late = reopened().record(DATABASE, attempts=(first, replace(second, head=sha("second"), pull=30)))
    late = late.pull(30, head=commit("second"))
    assert late.next == ClosePullRequest(20, "another pull request took its place")
    theirs = late.done(f"close-pull:20:{LABEL}", f"gate:{sha('second')}")
    assert waits(theirs)[0] == "#30 is green and ready: review and merge it."


def test_what_was_reopened_and_belongs_to_an_older_plan_does_not_come_back() -> None:
    """Rules 7 and 11."""
    first = PLAN.stages[0]
    other = replace(PLAN, stages=(replace(first, title="Two tables"), *PLAN.stages[1:]))
    move = approved_anew(reopened(), other).next
    assert move == ClosePullRequest(20, "another pull request took its place")


def test_an_attempt_that_is_reopened_after_the_stage_was_merged_is_closed() -> None:
    """Rule 11."""
    life = an_approved_plan().finished(DATABASE)
    merged = life.remembered.stages[DATABASE].attempts[0]
    old = Attempt(1, "baton/12-x/1-database", sha("base"), sha("old"), 15)
    both = life.record(DATABASE, attempts=(old, replace(merged, number=2))).pull(15)
    assert both.next == ClosePullRequest(15, "the database stage is merged already")


def test_a_stage_is_merged_when_any_of_its_attempts_is() -> None:
    """Rule 11."""
    life = an_approved_plan().merged(DATABASE)
    merged = life.remembered.stages[DATABASE].attempts[0]
    later = Attempt(2, "baton/12-x/1-database-2", sha("base"))
    assert life.record(DATABASE, attempts=(merged, later)).next == Finish(DATABASE)


# --- the end --------------------------------------------------------------------------------------


def test_when_everything_is_built_the_reviewer_reads_the_whole() -> None:
    """R079."""
    built = an_approved_plan().built()
    assert built.next == StartRun("verdict/1/1", 1, "code-reviewer", Task.VERDICT, REVIEW)
    assert built.run("verdict/1/1").next == AnnounceStage(REVIEW)
    assert waits(built.run("verdict/1/1").announced(REVIEW)) == (
        "code-reviewer is at work.",
        FeatureState.VERIFYING,
    )


def test_a_document_that_is_missing_keeps_the_review_from_beginning_but_not_one_that_has_begun() -> None:
    built = an_approved_plan().built().base(documents={})
    assert waits(built)[0].startswith("The review stage waits for documentation on main: ")
    assert waits(built.run("verdict/1/1").announced(REVIEW))[0] == "code-reviewer is at work."


def test_a_reviewer_who_wants_changes_is_decided_about() -> None:
    """R049, R096."""
    life = an_approved_plan().built().reviewed(approved=False)
    asked = life.next
    assert isinstance(asked, Ask) and asked.text == (
        "code-reviewer wants changes before the feature is complete; its findings are in its comment. "
        "Mend them on main and have it reviewed again, or complete the feature as it is."
    )
    again = life.asked().answered("Review again").next
    assert isinstance(again, StartRun) and (again.task, again.number) == (Task.VERDICT, 2)
    assert not isinstance(life.asked().answered("Complete it all the same").next, StartRun)


def test_with_nothing_learned_there_is_no_pull_request_and_the_report_says_so() -> None:
    """R107."""
    assert an_approved_plan().built().reviewed().next == Finish(
        REVIEW, "Nothing new was learned, so there is no pull request for it."
    )


def learned() -> Life:
    life = an_approved_plan()
    for stage in PLAN.building:
        said = ("Policies need an index.",) if stage.kind is DATABASE else ()
        life = life.finished(stage.kind)
        runs = [
            replace(run, result=finished(*BROUGHT[stage.kind].paths, learnings=said))
            if run.chapter == f"{stage.kind}/1"
            else run
            for run in life.remembered.runs
        ]
        life = life.remember(runs=tuple(runs))
    return life.reviewed()


@pytest.mark.parametrize(("by", "waits_for"), [
    (BOB, "bob asked for changes on #26: push them to the branch; Baton goes on at the merge."),
    (OSCAR, "#26 is green and ready: review and merge it."),
])  # fmt: skip
def test_only_who_may_command_holds_up_what_was_learned(by: Account, waits_for: str) -> None:
    """An outsider's review is data: GitHub does not count it either."""
    assert waits(learned().in_review(REVIEW, reviews=(a_review(7, "Shorter.", by),)))[0] == waits_for


def test_an_outsider_who_asks_for_changes_without_a_word_holds_up_nothing() -> None:
    life = an_approved_plan().in_review(DATABASE, reviews=(a_review(7, "", OSCAR),))
    assert waits(life)[0] == "#20 is green and ready: review and merge it."


def test_what_was_learned_is_written_anew_where_it_conflicts() -> None:
    life = learned().in_review(REVIEW, conflicting=True)
    assert life.next == BeginAttempt(REVIEW, 2, sha("testing merge"))


def test_what_was_learned_and_reopened_is_peoples_to_settle_where_it_conflicts() -> None:
    """Rule 11: there is another attempt already, and one more would be one more at every look."""
    life = learned().in_review(REVIEW, state=PullState.CLOSED).asked().answered("Try again")
    (first,) = life.remembered.stages[REVIEW].attempts
    second = Attempt(2, "baton/12-x/6-review-2", sha("testing merge"))
    life = life.record(REVIEW, attempts=(first, second)).pull(26, state=PullState.OPEN, conflicting=True)
    assert waits(life)[0] == (
        "#26 conflicts with main. "
        "Resolve the conflict on the branch, or press “Update branch” on the pull request."
    )


def test_what_was_learned_is_a_pull_request_of_its_own() -> None:
    """R107."""
    assert learned().next == BeginAttempt(REVIEW, 1, sha("testing merge"))
    begun = learned().attempt(REVIEW)
    assert begun.next == Push(REVIEW, None)
    pushed = begun.attempt(REVIEW, head=sha("review head"))
    assert pushed.next == OpenPullRequest(REVIEW)
    assert waits(learned().in_review(REVIEW))[0] == "#26 is green and ready: review and merge it."
    assert learned().in_review(REVIEW).merged(REVIEW).next == Finish(REVIEW)


def test_a_completed_feature_is_reported_then_its_issue_closed_then_it_ends() -> None:
    life = learned().finished(REVIEW)
    assert life.next == PostReport()
    reported = life.done(f"comment:report:{LABEL}")
    assert reported.next == CloseIssue()
    assert reported.done(f"close:{LABEL}").next == EndGeneration(Ending.COMPLETED)


def test_where_the_configuration_says_so_the_issue_stays_open() -> None:
    life = learned().finished(REVIEW).done(f"comment:report:{LABEL}").configured(close_issue=False)
    assert life.next == EndGeneration(Ending.COMPLETED)


def test_a_label_event_that_is_only_a_removal_begins_nothing() -> None:
    removed = LabelEvent("LE_9", False, NOW, BOB)
    assert isinstance(an_issue().issue(label_events=(removed,)).next, Done)


# --- twins ----------------------------------------------------------------------------------------


def test_of_two_comments_that_are_the_same_one_the_older_stays() -> None:
    """R5: written twice in doubt, when GitHub's list lagged behind."""
    first, edited = (marker("plan", 12, LABEL, revision=n, hash=f"h{n}") for n in (1, 2))
    life = a_plan().says(ROBOT, f"{edited}\nPlan", id=PLAN_COMMENT, ours=True)
    life = life.says(ROBOT, f"{first}\nPlan", id=PLAN_COMMENT + 1, ours=True)
    assert life.next == RemoveTwin(PLAN_COMMENT + 1)
    assert life.done(f"twin:{PLAN_COMMENT + 1}").next == a_plan().next


def test_a_persons_copy_of_a_comment_of_ours_is_left_alone() -> None:
    body = marker("plan", 12, LABEL, revision=1, hash="h") + "\nPlan"
    life = a_plan().says(ROBOT, body, id=PLAN_COMMENT, ours=True).says(OSCAR, body, id=PLAN_COMMENT + 1)
    assert life.next == a_plan().next
