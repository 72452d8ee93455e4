"""An open pull request, from its first look to its merge: what people, CI and base want of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.chapters.asking import ask, ask_to_try_again, gate, settle_by_word, still_standing
from bot.chapters.working import (
    Job,
    another_attempt,
    answers_to,
    drop_if_at_work,
    the_agent_works,
    told_in,
)
from bot.facts import identities
from bot.facts.facts import Facts, closing_of
from bot.facts.remarks import unanswered, wants_changes_without_a_word, who_wants_changes
from bot.facts.remembered import BY_HAND, I_MEND_IT, TRY_AGAIN, Run
from bot.facts.seen import Check, PullRequest, PullState
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Block, Wait, sentence
from bot.facts.works import Work
from bot.gates.base_green import red_on_base
from bot.gates.checks import Colour, Judgement
from bot.gates.ci_green import ci_green, judged
from bot.gates.merged import merged
from bot.moves import (
    Amend,
    AnswerRemark,
    AskForReview,
    Drop,
    Finish,
    GoWithoutCi,
    MergeBase,
    Next,
    PostStageGate,
    RememberMerge,
    Rerun,
)
from bot.plan.stage_kind import StageKind


def until_merged(work: Work, facts: Facts) -> Iterator[Next]:
    """What closing, people, CI and base want of it, in this order; then the wait for a person (rule 10)."""
    pull = facts.pull_of(work.attempt)
    if pull is None:
        yield Wait("GitHub does not show the pull request yet.", FeatureState.IN_REVIEW, facts.later(5))
        return
    if pull.state is PullState.CLOSED:
        yield from ask_about_the_closed(pull, work, facts)
    if pull.state is PullState.MERGED:
        yield Wait(
            f"GitHub does not show the merge of #{pull.number} yet.", FeatureState.IN_REVIEW, facts.later(5)
        )
    if pull.base_ref != facts.seen.base.branch:
        yield from ask_for_the_base(pull, facts)
    if not facts.done(identities.stage_gate(pull.head.sha)):
        yield PostStageGate(work.key, pull.head.sha)
    if pull.in_merge_queue:  # a push would take it out again
        yield from gate(merged(work, pull, facts), FeatureState.IN_REVIEW, facts)
    if work.kind is StageKind.REVIEW:
        yield from leave_the_review_to_people(pull, facts)
        yield from let_be_what_is_not_ours(judged(pull, facts), pull, facts)
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
    """Closed unmerged is a no: it is never reopened by Baton, and whoever reopens it lets the story go on (P8).

    Where Baton closed it, for something else came first, nobody has said no.
    """
    if facts.done(identities.pull_request_closed(pull.number, facts.generation_id)):
        yield from another_attempt(work, facts)
    by_hand = closing_of(pull.number, f"{pull.closing or ''}{BY_HAND}")
    if pull.on_base or by_hand in facts.remembered.questions:
        yield from ask_whether_it_was_merged(by_hand, pull, work, facts)
    why = f"#{pull.number} was closed without a merge. Reopen it to go on with it, or choose another way."
    key, learned = closing_of(pull.number, pull.closing or ""), work.kind is StageKind.REVIEW
    more = (COMPLETE_WITHOUT_IT,) if learned else ()
    yield from ask_to_try_again(key, why, facts, work, more)
    if facts.chose(key, COMPLETE_WITHOUT_IT):
        yield Finish(work.key, note=facts.said(key))
    yield from another_attempt(work, facts)


MERGED_BY_HAND, COMPLETE_WITHOUT_IT = "It was merged by hand", "Complete without it"


def ask_whether_it_was_merged(key: str, pull: PullRequest, work: Work, facts: Facts) -> Iterator[Next]:
    """GitHub does not call it merged when somebody squashes it by hand; code sees it, and a person says it (P11)."""
    base = facts.seen.base
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
    asking = who_wants_changes(pull, facts)
    if asking:
        who = " and ".join(asking)
        why = (
            f"{who} asked for changes on #{pull.number}: push them to the branch; Baton goes on at the merge."
        )
        yield Wait(why, FeatureState.IN_REVIEW, facts.later(60))


def on_top_of(pull: PullRequest, work: Work, task: Task, facts: Facts, about: tuple[str, ...] = ()) -> Job:
    """A job whose commit goes on the branch of an open pull request; it knows what people have said so far."""
    asked = [key for key in facts.remembered.questions if key.startswith(episode_of(task, pull))]
    return Job(
        chapter=f"{work.chapter}/{task}",
        agent=work.stage.agent,
        task=task,
        state=FeatureState.WORKING,
        work=work,
        told=told_in(work.chapter, facts) + answers_to(asked, facts),
        head=pull.head.sha,
        about=about,
    )


def episode_of(task: Task, pull: PullRequest) -> str:
    """How the keys of questions about failed tries begin."""
    return f"{task}:{pull.number}:"


def amend(job: Job, run: Run | None, facts: Facts) -> Iterator[Next]:
    """The agent has worked on top of the head, and what it changed stands on the branch.

    A head that moved meanwhile makes the run void: it is dropped, and the story looks again (P5, P19).
    """
    latest = facts.latest_run(job.chapter)
    if latest and latest.is_at_work and latest.start != job.head:
        yield Drop(latest.id, "somebody has pushed to the branch meanwhile")
    yield from the_agent_works(job, run, facts)
    if run and job.work and (run.has_changes or (run.is_finished and job.task is Task.RESOLVE)):
        yield from until_shown(facts.outcome(identities.amended(run.id)), facts)
        yield Amend(job.work.key, run.id)


def until_shown(pushed: Mapping[str, Any], facts: Facts, what: str = "the new commit") -> Iterator[Next]:
    """GitHub has shown the commit that we pushed, if we did."""
    if pushed.get("sha") and not was_shown(pushed, facts):
        yield Wait(f"GitHub does not show {what} yet.", FeatureState.WORKING, facts.later(5))


def was_shown(pushed: Mapping[str, Any], facts: Facts) -> bool:
    """Our commit was once the head: where it is not any more, people have taken it off again (P6)."""
    return pushed.get("sha") in facts.remembered.clocks


def of_this_head(job: Job, facts: Facts) -> Run | None:
    """The newest run of the chapter, if it stands on the head as it is now and nobody has undone it."""
    run = facts.latest_run(job.chapter)
    if run is None or run.start != job.head or run.dropped:
        return None
    return None if was_shown(facts.outcome(identities.amended(run.id)), facts) else run


def work_once_more(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """`/retry` with the pull request open: a new run, on top of the branch as it is."""
    retry = facts.latest_retry(work)
    if retry is None or work.attempt is None:
        return
    job = on_top_of(pull, work, Task.AGAIN, facts, (f"retry:{retry.comment_id}",))
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
    job = on_top_of(pull, work, Task.ANSWER, facts, tuple(each.key for each in asked_for))
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
            yield from until_shown(facts.outcome(identities.amended(run.id)), facts)


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


def mend_what_is_red(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """Two tries for each failure; what is red on base is not ours, and what turned green again is let be."""
    judgement = judged(pull, facts)
    yield from let_be_what_is_not_ours(judgement, pull, facts)
    job = on_top_of(pull, work, Task.MEND, facts)
    if judgement.colour is not Colour.RED:
        if judgement.colour is Colour.GREEN:
            yield from drop_if_at_work(facts.latest_run(job.chapter), "the check is green again", facts)
        return
    job = replace(job, about=red_here_alone(judgement, facts), agent=whose_fault(work, job, facts))
    run = of_this_head(job, facts)
    run = run if run and not (run.is_finished and not run.has_changes) else None
    if run is None:
        yield from give_up_after(TRIES, job, pull, f"{judgement.listed} is red on #{pull.number}.", facts)
        yield from take_base_in(work, pull, facts)
    yield from amend(job, run, facts)


def let_be_what_is_not_ours(judgement: Judgement, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """What was interrupted is run once more, and what is red on base too is no pull request's fault."""
    if judgement.colour in (Colour.RED, Colour.CANCELLED):
        yield from run_what_was_interrupted(pull.head.sha, judgement.checks, facts)
    if judgement.colour is Colour.RED and not red_here_alone(judgement, facts):
        listed, base = judgement.listed, facts.seen.base
        why = (
            f"{listed} is red on #{pull.number}, and on {base.branch} too, so it is not this pull request's fault. "
            f"Mend {base.branch}, then press “Update branch”."
        )
        yield Wait(why, FeatureState.WAITING_FOR_ANSWER, facts.later(60))


