"""The story of one feature: what it needs next, read from top to bottom.

Every chapter is silent when its need is met. What is yielded first is what happens next, and nothing after it is
evaluated: signals wake, facts decide, moves act.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.commands.hearing import hear, refuse_label
from bot.facts import identities
from bot.facts.facts import AMENDABLE, OF_THE_CONTRACT, ROUNDS, Facts, closing_of
from bot.facts.remarks import unanswered, wants_changes_without_a_word
from bot.facts.remembered import TRY_AGAIN, Ending, Run, RunEnding
from bot.facts.seen import Check, PullRequest, PullState
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Block, Done, Pass, Verdict, Wait, sentence
from bot.facts.works import Work, named
from bot.gates.base_contains_what_was_merged import base_contains_what_was_merged
from bot.gates.base_green import base_green, base_not_red, red_on_base
from bot.gates.checks import Colour
from bot.gates.ci_green import ci_green, judged, no_ci
from bot.gates.documents_present import documents_present
from bot.gates.inputs_present import inputs_present
from bot.gates.merged import merged
from bot.gates.plan_approved import plan_approved
from bot.gates.within_budget import within_budget
from bot.moves import (
    Amend,
    AnnounceStage,
    AnswerRemark,
    Ask,
    AskForReview,
    BeginAttempt,
    BeginGeneration,
    CloseIssue,
    ClosePullRequest,
    Drop,
    EndGeneration,
    Finish,
    GoWithoutCi,
    KeepPlan,
    LeaveNote,
    MergeBase,
    Move,
    OpenPullRequest,
    PostReport,
    PostStageGate,
    Push,
    RememberMerge,
    RemoveTwin,
    Rerun,
    Say,
    Settle,
    ShowPlan,
    Skip,
    StartRun,
)
from bot.plan.stage_kind import StageKind
from bot.render.markers import read_marker

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
        heard = hear(comment, replace(facts, stands_at=standing(facts), base_is_red=bool(red_on_base(facts))))
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
    generation, revision = facts.generation, facts.revision
    if generation is None or revision is None:
        return
    edited, made = facts.seen.issue.edited_at, revision.made_at or generation.began_at
    if edited and edited > made and not facts.done(identities.reply(f"edited:{generation.id}")):
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
    job = Job(f"plan/{number}", planner, Task.DRAFT, FeatureState.PLANNING, told=wishes)
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


def settle_by_word(block: Block, facts: Facts) -> Iterator[Next]:
    """Silent when a person has said to go on; else the question, or the wait for what they are mending."""
    if block.key is None:
        return
    yield from ask(block.key, f"{block.why} {block.ask}", facts, block.options)
    if facts.chose(block.key, block.options[0]):
        return
    yield still_standing(block.key, f"{block.why} {block.ask}", facts)


def still_standing(key: str, why: str, facts: Facts) -> Wait:
    """The answer leaves it to people to change something; until they have, another answer counts."""
    return Wait(why, FeatureState.WAITING_FOR_ANSWER, facts.later(60), asks=key)


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


def another_attempt(work: Work, facts: Facts) -> Iterator[Next]:
    """From the newest commit of base."""
    if work.newest and facts.seen.base.head:
        yield BeginAttempt(work.key, work.newest.number + 1, facts.seen.base.head.sha)


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


Told = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Job:
    """What an agent is set to: the runs of one chapter, on top of one commit where that is a pull request's head."""

    chapter: str
    agent: str
    task: Task
    state: FeatureState
    work: Work | None = None
    told: Told = ()
    head: str | None = None
    about: tuple[str, ...] = ()

    def start(self, facts: Facts, *more: tuple[str, str]) -> StartRun:
        """The next run of the chapter."""
        latest = facts.latest_run(self.chapter)
        number = latest.number + 1 if latest else 1
        key = self.work.key if self.work else None
        return StartRun(
            self.chapter, number, self.agent, self.task, key, self.told + more, self.head, self.about
        )


def the_agent_works(job: Job, run: Run | None, facts: Facts) -> Iterator[Next]:
    """A run of the agent has come to its end, and to a good one; `run` is the newest that counts for the job."""
    if run is None:
        yield from gate(within_budget(facts), FeatureState.WAITING_FOR_ANSWER, facts)
        yield job.start(facts, *told_in(job.chapter, facts))
        return
    if run.result is None:
        yield from announce(job.work, facts)
        yield Wait(f"{job.agent} is at work.", job.state, facts.later(60))
        return
    if run.result.ending is RunEnding.GAVE_UP and not run.result.stopped:
        why = f"{job.agent} could not go on: {sentence(run.result.sentence)}"
        yield from ask_to_try_again(question_after(run), why, facts, job.work)
    if run.result.ending is RunEnding.ASKED:
        yield from ask_what_the_agent_asks(job, run, facts)
    if run.result.ending in (RunEnding.GAVE_UP, RunEnding.ASKED):
        yield from gate(within_budget(facts), FeatureState.WAITING_FOR_ANSWER, facts)
        yield job.start(facts, *told_in(job.chapter, facts))


