"""One work, a stage or a fix: one agent, one pull request, merged by a person, green on base."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chapters.asking import ask_to_try_again, gate, note_of, settle_by_word
from bot.chapters.open_pull_request import run_what_was_interrupted, until_merged
from bot.chapters.working import (
    Job,
    announce,
    another_attempt,
    drop_if_at_work,
    the_agent_works,
    told_before,
    told_in,
)
from bot.facts.facts import Facts
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Block, sentence
from bot.facts.works import Work
from bot.gates.base_contains_what_was_merged import base_contains_what_was_merged
from bot.gates.base_green import base_green, base_not_red, interrupted_on_base
from bot.gates.ci_green import no_ci
from bot.gates.documents_present import documents_present
from bot.gates.inputs_present import inputs_present
from bot.moves import (
    BeginAttempt,
    Finish,
    GoWithoutCi,
    Next,
    OpenPullRequest,
    Push,
)


def complete(work: Work, facts: Facts) -> Iterator[Next]:
    """One stage, and before it what people agreed to mend first (M10): one agent and one pull request each."""
    if not work.over:
        for amendment in facts.amendments_before(work):
            yield from carry_out(amendment, facts)
    yield from carry_out(work, facts)


def carry_out(work: Work, facts: Facts) -> Iterator[Next]:
    """One agent, one pull request, merged by a person, green on base."""
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
    state = FeatureState.AWAITING_BASE_CHECKS
    yield from run_what_was_interrupted(*interrupted_on_base(work, facts), facts, state)
    green = base_green(work, facts)
    if isinstance(green, Block) and green.key:
        yield from settle_by_word(green, facts)
        if green.key == no_ci(facts):
            yield GoWithoutCi()
        yield Finish(work.key, f"{green.why} {facts.said(green.key)}")
    yield from gate(green, state, facts)
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
    if run and run.dropped:
        yield job.start(facts, *told_in(job.chapter, facts))
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