def red_here_alone(judgement: Judgement, facts: Facts) -> tuple[str, ...]:
    """The checks that are red and are not red on base, by name."""
    names, theirs = dict.fromkeys(each.name for each in judgement.checks), red_on_base(facts)
    return tuple(name for name in names if name not in theirs)


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


def run_what_was_interrupted(
    head: str, checks: tuple[Check, ...], facts: Facts, state: FeatureState = FeatureState.IN_REVIEW
) -> Iterator[Next]:
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
                yield Wait(f"`{check.name}` was interrupted and is run again.", state, shows)


def give_up_after(most: int, job: Job, pull: PullRequest, why: str, facts: Facts) -> Iterator[Next]:
    """After so many tries at one failure people are asked; “try again”, or their own words, begin to count anew."""
    episode = episode_of(job.task, pull)
    asked = [each for key, each in facts.remembered.questions.items() if key.startswith(episode)]
    again = [each.given.at for each in asked if each.given and each.given.choice in (TRY_AGAIN, None)]
    tried = tries_at(job, pull.head.sha, max(again, default=None), facts)
    if len(tried) < most:
        return
    key = f"{episode}{pull.head.sha[:12]}:{len(again)}"
    words = [sentence(run.result.summary) for run in tried if run.result and run.result.summary.strip()]
    said = f" It says: {words[0]}" if words else ""
    text = f"{why} {job.agent} has tried {len(tried)} times.{said}"
    yield from ask_to_try_again(key, text, facts, job.work, more=(I_MEND_IT,))
    if facts.chose(key, I_MEND_IT):
        stands = f"{why} You wanted to mend it: push to the branch, or comment `/retry` to let {job.agent} try again."
        yield still_standing(key, stands, facts)


