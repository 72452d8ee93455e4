"""The story of one feature: what it needs next, read from top to bottom.

Every chapter is silent when its need is met. What is yielded first is what happens next, and nothing after it is
evaluated: signals wake, facts decide, moves act.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from bot.commands.hearing import hear, refuse_label
from bot.facts import identities
from bot.facts.facts import Facts, Work
from bot.facts.remembered import Ending, Run, RunEnding
from bot.facts.seen import PullRequest, PullState
from bot.facts.states import FeatureState
from bot.facts.verdict import Block, Done, Pass, Verdict, Wait, sentence
from bot.gates.base_contains_what_was_merged import base_contains_what_was_merged
from bot.gates.base_green import base_green
from bot.gates.ci_green import ci_green, no_ci
from bot.gates.documents_present import documents_present
from bot.gates.inputs_present import inputs_present
from bot.gates.merged import merged
from bot.gates.plan_approved import plan_approved
from bot.gates.within_budget import within_budget
from bot.moves import (
    AnnounceStage,
    Ask,
    BeginAttempt,
    BeginGeneration,
    CloseIssue,
    ClosePullRequest,
    EndGeneration,
    Finish,
    GoWithoutCi,
    KeepPlan,
    LeaveNote,
    Move,
    OpenPullRequest,
    PostReport,
    PostStageGate,
    Push,
    RememberMerge,
    Say,
    Settle,
    ShowPlan,
    Skip,
    StartRun,
)
from bot.plan.stage_kind import StageKind

Next = Move | Wait | Done


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
    for work in facts.building_stages:
        yield from complete(work, facts)
    yield from review_the_whole(facts)
    yield from write_down_what_was_learned(facts)
    yield from report(facts)


# --- people ---------------------------------------------------------------------------------------


def heed_people(facts: Facts) -> Iterator[Next]:
    """What may have happened is found out, who spoke is heard, and who may stop us has stopped us."""
    if facts.seen.trouble:
        yield Wait(facts.seen.trouble, FeatureState.BLOCKED, facts.later(300))
    yield from settle_what_is_unknown(facts)
    yield from heed_the_label(facts)
    yield from believe_what_was_shown(facts)
    for comment in facts.unheard:
        heard = hear(comment, replace(facts, stands_at=standing(facts)))
        if heard:
            yield heard
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
            yield RememberMerge(record.kind, attempt.number, pull.merge_sha, pull.merged_by)
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
    yield from gate(plan_approved(facts), FeatureState.AWAITING_APPROVAL, facts)


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
    chapter = f"plan/{number}"
    wishes = tuple((f"{wish.by.login} wants of the plan", wish.text) for wish in facts.remembered.wishes)
    planner = facts.house.orchestrator.name
    yield from the_agent_works(chapter, planner, "draft", FeatureState.PLANNING, facts, told=wishes)
    run = facts.latest_run(chapter)
    if run and run.result and run.result.ending is RunEnding.PLANNED:
        if any(wish.at > run.begun_at for wish in facts.unmet_wishes):
            yield StartRun(chapter, run.number + 1, planner, "draft", notes=wishes)
        yield KeepPlan(run.id, revision=number)
    yield from ask_to_try_again(f"unplanned:{run.id if run else ''}", f"{planner} submitted no plan.", facts)
    told = wishes + told_in(chapter, facts)
    yield StartRun(chapter, run.number + 1 if run else 1, planner, "draft", notes=told)


def one_pull_request_at_a_time(facts: Facts) -> Iterator[Next]:
    """Only the newest attempt of the first unfinished work may be open (rule 7)."""
    current = facts.current
    for record, attempt in facts.attempts:
        pull = facts.pull_of(attempt)
        if pull is None or pull.state is not PullState.OPEN:
            continue
        if record.finished_at or record.merged:
            yield from close_once(pull, f"the {record.kind} stage is merged already", facts)
        elif record.skipped is not None:
            yield from close_once(pull, f"the {record.kind} stage is skipped", facts)
        elif current is None or current.kind is not record.kind:
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
        yield Finish(work.kind, f"{green.why} {facts.said(green.key)}")
    yield from gate(green, FeatureState.AWAITING_BASE_CHECKS, facts)
    yield Finish(work.kind, note_of(green))


def settle_by_word(block: Block, facts: Facts) -> Iterator[Next]:
    """Silent when a person has said to go on; else the question, or the wait for what they are mending."""
    if block.key is None:
        return
    yield from ask(block.key, f"{block.why} {block.ask}", facts, block.options)
    if facts.chose(block.key, block.options[0]):
        return
    yield Wait(f"{block.why} {block.ask}", FeatureState.WAITING_FOR_ANSWER, facts.later(60))


def follow_the_plan(work: Work, facts: Facts) -> Iterator[Next]:
    """What was made for an older plan is made anew where that stage is another one now; its branch is kept."""
    if work.attempt and facts.seen.base.head and facts.planned_otherwise(work):
        yield BeginAttempt(work.kind, work.attempt.number + 1, facts.seen.base.head.sha)


def begin(work: Work, facts: Facts) -> Iterator[Next]:
    """What the agent builds on is documented; from then on the work has a commit that it starts from."""
    if work.attempt is None and facts.seen.base.head:
        yield from gate(documents_present(work, facts), FeatureState.WAITING_FOR_ANSWER, facts)
        inputs = inputs_present(work, facts)
        yield from gate(inputs, FeatureState.WAITING_FOR_ANSWER, facts)
        yield BeginAttempt(work.kind, number=1, start=facts.seen.base.head.sha, note=note_of(inputs))


def run_the_agent(work: Work, facts: Facts) -> Iterator[Next]:
    """The work exists as a commit, on a branch of a name chosen once."""
    if work.attempt is None or work.attempt.head:
        return
    agent, told = work.stage.agent, told_of_closings(work, facts)
    yield from the_agent_works(work.chapter, agent, "work", FeatureState.WORKING, facts, work.kind, told)
    yield from announce(work.kind, facts)
    run = facts.latest_run(work.chapter)
    if run and run.result and not run.result.changed:
        said = f" It says: {sentence(run.result.summary)}" if run.result.summary.strip() else ""
        yield from ask_to_try_again(
            f"nothing:{run.id}", f"{agent} finished without changing anything.{said}", facts, work.kind
        )
        told += told_in(work.chapter, facts)
        yield StartRun(work.chapter, run.number + 1, agent, "work", work.kind, told)
    yield Push(work.kind, run.id if run else None)


def the_agent_works(
    chapter: str,
    agent: str,
    purpose: str,
    state: FeatureState,
    facts: Facts,
    kind: StageKind | None = None,
    told: tuple[tuple[str, str], ...] = (),
) -> Iterator[Next]:
    """A run of the agent has come to its end, and to a good one."""
    run = facts.latest_run(chapter)
    if run is None:
        yield from gate(within_budget(facts), FeatureState.WAITING_FOR_ANSWER, facts)
        yield StartRun(chapter, 1, agent, purpose, kind, told)
        return
    if run.result is None:
        yield from announce(kind, facts)
        yield Wait(f"{agent} is at work.", state, facts.later(60))
        return
    if run.result.ending is RunEnding.GAVE_UP and not run.result.stopped:
        why = f"{agent} could not go on: {sentence(run.result.sentence)}"
        yield from ask_to_try_again(question_after(run), why, facts, kind)
    if run.result.ending is RunEnding.ASKED:
        text = f"{agent} asks: {sentence(run.result.sentence)}"
        yield from ask(question_after(run), text, facts, run.result.options, run.result.recommended)
    if run.result.ending in (RunEnding.GAVE_UP, RunEnding.ASKED):
        yield from gate(within_budget(facts), FeatureState.WAITING_FOR_ANSWER, facts)
        yield StartRun(chapter, run.number + 1, agent, purpose, kind, told + told_in(chapter, facts))


def question_after(run: Run) -> str:
    """The key of the question that a run has left."""
    return f"after:{run.id}"


def told_in(chapter: str, facts: Facts) -> tuple[tuple[str, str], ...]:
    """What people have answered to the runs of this chapter: the next run is told all of it."""
    runs = [run.id for run in facts.remembered.runs if run.chapter == chapter]
    return answers_to([f"{what}:{run}" for run in runs for what in ("after", "nothing", "unplanned")], facts)


def told_of_closings(work: Work, facts: Facts) -> tuple[tuple[str, str], ...]:
    """What people have said when they closed an earlier pull request of this work."""
    closed = [closing_of(attempt.pull, "") for attempt in work.record.attempts[:-1] if attempt.pull]
    keys = [key for key in facts.remembered.questions if key.startswith(tuple(closed))]
    return answers_to(keys, facts)


def answers_to(keys: list[str], facts: Facts) -> tuple[tuple[str, str], ...]:
    asked = [facts.remembered.questions.get(key) for key in keys]
    return tuple(
        (f"You were asked about: {each.text}", each.given.said) for each in asked if each and each.given
    )


def closing_of(pull: int, event: str) -> str:
    """The key of the question that a closing leaves: each closing is a question of its own."""
    return f"closed:{pull}:{event}"


TRY_AGAIN, SKIP_IT = "Try again", "Skip the stage"


def ask_to_try_again(key: str, why: str, facts: Facts, kind: StageKind | None = None) -> Iterator[Next]:
    """Silent when a person wants another try; a stage may be left out instead, where the rules allow it."""
    may_skip = kind is not None and facts.may_skip(kind)
    options = (TRY_AGAIN, SKIP_IT) if may_skip else (TRY_AGAIN,)
    yield from ask(key, f"{why} How shall it go on?", facts, options, TRY_AGAIN)
    if kind is not None and facts.chose(key, SKIP_IT):
        yield Skip(kind, facts.said(key))


def ask(
    key: str, text: str, facts: Facts, options: tuple[str, ...] = (), recommended: str | None = None
) -> Iterator[Next]:
    """Silent once a person has answered. One comment a question, one question at a time."""
    if facts.given(key):
        return
    if key not in facts.remembered.questions:
        yield Ask(key, text, options, recommended if recommended in options else None)
    why = f"{text} Answer with `/proceed`."
    yield Wait(why, FeatureState.WAITING_FOR_ANSWER, facts.later(300), asks=key)


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def announce(kind: StageKind | None, facts: Facts) -> Iterator[Next]:
    """People read that a stage has begun while its agent is at work, not before it and not after."""
    work = next((work for work in facts.works if work.kind is kind), None)
    if work and not facts.done(identities.stage_comment(facts.generation_id, work.kind)):
        yield AnnounceStage(work.kind)


def open_the_pull_request(work: Work, facts: Facts) -> Iterator[Next]:
    attempt = work.attempt
    if attempt and attempt.head and attempt.pull is None:
        yield OpenPullRequest(work.kind)


def until_merged(work: Work, facts: Facts) -> Iterator[Next]:
    """What closing, reviews and CI want; then the wait for a person (rule 10)."""
    pull = facts.pull_of(work.attempt)
    if pull is None:
        yield Wait("GitHub does not show the pull request yet.", FeatureState.IN_REVIEW, facts.later(5))
        return
    if pull.state is PullState.CLOSED:
        yield from ask_about_the_closed(pull, work, facts)
    if not facts.done(identities.stage_gate(pull.head.sha)):
        yield PostStageGate(work.kind, pull.head.sha)
    yield from hear_the_reviews(pull, facts)
    green = ci_green(pull, facts)
    if isinstance(green, Block) and green.key:
        yield from settle_by_word(green, facts)
        yield GoWithoutCi()
    yield from gate(green, FeatureState.IN_REVIEW, facts)
    yield from gate(merged(work, pull, facts), FeatureState.IN_REVIEW, facts)


def ask_about_the_closed(pull: PullRequest, work: Work, facts: Facts) -> Iterator[Next]:
    """Closed unmerged is a no: it is never reopened by Baton, and whoever reopens it lets the story go on (P8)."""
    why = f"#{pull.number} was closed without a merge. Reopen it to go on with it, or choose another way."
    yield from ask_to_try_again(closing_of(pull.number, pull.closing or ""), why, facts, work.kind)
    if work.attempt and facts.seen.base.head:
        yield BeginAttempt(work.kind, work.attempt.number + 1, facts.seen.base.head.sha)


def hear_the_reviews(pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """Revisions by the agent come with a later version; until then the way on is said."""
    if pull.changes_requested_by:
        who = " and ".join(pull.changes_requested_by)
        why = (
            f"{who} asked for changes on #{pull.number}: push them to the branch; Baton goes on at the merge."
        )
        yield Wait(why, FeatureState.IN_REVIEW, facts.later(60))


# --- the end --------------------------------------------------------------------------------------


def review_the_whole(facts: Facts) -> Iterator[Next]:
    """The code reviewer's verdict over everything that was merged (R049, R079)."""
    review = facts.review_stage
    if review.over or review.merged:
        return
    chapter = f"verdict/{facts.revision.number if facts.revision else 1}/1"
    yield from gate(base_contains_what_was_merged(facts), FeatureState.WAITING_FOR_ANSWER, facts)
    if facts.latest_run(chapter) is None:
        yield from gate(documents_present(review, facts), FeatureState.WAITING_FOR_ANSWER, facts)
    reviewer = review.stage.agent
    yield from the_agent_works(chapter, reviewer, "verdict", FeatureState.VERIFYING, facts, StageKind.REVIEW)
    yield from announce(StageKind.REVIEW, facts)
    run = facts.latest_run(chapter)
    if run and run.result and not run.result.approved:
        yield from decide_on_the_verdict(run, facts)


