"""The story of one feature: what it needs next, read from top to bottom.

Every chapter is silent when its need is met. What is yielded first is what happens next, and nothing after it is
evaluated: signals wake, facts decide, moves act.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from bot.chapters.asking import ask, ask_to_try_again, digest_of, gate
from bot.chapters.review import review_the_whole, write_down_what_was_learned
from bot.chapters.stage import complete
from bot.chapters.working import (
    Job,
    the_agent_works,
    told_in,
)
from bot.commands.hearing import hear, refuse_label, speaks_to_baton
from bot.facts import identities
from bot.facts.facts import Facts, drafting_of
from bot.facts.remembered import Ending, RunEnding
from bot.facts.seen import PullRequest, PullState
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Done, Wait, sentence
from bot.facts.works import named
from bot.gates.base_contains_what_was_merged import base_contains_what_was_merged
from bot.gates.base_green import was_red_before
from bot.gates.plan_approved import plan_approved
from bot.moves import (
    AnnounceStage,
    BeginGeneration,
    CloseIssue,
    ClosePullRequest,
    EndGeneration,
    KeepPlan,
    LeaveNote,
    Next,
    PostReport,
    PostStageGate,
    RememberMerge,
    RemoveTwin,
    Say,
    Settle,
    ShowPlan,
)
from bot.render.escaping import one_line
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
    yield from notice_merges(facts)
    for comment in facts.unheard:
        if speaks_to_baton(comment, facts.house.login):
            red = was_red_before(comment.created_at, facts)
            yield hear(comment, replace(facts, stands_at=standing(facts), base_is_red=red))
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
        reason = f" ({one_line(generation.paused, 400)})" if generation.paused else ""
        yield Wait(f"Paused{reason}: comment `/resume` to go on.", FeatureState.PAUSED, facts.later(300))
    if facts.house.problem:
        yield Wait(facts.house.problem, FeatureState.BLOCKED, facts.later(60))


MOVES_NOTHING = (Say, AnnounceStage, PostStageGate)


def standing(facts: Facts) -> Wait | None:
    """The wait at which a command meets the story, if it stands still; what is only said or shown moves nothing."""
    answer = next((each for each in the_work(facts) if not isinstance(each, MOVES_NOTHING)), None)
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


def notice_merges(facts: Facts) -> Iterator[Next]:
    """Before anybody is heard: what is merged cannot be skipped or tried again any more (rule 6)."""
    if facts.generation is None or facts.generation.ending:
        return
    for record, attempt in facts.attempts:
        pull = facts.pull_of(attempt)
        if pull and pull.merge_sha and attempt.merge_sha is None and record.merged is None:
            yield RememberMerge(record.key, attempt.number, pull.merge_sha, pull.merged_by)


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
    """A plan is drafted, shown, and approved by a person."""
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
    wishes = [(f"{wish.by.login} wants of the plan", wish.text) for wish in facts.remembered.wishes]
    skipped = [(work.key, work.record.skipped) for work in facts.works if work.record.skipped]
    told = [
        (f"The {kind} stage was left out; leave it out unless that is wanted", said) for kind, said in skipped
    ]
    planner = facts.house.orchestrator.name
    job = Job(
        drafting_of(number),
        planner,
        Task.DRAFT,
        FeatureState.PLANNING,
        told=(*wishes, *told),
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


# --- the end --------------------------------------------------------------------------------------


def report(facts: Facts) -> Iterator[Next]:
    """The completion report, then the issue is closed as completed."""
    if not facts.done(identities.report_comment(facts.generation_id)):
        yield PostReport()
    closed = identities.issue_closed(facts.generation_id)
    if facts.house.configuration.close_issue and not facts.done(closed):
        yield CloseIssue()
    yield EndGeneration(Ending.COMPLETED)