def tries_at(job: Job, head: str, since: datetime | None, facts: Facts) -> tuple[Run, ...]:
    """The runs that led to this head one after another, newest first; a commit of somebody else begins anew.

    A conflict that was settled is no failed try at the next one, with another commit of base.
    """
    found: list[Run] = []
    for run in reversed(facts.runs_of(job.chapter)):
        head = facts.beneath_merges_of_base(head)
        if run.dropped or (since and run.begun_at <= since):
            continue
        if job.task is Task.RESOLVE and run.about != job.about:
            break
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
    yield from until_shown(before, facts, "the merge with base")


def resolve_the_conflict(work: Work, pull: PullRequest, facts: Facts) -> Iterator[Next]:
    """The agent settles what conflicts; base is merged into the branch with it, and nothing is ever forced (P13)."""
    base = facts.seen.base.head
    job = on_top_of(pull, work, Task.RESOLVE, facts, (base.sha,) if base else ())
    if not pull.conflicting or base is None:
        if pull.conflicting is False:
            yield from drop_if_at_work(facts.latest_run(job.chapter), "the conflict is gone", facts)
        return
    run = of_this_head(job, facts)
    if run is None:
        why = f"#{pull.number} conflicts with {facts.seen.base.branch}."
        yield from give_up_after(TRIES, job, pull, why, facts)
    yield from amend(job, run, facts)
