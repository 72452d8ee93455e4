"""The story of one feature: what it needs next, read from top to bottom.

Every chapter is silent when its need is met. What is yielded first is what happens next, and nothing after it is
evaluated: signals wake, facts decide, moves act.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from bot.chapters.asking import ask, ask_to_try_again, digest_of, gate, note_of, settle_by_word
from bot.chapters.open_pull_request import until_merged
from bot.chapters.working import (
    Job,
    Told,
    announce,
    another_attempt,
    drop_if_at_work,
    question_after,
    the_agent_works,
    told_before,
    told_in,
)
from bot.commands.hearing import hear, refuse_label, speaks_to_baton
from bot.facts import identities
from bot.facts.facts import ROUNDS, Facts, drafting_of
from bot.facts.remembered import Ending, Run, RunEnding
from bot.facts.seen import PullRequest, PullState
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Block, Done, Wait, sentence
from bot.facts.works import Work, named
from bot.gates.base_contains_what_was_merged import base_contains_what_was_merged
from bot.gates.base_green import base_green, base_not_red, red_on_base
from bot.gates.ci_green import no_ci
from bot.gates.documents_present import documents_present
from bot.gates.inputs_present import inputs_present
from bot.gates.plan_approved import plan_approved
from bot.moves import (
    BeginAttempt,
    BeginGeneration,
    CloseIssue,
    ClosePullRequest,
    EndGeneration,
    Finish,
    GoWithoutCi,
    KeepPlan,
    LeaveNote,
    Next,
    OpenPullRequest,
    PostReport,
    Push,
    RememberMerge,
    RemoveTwin,
    Say,
    Settle,
    ShowPlan,
)
from bot.plan.stage_kind import StageKind
from bot.render.markers import read_marker


def next_move(facts: Facts) -> Next:
    """What this feature needs next."""
    return next(told_to_people(next(story(facts)), facts))


def told_to_people(answer: Next, facts: Facts) -> Iterator[Next]:
    """It never stops silently: until a plan comment can say whose turn it is, a comment of its own does."""
    generation = facts.generation
    stands = isinstance(answer, Wait) and answer.asks is None and answer.state.is_a_persons_turn
    if isinstance(answer, Wait) and stands and generation and not facts.seen.trouble:
        key = f"stands:{generation.id}:{sha256(answer.why.encode()).hexdigest()[:12]}"
        if generation.plan_comment is None and not facts.done(identities.reply(key)):
            yield Say(key, answer.why)
    yield answer


def story(facts: Facts) -> Iterator[Next]:
    """The life of one feature, from its label to its report."""
    yield from heed_people(facts)
    yield from the_work(facts)


def the_work(facts: Facts) -> Iterator[Next]:
    """What comes next when nobody has said anything new; commands ask this too, to know where they fall."""
    yield from agree_on_a_plan(facts)
    yield from one_pull_request_at_a_time(facts)
    for stage in facts.building_stages:
        for amendment in facts.amendments_before(stage):
            yield from complete(amendment, facts)
        yield from complete(stage, facts)
    yield from review_the_whole(facts)
    yield from write_down_what_was_learned(facts)
    yield from report(facts)


# --- people ---------------------------------------------------------------------------------------


def heed_people(facts: Facts) -> Iterator[Next]:
    """What may have happened is found out, who spoke is heard, and who may stop us has stopped us."""
    if facts.seen.trouble:
        yield Wait(facts.seen.trouble, FeatureState.BLOCKED, facts.later(300))
    yield from settle_what_is_unknown(facts)
    yield from remove_twins(facts)
    yield from heed_the_label(facts)
    yield from believe_what_was_shown(facts)
    for comment in facts.unheard:
        if speaks_to_baton(comment, facts.house.login):
            yield hear(
                comment, replace(facts, stands_at=standing(facts), base_is_red=bool(red_on_base(facts)))
            )
    for owed in facts.remembered.owed:
        yield Say(owed.key, owed.body)
    generation = facts.generation
    if generation is None:
        yield Done("No labelling by somebody who may command Baton.", FeatureState.CANCELLED)
        return
    if generation.ending:
        yield from wind_up(generation.ending, facts)
    if not facts.label_is_ours:
        yield EndGeneration(Ending.UNLABELLED)
    if facts.closed_by_a_person:
        why = "The issue is closed: Baton stands still. Reopen it to go on."
        yield Wait(why, FeatureState.PAUSED, facts.later(300))
    if generation.paused is not None:
        reason = f" ({generation.paused})" if generation.paused else ""
        yield Wait(f"Paused{reason}: comment `/resume` to go on.", FeatureState.PAUSED, facts.later(300))
    if facts.house.problem:
        yield Wait(facts.house.problem, FeatureState.BLOCKED, facts.later(60))


def standing(facts: Facts) -> Wait | None:
    """The wait at which a command meets the story, if it stands still."""
    answer = next(the_work(facts), None)
    return answer if isinstance(answer, Wait) else None


def settle_what_is_unknown(facts: Facts) -> Iterator[Next]:
    """An effect whose answer was never read may have happened: GitHub gets time to show it, then we look."""
    for effect in facts.remembered.unsettled:
        if facts.now < effect.since + facts.house.effects_settle:
            why = "The outcome of a request to GitHub is unknown; Baton looks before it asks again."
            state = facts.remembered.state
            stands = state if state and not state.is_over else FeatureState.PLANNING
            yield Wait(why, stands, effect.since + facts.house.effects_settle)
        yield Settle(effect.identity)


def remove_twins(facts: Facts) -> Iterator[Next]:
    """What was written twice in doubt is there once: the older comment stays, which people may have answered (R5)."""
    first: dict[str, int] = {}
    for comment in sorted(facts.seen.issue.comments, key=lambda each: each.id):
        known = read_marker(comment.body) if comment.ours else None
        if known is None:
            continue
        # The plan's revision is what it says, not which comment it is.
        same = json.dumps({**known, "revision": 0, "hash": ""}, sort_keys=True)
        older = first.setdefault(same, comment.id)
        if older != comment.id and not facts.done(identities.twin_removed(comment.id)):
            yield RemoveTwin(comment.id)


def believe_what_was_shown(facts: Facts) -> Iterator[Next]:
    """A plan comment may stand on GitHub before our rows say so: who approves it must not be told that it does not."""
    generation, revision = facts.generation, facts.revision
    if generation is None or revision is None or generation.plan_comment is not None:
        return
    if revision.shown_at is None and facts.done(identities.plan_comment(generation.id)):
        yield ShowPlan(revision.number)


def heed_the_label(facts: Facts) -> Iterator[Next]:
    """A labelling by somebody who may command begins a new life, whatever was before (rule 2)."""
    labelling = facts.seen.issue.latest_labelling
    if labelling is None:
        return
    known = {facts.generation.id} if facts.generation else set()
    if labelling.id in known | facts.remembered.refused_labels:
        return
    if facts.may_command(labelling.actor):
        yield BeginGeneration(labelling.id, labelling.actor)
    yield refuse_label(labelling, facts)


def wind_up(ending: Ending, facts: Facts) -> Iterator[Next]:
    """Cancelled: our pull requests are closed. Unlabelled: they are told (rule 3)."""
    for pull in facts.open_pulls:
        if ending is Ending.CANCELLED:
            yield from close_once(pull, "the feature was cancelled", facts)
        note = identities.note(pull.number, facts.generation_id)
        if ending is Ending.UNLABELLED and not facts.done(note):
            yield LeaveNote(
                pull.number, "The label was removed from the issue, so Baton does nothing more here."
            )
    state = FeatureState.COMPLETED if ending is Ending.COMPLETED else FeatureState.CANCELLED
    yield Done(_ENDINGS[ending], state)


def close_once(pull: PullRequest, reason: str, facts: Facts) -> Iterator[Next]:
    """Who reopens it after that has taken it over: it is theirs and does not count (rule 11)."""
    if not facts.done(identities.pull_request_closed(pull.number, facts.generation_id)):
        yield ClosePullRequest(pull.number, reason)


_ENDINGS = {
    Ending.COMPLETED: "The feature is complete. To begin anew, remove the label and add it again.",
    Ending.CANCELLED: "The feature was cancelled. To begin anew, remove the label and add it again.",
    Ending.UNLABELLED: "The label was removed. Add it again to begin anew.",
}


# --- the plan -------------------------------------------------------------------------------------


def agree_on_a_plan(facts: Facts) -> Iterator[Next]:
    """Merges are noticed; then a plan is drafted, shown, and approved by a person."""
    for record, attempt in facts.attempts:
        pull = facts.pull_of(attempt)
        if pull and pull.merge_sha and attempt.merge_sha is None and record.merged is None:
            yield RememberMerge(record.key, attempt.number, pull.merge_sha, pull.merged_by)
    for pull in facts.open_pulls:
        if pull.number in facts.remembered.older_pulls:
            yield from close_once(pull, "the label was set anew, and a new plan takes its place", facts)
    if facts.seen.base.head is None:
        yield from gate(base_contains_what_was_merged(facts), FeatureState.BLOCKED, facts)
    yield from answer_the_planner(facts)
    revision = facts.revision
    if revision is None or facts.unmet_wishes:
        yield from draft_a_plan(facts)
        return
    if revision.shown_at is None:
        yield ShowPlan(revision.number)
    yield from tell_of_edits(facts)
    yield from gate(plan_approved(facts), FeatureState.AWAITING_APPROVAL, facts)


def tell_of_edits(facts: Facts) -> Iterator[Next]:
    """What is edited after the plan steers nothing: said once, with what does (C16)."""
    generation = facts.generation
    if generation is None:
        return
    if facts.issue_was_edited and not facts.done(identities.reply(f"edited:{generation.id}")):
        text = (
            "The issue was edited after the plan was made; the plan and the work stay as they are. "
            "Comment `/revise` and what should be different to use the new text."
        )
        yield Say(f"edited:{generation.id}", text)
    plan_edited = f"plan-edited:{generation.id}"
    if facts.plan_was_edited_by_others and not facts.done(identities.reply(plan_edited)):
        text = (
            "Somebody edited the plan's comment; Baton puts it back, since it only shows what was agreed on. "
            "Comment `/revise` and what should be different to change the plan."
        )
        yield Say(plan_edited, text)


def answer_the_planner(facts: Facts) -> Iterator[Next]:
    """What the planner must know is asked before its plan is shown; what was answered is not asked again."""
    revision = facts.revision
    if revision is None or revision.shown_at is not None or facts.unmet_wishes:
        return
    for question in revision.plan.questions:
        key = f"planner:{digest_of(question.question)}"
        text = f"The planner needs to know: {sentence(question.question)}"
        yield from ask(key, text, facts, question.options, question.recommended)


def draft_a_plan(facts: Facts) -> Iterator[Next]:
    """The next revision, made from everything that people have wished until its drafting began."""
    number = facts.revision.number + 1 if facts.revision else 1
    wishes = tuple((f"{wish.by.login} wants of the plan", wish.text) for wish in facts.remembered.wishes)
    planner = facts.house.orchestrator.name
    job = Job(
        drafting_of(number),
        planner,
        Task.DRAFT,
        FeatureState.PLANNING,
        told=wishes,
        about=(facts.seen.issue.text_digest,),
    )
    run = facts.latest_run(job.chapter)
    yield from the_agent_works(job, run, facts)
    if run and run.result and run.result.ending is RunEnding.PLANNED:
        if any(wish.at > run.begun_at for wish in facts.unmet_wishes):
            yield job.start(facts)
        yield KeepPlan(run.id, revision=number)
    yield from ask_to_try_again(f"unplanned:{run.id if run else ''}", f"{planner} submitted no plan.", facts)
    yield job.start(facts, *told_in(job.chapter, facts))


def one_pull_request_at_a_time(facts: Facts) -> Iterator[Next]:
    """Only the newest attempt of the first unfinished work may be open (rule 7)."""
    current = facts.current
    for record, attempt in facts.attempts:
        pull = facts.pull_of(attempt)
        if pull is None or pull.state is not PullState.OPEN or attempt.merge_sha:
            continue  # GitHub has shown a merged pull request as open again: it is merged all the same (rule 13)
        if record.finished_at or record.merged:
            yield from close_once(pull, f"the {named(record.key)} is merged already", facts)
        elif record.skipped is not None:
            yield from close_once(pull, f"the {named(record.key)} is skipped", facts)
        elif current is None or current.key != record.key:
            yield from close_once(pull, "the plan has something else first", facts)
        elif attempt is not current.attempt:
            yield from close_once(pull, "another pull request took its place", facts)


# --- one stage ------------------------------------------------------------------------------------


def complete(work: Work, facts: Facts) -> Iterator[Next]:
    """One stage: one agent, one pull request, merged by a person, green on base."""
    if work.over:
        return
    if not work.merged:
        yield from gate(base_contains_what_was_merged(facts), FeatureState.WAITING_FOR_ANSWER, facts)
        yield from follow_the_plan(work, facts)
        yield from make_way_for_the_reopened(work, facts)
        yield from begin(work, facts)
        yield from run_the_agent(work, facts)
        yield from open_the_pull_request(work, facts)
        yield from until_merged(work, facts)
    yield from finish(work, facts)


def finish(work: Work, facts: Facts) -> Iterator[Next]:
    """Green on base, or a person who says to go on all the same."""
    green = base_green(work, facts)
    if isinstance(green, Block) and green.key:
        yield from settle_by_word(green, facts)
        if green.key == no_ci(facts):
            yield GoWithoutCi()
        yield Finish(work.key, f"{green.why} {facts.said(green.key)}")
    yield from gate(green, FeatureState.AWAITING_BASE_CHECKS, facts)
    yield Finish(work.key, note_of(green))


def follow_the_plan(work: Work, facts: Facts) -> Iterator[Next]:
    """What was made for an older plan is made anew where that stage is another one now; its branch is kept.

    So is what was begun before an earlier document was amended, and is not pushed yet.
    """
    if work.attempt is None or facts.seen.base.head is None:
        return
    amended = [each.record.finished_at for each in facts.amendments_before(work) if each.record.finished_at]
    run = facts.latest_run(work.chapter)
    outdated = run is not None and any(at > run.begun_at for at in amended) and not work.attempt.head
    if facts.planned_otherwise(work) or outdated:
        yield from another_attempt(work, facts)


def make_way_for_the_reopened(work: Work, facts: Facts) -> Iterator[Next]:
    """Two pull requests are one too many: what works at the second one is not needed any more (rule 11)."""
    if work.reopened and work.newest:
        run = facts.latest_run(f"{work.key}/{work.newest.number}")
        yield from drop_if_at_work(run, f"#{work.reopened.pull} was reopened and takes its place", facts)


def begin(work: Work, facts: Facts) -> Iterator[Next]:
    """What the agent builds on is documented and not red; from then on the work has a commit that it starts from."""
    if work.attempt is None and facts.seen.base.head:
        yield from gate(documents_present(work, facts), FeatureState.WAITING_FOR_ANSWER, facts)
        inputs = inputs_present(work, facts)
        yield from gate(inputs, FeatureState.WAITING_FOR_ANSWER, facts)
        sound = base_not_red(work, facts)
        if isinstance(sound, Block):
            yield from settle_by_word(sound, facts)
        yield BeginAttempt(work.key, number=1, start=facts.seen.base.head.sha, note=note_of(inputs))


def run_the_agent(work: Work, facts: Facts) -> Iterator[Next]:
    """The work exists as a commit, on a branch of a name chosen once."""
    if work.attempt is None or work.attempt.head:
        return
    agent, told = work.stage.agent, told_before(work, facts)
    job = Job(work.chapter, agent, Task.WORK, FeatureState.WORKING, work, told)
    run = facts.latest_run(job.chapter)
    if run and facts.retried_since(work, run.begun_at):
        yield from drop_if_at_work(run, "its work was asked for again", facts)
        yield job.start(facts, *told_in(job.chapter, facts))
    yield from the_agent_works(job, run, facts)
    yield from announce(work, facts)
    if run and run.result and not run.result.changed:
        said = f" It says: {sentence(run.result.summary)}" if run.result.summary.strip() else ""
        yield from ask_to_try_again(
            f"nothing:{run.id}", f"{agent} finished without changing anything.{said}", facts, work
        )
        yield job.start(facts, *told_in(job.chapter, facts))
    yield Push(work.key, run.id if run else None)


def open_the_pull_request(work: Work, facts: Facts) -> Iterator[Next]:
    attempt = work.attempt
    if attempt and attempt.head and attempt.pull is None:
        yield OpenPullRequest(work.key)


# --- the end --------------------------------------------------------------------------------------


def review_the_whole(facts: Facts) -> Iterator[Next]:
    """The code reviewer's verdict over everything that was merged; what it wants changed becomes fixes (R049, R079)."""
    review = facts.review_stage
    if review.over or review.merged or review.attempt:
        return
    for round in ROUNDS:
        yield from give_a_verdict(round, facts)
        run = facts.latest_run(facts.verdict_chapter(round))
        if run and run.result and run.result.approved:
            return
        fixes = facts.fixes_of(round)
        if run and not fixes:
            yield from decide_on_the_verdict(run, facts)
            return
        for fix in fixes:
            yield from complete(fix, facts)
    if run:
        yield from decide_on_the_verdict(run, facts)


