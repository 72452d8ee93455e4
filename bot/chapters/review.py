"""The review of the whole feature, and the pull request with what was learned."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chapters.asking import ask, gate
from bot.chapters.open_pull_request import until_merged
from bot.chapters.stage import complete, finish, open_the_pull_request
from bot.chapters.working import (
    Job,
    Told,
    announce,
    another_attempt,
    question_after,
    the_agent_works,
    told_in,
)
from bot.facts.facts import ROUNDS, Facts
from bot.facts.remembered import Run
from bot.facts.seen import PullState
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.works import Work
from bot.gates.base_contains_what_was_merged import base_contains_what_was_merged
from bot.gates.documents_present import documents_present
from bot.moves import (
    BeginAttempt,
    Finish,
    Next,
    Push,
)
from bot.plan.stage_kind import StageKind


def review_the_whole(facts: Facts) -> Iterator[Next]:
    """The code reviewer's verdict over everything that was merged; what it wants changed becomes fixes (R049, R079)."""
    review = facts.review_stage
    if review.over:
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