def ask_what_the_agent_asks(job: Job, run: Run, facts: Facts) -> Iterator[Next]:
    """Its question in its words; where it finds an earlier document wrong, people choose what comes first (M10)."""
    if run.result is None:
        return
    text = f"{job.agent} asks: {sentence(run.result.sentence)}"
    if run.result.question_kind == "contract" and job.task is Task.WORK and job.work:
        earlier = [each.kind for each in facts.works if each.number < job.work.number and each.merged]
        ways = tuple(way for way, kind in AMENDABLE.items() if kind in earlier)
        if ways:
            yield from ask(contract_question(run), text, facts, (*ways, GO_ON_AS_IT_IS), ways[0])
            return
    yield from ask(question_after(run), text, facts, run.result.options, run.result.recommended)


GO_ON_AS_IT_IS = "Go on with it as it is"


def contract_question(run: Run) -> str:
    return f"{OF_THE_CONTRACT}{run.id}"


def drop_if_at_work(run: Run | None, why: str, facts: Facts) -> Iterator[Next]:
    """What it comes to is not wanted any more."""
    if run and run.is_at_work:
        yield Drop(run.id, why)


def question_after(run: Run) -> str:
    """The key of the question that a run has left."""
    return f"after:{run.id}"


def told_in(chapter: str, facts: Facts) -> Told:
    """What people have answered to the runs of this chapter: the next run is told all of it."""
    runs = [run.id for run in facts.runs_of(chapter)]
    kinds = ("after", "nothing", "unplanned", "contract")
    return answers_to([f"{what}:{run}" for run in runs for what in kinds], facts)


def told_before(work: Work, facts: Facts) -> Told:
    """What people have said when they closed an earlier pull request of this work, and to what came to none."""
    earlier = work.record.attempts[:-1]
    closed = [closing_of(attempt.pull, "") for attempt in earlier if attempt.pull]
    keys = [key for key in facts.remembered.questions if key.startswith(tuple(closed))] if closed else []
    told = answers_to(keys, facts)
    for attempt in earlier:
        told += told_in(f"{work.key}/{attempt.number}", facts)
    return told


def answers_to(keys: list[str], facts: Facts) -> Told:
    asked = [facts.remembered.questions.get(key) for key in keys]
    return tuple(
        (f"You were asked about: {each.text}", each.given.said) for each in asked if each and each.given
    )


SKIP_IT = "Skip the stage"


def ask_to_try_again(
    key: str, why: str, facts: Facts, work: Work | None = None, more: tuple[str, ...] = ()
) -> Iterator[Next]:
    """Silent when a person wants another try; a work may be left out instead, where the rules allow it."""
    may_skip = work is not None and facts.may_skip(work)
    options = (TRY_AGAIN, *((SKIP_IT,) if may_skip else ()), *more)
    yield from ask(key, f"{why} How shall it go on?", facts, options, TRY_AGAIN)
    if work is not None and facts.chose(key, SKIP_IT):
        yield Skip(work.key, facts.said(key))


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


def announce(work: Work | None, facts: Facts) -> Iterator[Next]:
    """People read that a stage has begun while its agent is at work, not before it and not after."""
    if (
        work
        and not work.is_a_fix
        and not facts.done(identities.stage_comment(facts.generation_id, work.kind))
    ):
        yield AnnounceStage(work.kind)


def open_the_pull_request(work: Work, facts: Facts) -> Iterator[Next]:
    attempt = work.attempt
    if attempt and attempt.head and attempt.pull is None:
        yield OpenPullRequest(work.key)


# --- an open pull request -------------------------------------------------------------------------