def give_a_verdict(round: int, facts: Facts) -> Iterator[Next]:
    """The reviewer has read the whole feature as it stands on base."""
    review = facts.review_stage
    told = declined_fixes(round, facts)
    job = Job(
        facts.verdict_chapter(round), review.stage.agent, Task.VERDICT, FeatureState.VERIFYING, review, told
    )
    run = facts.latest_run(job.chapter)
    yield from gate(base_contains_what_was_merged(facts), FeatureState.WAITING_FOR_ANSWER, facts)
    if run is None:
        yield from gate(documents_present(review, facts), FeatureState.WAITING_FOR_ANSWER, facts)
    if run and facts.given(question_after(run)) and not facts.chose(question_after(run), COMPLETE_IT):
        yield job.start(facts, *told_in(job.chapter, facts))
    yield from the_agent_works(job, run, facts)
    yield from announce(review, facts)


def declined_fixes(round: int, facts: Facts) -> Told:
    """What people would not have changed is not asked for again."""
    earlier = [fix for each in ROUNDS if each < round for fix in facts.fixes_of(each)]
    return tuple(
        (f"A person declined the {fix.name}", fix.record.skipped) for fix in earlier if fix.record.skipped
    )


COMPLETE_IT, REVIEW_AGAIN = "Complete it all the same", "Review again"


