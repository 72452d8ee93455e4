"""How the story sets an agent to work, and what it makes of the end of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.chapters.asking import ask, ask_to_try_again, gate
from bot.facts import identities
from bot.facts.facts import AMENDABLE, OF_THE_CONTRACT, Facts, closing_of
from bot.facts.remembered import Run, RunEnding
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Wait, sentence
from bot.facts.works import Work
from bot.gates.within_budget import within_budget
from bot.moves import AnnounceStage, BeginAttempt, Drop, Next, StartRun

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


def announce(work: Work | None, facts: Facts) -> Iterator[Next]:
    """People read that a stage has begun while its agent is at work, not before it and not after."""
    if (
        work
        and not work.is_a_fix
        and not facts.done(identities.stage_comment(facts.generation_id, work.kind))
    ):
        yield AnnounceStage(work.kind)


def another_attempt(work: Work, facts: Facts) -> Iterator[Next]:
    """From the newest commit of base."""
    if work.newest and facts.seen.base.head:
        yield BeginAttempt(work.key, work.newest.number + 1, facts.seen.base.head.sha)