def until_merged(work: Work, facts: Facts) -> Iterator[Next]:
    """What closing, people, CI and base want of it, in this order; then the wait for a person (rule 10)."""
    pull = facts.pull_of(work.attempt)
    if pull is None:
        yield Wait("GitHub does not show the pull request yet.", FeatureState.IN_REVIEW, facts.later(5))
        return
    if pull.state is PullState.CLOSED:
        yield from ask_about_the_closed(pull, work, facts)
    if pull.base_ref != facts.seen.base.branch:
        yield from ask_for_the_base(pull, facts)
    if not facts.done(identities.stage_gate(pull.head.sha)):
        yield PostStageGate(work.key, pull.head.sha)
    if work.kind is StageKind.REVIEW:
        yield from leave_the_review_to_people(pull, facts)
    else:
        yield from work_once_more(work, pull, facts)
        yield from answer_the_reviews(work, pull, facts)
        yield from wait_for_our_commit(work, pull, facts)
        yield from mend_what_is_red(work, pull, facts)
        yield from resolve_the_conflict(work, pull, facts)
    green = ci_green(pull, facts)
    if isinstance(green, Block) and green.key:
        yield from settle_by_word(green, facts)
        yield GoWithoutCi()
    yield from gate(green, FeatureState.IN_REVIEW, facts)
    yield from gate(merged(work, pull, facts), FeatureState.IN_REVIEW, facts)