def decide_on_the_verdict(run: Run, facts: Facts) -> Iterator[Next]:
    """No agent can mend what the reviewer wants, or three rounds were not enough: people decide."""
    key = question_after(run)
    why = (
        f"{run.agent} wants changes before the feature is complete; its findings are in its comment. "
        f"Mend them on {facts.seen.base.branch} and have it reviewed again, or complete the feature as it is."
    )
    yield from ask(key, why, facts, (REVIEW_AGAIN, COMPLETE_IT))


def write_down_what_was_learned(facts: Facts) -> Iterator[Next]:
    """The orchestrator's own pull request; with nothing to write there is none (R107)."""
    review = facts.review_stage
    if review.over:
        return
    if not review.merged:
        yield from commit_what_was_learned(review, facts)
        yield from write_it_anew_on_a_conflict(review, facts)
        yield from open_the_pull_request(review, facts)
        yield from until_merged(review, facts)
    yield from finish(review, facts)


def commit_what_was_learned(review: Work, facts: Facts) -> Iterator[Next]:
    if not facts.learnings:
        yield Finish(StageKind.REVIEW, note="Nothing new was learned, so there is no pull request for it.")
    if review.attempt is None and facts.seen.base.head:
        yield BeginAttempt(StageKind.REVIEW, number=1, start=facts.seen.base.head.sha)
    if review.attempt and not review.attempt.head:
        yield Push(StageKind.REVIEW, run=None)


def write_it_anew_on_a_conflict(review: Work, facts: Facts) -> Iterator[Next]:
    """Two features that both learned something meet in one section; what code wrote, code writes again on top.

    Not of one that somebody reopened: there is another attempt already, which it has taken the place of.
    """
    attempt, base = review.attempt, facts.seen.base.head
    pull = facts.pull_of(attempt)
    if attempt is None or pull is None or base is None or pull.state is not PullState.OPEN or review.reopened:
        return
    if pull.conflicting and pull.head.sha == attempt.head and base.sha != attempt.start:
        yield from another_attempt(review, facts)


def report(facts: Facts) -> Iterator[Next]:
    """The completion report, then the issue is closed as completed."""
    if not facts.done(identities.report_comment(facts.generation_id)):
        yield PostReport()
    closed = identities.issue_closed(facts.generation_id)
    if facts.house.configuration.close_issue and not facts.done(closed):
        yield CloseIssue()
    yield EndGeneration(Ending.COMPLETED)