COMPLETE_IT, REVIEW_AGAIN = "Complete it all the same", "Review again"


def decide_on_the_verdict(run: Run, facts: Facts) -> Iterator[Next]:
    """The reviewer wants changes; fixes by the owning agents come with a later version, so people decide."""
    key = question_after(run)
    why = (
        f"{run.agent} wants changes before the feature is complete; its findings are in its comment. "
        f"Mend them on {facts.seen.base.branch} and have it reviewed again, or complete the feature as it is."
    )
    yield from ask(key, why, facts, (REVIEW_AGAIN, COMPLETE_IT))
    if not facts.chose(key, COMPLETE_IT):
        yield StartRun(
            run.chapter, run.number + 1, run.agent, "verdict", StageKind.REVIEW, told_in(run.chapter, facts)
        )


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
    """Two features that both learned something meet in one section; what code wrote, code writes again on top."""
    attempt, base = review.attempt, facts.seen.base.head
    pull = facts.pull_of(attempt)
    if attempt is None or pull is None or base is None or pull.state is not PullState.OPEN:
        return
    if pull.conflicting and pull.head.sha == attempt.head and base.sha != attempt.start:
        yield BeginAttempt(StageKind.REVIEW, attempt.number + 1, start=base.sha)


def report(facts: Facts) -> Iterator[Next]:
    """The completion report, then the issue is closed as completed."""
    if not facts.done(identities.report_comment(facts.generation_id)):
        yield PostReport()
    closed = identities.issue_closed(facts.generation_id)
    if facts.house.configuration.close_issue and not facts.done(closed):
        yield CloseIssue()
    yield EndGeneration(Ending.COMPLETED)


# --- gates ----------------------------------------------------------------------------------------


def gate(verdict: Verdict, state: FeatureState, facts: Facts) -> Iterator[Wait]:
    """Silent when the verdict is a pass; else the wait that people read, with what to do where it is theirs."""
    match verdict:
        case Wait():
            yield verdict
        case Block(why, ask):
            stuck = state if state is FeatureState.BLOCKED else FeatureState.WAITING_FOR_ANSWER
            yield Wait(f"{why} {ask}", stuck, facts.later(60))
        case Pass():
            return


def note_of(verdict: Verdict) -> str | None:
    """What a pass departs in from the usual way; it is listed with the stage."""
    return verdict.note if isinstance(verdict, Pass) else None