def ask_for_the_base(pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """Merged elsewhere it would be lost to the stages that follow (P17)."""
    base = facts.seen.base.branch
    why = (
        f"#{pull.number} is to be merged into {pull.base_ref} and not into {base}, where the feature is built. "
        f"Change its base back to {base} on GitHub, or close it."
    )
    yield Wait(why, FeatureState.WAITING_FOR_ANSWER, facts.later(60))


def ask_about_the_closed(pull: PullRequest, work: Work, facts: Facts) -> Iterator[Next]:
    """Closed unmerged is a no: it is never reopened by Baton, and whoever reopens it lets the story go on (P8)."""
    if pull.on_base:
        yield from ask_whether_it_was_merged(pull, work, facts)
    why = f"#{pull.number} was closed without a merge. Reopen it to go on with it, or choose another way."
    yield from ask_to_try_again(closing_of(pull.number, pull.closing or ""), why, facts, work)
    yield from another_attempt(work, facts)


MERGED_BY_HAND = "It was merged by hand"


def ask_whether_it_was_merged(pull: PullRequest, work: Work, facts: Facts) -> Iterator[Next]:
    """GitHub does not call it merged when somebody squashes it by hand; code sees it, and a person says it (P11)."""
    base = facts.seen.base
    key = closing_of(pull.number, f"{pull.closing or ''}:by-hand")
    why = (
        f"#{pull.number} was closed without a merge, but all that it changes stands on {base.branch}: "
        "was it merged by hand?"
    )
    yield from ask(key, why, facts, (MERGED_BY_HAND, TRY_AGAIN), MERGED_BY_HAND)
    given = facts.given(key)
    if given and facts.chose(key, MERGED_BY_HAND) and work.attempt and base.head:
        yield RememberMerge(work.key, work.attempt.number, base.head.sha, given.by)
    yield from another_attempt(work, facts)


def leave_the_review_to_people(pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """What was learned is written by code: who wants it otherwise changes it on the branch."""
    if pull.changes_requested_by:
        who = " and ".join(pull.changes_requested_by)
        why = (
            f"{who} asked for changes on #{pull.number}: push them to the branch; Baton goes on at the merge."
        )
        yield Wait(why, FeatureState.IN_REVIEW, facts.later(60))


def on_top_of(pull: PullRequest, work: Work, task: Task, about: tuple[str, ...] = ()) -> Job:
    """A job whose commit goes on the branch of an open pull request."""
    chapter = f"{work.chapter}/{task}"
    return Job(chapter, work.stage.agent, task, FeatureState.WORKING, work, head=pull.head.sha, about=about)


def amend(job: Job, run: Run | None, facts: Facts) -> Iterator[Next]:
    """The agent has worked on top of the head, and what it changed stands on the branch.

    A head that moved meanwhile makes the run void: it is dropped, and the story looks again (P5, P19).
    """
    latest = facts.latest_run(job.chapter)
    if latest and latest.is_at_work and latest.start != job.head:
        yield Drop(latest.id, "somebody has pushed to the branch meanwhile")
    yield from the_agent_works(job, run, facts)
    if run and job.work and (run.has_changes or (run.is_finished and job.task is Task.RESOLVE)):
        if facts.done(identities.amended(run.id)):
            yield Wait("GitHub does not show the new commit yet.", job.state, facts.later(5))
        yield Amend(job.work.key, run.id)


def of_this_head(job: Job, facts: Facts) -> Run | None:
    """The newest run of the chapter, if it stands on the head as it is now."""
    run = facts.latest_run(job.chapter)
    return run if run and run.start == job.head and not run.dropped else None


def work_once_more(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """`/retry` with the pull request open: a new run, on top of the branch as it is."""
    retry = facts.latest_retry(work)
    if retry is None or work.attempt is None:
        return
    job = on_top_of(pull, work, Task.AGAIN, (f"retry:{retry.comment_id}",))
    done = [run for run in facts.runs_of(job.chapter) if job.about == run.about and run.is_finished]
    if any(facts.done(identities.amended(run.id)) or not run.has_changes for run in done):
        return
    before = facts.latest_run(work.chapter)
    if before and retry.at <= before.begun_at:
        return
    run = of_this_head(job, facts)
    yield from amend(job, run if run and run.about == job.about else None, facts)


def answer_the_reviews(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """What reviewers want becomes one revision: one commit, one reply to each remark, and a new look is asked for."""
    asked_for = unanswered(pull, facts)
    job = on_top_of(pull, work, Task.ANSWER, tuple(each.key for each in asked_for))
    latest = facts.latest_run(job.chapter)
    if (
        latest
        and latest.is_finished
        and (not latest.has_changes or facts.done(identities.amended(latest.id)))
    ):
        for remark in asked_for:
            if remark.key in latest.about:
                yield AnswerRemark(work.key, latest.id, remark.key)
        yield from ask_to_look_again(latest, pull, facts)
    if not asked_for:
        yield from drop_if_at_work(latest, "what its review asked for was taken back", facts)
        yield from wait_for_words(pull, facts)
        return
    run = of_this_head(job, facts)
    run = run if run and set(run.about) & set(job.about) else None
    gathered = max(each.at for each in asked_for) + facts.house.reviews_settle
    if run is None and facts.now < gathered:
        who = " and ".join(dict.fromkeys(each.author.login for each in asked_for))
        why = f"{who} is reviewing #{pull.number}; {work.stage.agent} revises it when the review has come to rest."
        yield Wait(why, FeatureState.IN_REVIEW, gathered)
    yield from amend(job, run, facts)


def ask_to_look_again(run: Run, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """Those whose remarks were answered are asked for a new review, once."""
    said = {f"review:{review.id}": review.author.login for review in pull.reviews}
    for thread in pull.threads:
        said |= {f"thread:{comment.id}": comment.author.login for comment in thread.comments}
    logins = tuple(dict.fromkeys(said[key] for key in run.about if key in said))
    if logins and not facts.done(identities.review_request(run.id)):
        yield AskForReview(pull.number, run.id, logins)


def wait_for_our_commit(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """What CI said of the commit before ours is not said of ours, which nobody has seen yet."""
    for run in facts.remembered.runs:
        if run.start == pull.head.sha and run.chapter.startswith(f"{work.chapter}/"):
            ours = facts.outcome(identities.amended(run.id)).get("sha")
            if ours and ours not in facts.remembered.clocks:
                yield Wait("GitHub does not show the new commit yet.", FeatureState.WORKING, facts.later(5))


def wait_for_words(pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """A review that asks for changes and names none cannot be answered."""
    silent = wants_changes_without_a_word(pull, facts)
    if silent:
        why = (
            f"{' and '.join(silent)} asked for changes on #{pull.number} without saying which: "
            "write them as a review or as comments on lines, or push them to the branch."
        )
        yield Wait(why, FeatureState.IN_REVIEW, facts.later(60))


TRIES = 2
RERUN_SHOWS = timedelta(minutes=2)
I_MEND_IT = "I mend it"


def mend_what_is_red(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """Two tries for each failure; what is red on base is not ours, and what turned green again is let be."""
    judgement = judged(pull, facts)
    red = tuple(each for each in judgement.checks if judgement.colour in (Colour.RED, Colour.CANCELLED))
    yield from run_what_was_interrupted(red, pull.head.sha, facts)
    job = on_top_of(pull, work, Task.MEND, tuple(dict.fromkeys(each.name for each in red)))
    if judgement.colour is not Colour.RED:
        if judgement.colour is Colour.GREEN:
            yield from drop_if_at_work(facts.latest_run(job.chapter), "the check is green again", facts)
        return
    theirs = red_on_base(facts)
    ours = tuple(name for name in job.about if name not in theirs)
    if not ours:
        listed, base = judgement.listed, facts.seen.base
        why = (
            f"{listed} is red on #{pull.number}, and on {base.branch} too, so it is not this pull request's fault. "
            f"Mend {base.branch}, then press “Update branch”."
        )
        yield Wait(why, FeatureState.WAITING_FOR_ANSWER, facts.later(60))
    job = replace(job, about=ours, agent=whose_fault(work, job, facts))
    run = of_this_head(job, facts)
    run = run if run and not (run.is_finished and not run.has_changes) else None
    if run is None:
        yield from give_up_after(TRIES, job, pull, f"{judgement.listed} is red on #{pull.number}.", facts)
        yield from take_base_in(work, pull, facts)
    yield from amend(job, run, facts)


def whose_fault(work: Work, job: Job, facts: Facts) -> str:
    """Who mends it: the stage's agent; where that found the cause in files not its own, their owner (R046)."""
    before = of_this_head(job, facts)
    if before is None:
        return work.stage.agent
    if not before.is_finished or before.has_changes:
        return before.agent
    return other_side(work, facts) if before.agent == work.stage.agent else work.stage.agent


def other_side(work: Work, facts: Facts) -> str:
    """Behind code stand its tests, and behind tests the code that they test."""
    if work.kind is not StageKind.TESTING:
        return facts.house.agent_for[StageKind.TESTING]
    code = (StageKind.BACKEND, StageKind.FRONTEND, StageKind.DATABASE, StageKind.DEVOPS)
    agents = {each.kind: each.stage.agent for each in facts.building_stages}
    return next((agents[kind] for kind in code if kind in agents), work.stage.agent)


def run_what_was_interrupted(checks: tuple[Check, ...], head: str, facts: Facts) -> Iterator[Next]:
    """A check that was cancelled or timed out is run once more before anybody is asked or set to work."""
    for check in checks:
        if not check.interrupted or check.id is None:
            continue
        before = facts.outcome(identities.rerun(head, check.source, check.name))
        if not before:
            yield Rerun(head, check.source, check.name, check.id)
        elif before["check"] == check.id and "refused" not in before:
            shows = datetime.fromisoformat(before["at"]) + RERUN_SHOWS
            if facts.now < shows:
                yield Wait(f"`{check.name}` was interrupted and is run again.", FeatureState.IN_REVIEW, shows)


def give_up_after(most: int, job: Job, pull: PullRequest, why: str, facts: Facts) -> Iterator[Next]:
    """After so many tries at one failure people are asked; “try again” begins to count anew."""
    episode = f"{job.task}:{pull.number}:"
    asked = [each for key, each in facts.remembered.questions.items() if key.startswith(episode)]
    again = [each.given.at for each in asked if each.given and each.given.choice == TRY_AGAIN]
    tried = tries_at(job.chapter, pull.head.sha, max(again, default=None), facts)
    if len(tried) < most:
        return
    key = f"{episode}{pull.head.sha[:12]}:{len(again)}"
    words = [sentence(run.result.summary) for run in tried if run.result and run.result.summary.strip()]
    said = f" It says: {words[0]}" if words else ""
    text = f"{why} {job.agent} has tried {len(tried)} times.{said}"
    yield from ask_to_try_again(key, text, facts, job.work, more=(I_MEND_IT,))
    if not facts.chose(key, TRY_AGAIN) and facts.given(key):
        stands = f"{why} You wanted to mend it: push to the branch, or comment `/retry` to let {job.agent} try again."
        yield still_standing(key, stands, facts)


def tries_at(chapter: str, head: str, since: datetime | None, facts: Facts) -> tuple[Run, ...]:
    """The runs that led to this head one after another, newest first; a commit of somebody else begins anew."""
    found: list[Run] = []
    for run in reversed(facts.runs_of(chapter)):
        head = facts.beneath_merges_of_base(head)
        if run.dropped or (since and run.begun_at <= since):
            continue
        pushed = facts.outcome(identities.amended(run.id)).get("sha")
        if pushed == head:
            head = run.start
        elif not (run.start == head and run.is_finished and not run.has_changes):
            continue
        found.append(run)
    return tuple(found)


def take_base_in(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """CI judged the merge with base, so the agent gets to see it too."""
    base = facts.seen.base.head
    if not pull.behind or pull.conflicting or base is None:
        return
    before = facts.outcome(identities.base_merged(pull.head.sha, base.sha))
    if not before:
        yield MergeBase(work.key, pull.head.sha, base.sha)
    if before.get("sha"):
        yield Wait("GitHub does not show the merge with base yet.", FeatureState.WORKING, facts.later(5))


def resolve_the_conflict(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """The agent settles what conflicts; base is merged into the branch with it, and nothing is ever forced (P13)."""
    base = facts.seen.base.head
    job = on_top_of(pull, work, Task.RESOLVE, (base.sha,) if base else ())
    if not pull.conflicting or base is None:
        if pull.conflicting is False:
            yield from drop_if_at_work(facts.latest_run(job.chapter), "the conflict is gone", facts)
        return
    run = of_this_head(job, facts)
    if run is None:
        why = f"#{pull.number} conflicts with {facts.seen.base.branch}."
        yield from give_up_after(TRIES, job, pull, why, facts)
    yield from amend(job, run, facts)


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
