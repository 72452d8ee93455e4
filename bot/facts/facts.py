"""All that is known about one feature at one moment, and the few questions that the story asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from bot.facts.remembered import (
    Approval,
    Attempt,
    Generation,
    Given,
    Question,
    Remembered,
    Revision,
    Run,
    StageRecord,
    Wish,
)
from bot.facts.seen import Account, Comment, Permission, PullRequest, PullState, Seen
from bot.facts.states import StageState
from bot.facts.verdict import Wait, sentence
from bot.plan.agent import Agent
from bot.plan.configuration import Configuration
from bot.plan.plan import Plan, PlannedStage
from bot.plan.skipping import reason_against_skipping
from bot.plan.stage_kind import StageKind


@dataclass(frozen=True)
class House:
    """How this installation and this repository are set up: what the story takes as given.

    `login` is Baton's own, without `[bot]`. `problem` is a whole sentence where the repository's own
    configuration or agents cannot be used.
    """

    login: str
    label: str
    agents: tuple[Agent, ...]
    agent_for: Mapping[StageKind, str]
    configuration: Configuration
    checks_settle: timedelta = timedelta(seconds=300)
    effects_settle: timedelta = timedelta(seconds=10)
    dashboard: str | None = None
    problem: str | None = None

    def agent(self, name: str) -> Agent:
        return next(agent for agent in self.agents if agent.name == name)

    @property
    def orchestrator(self) -> Agent:
        return next(agent for agent in self.agents if agent.kind == "orchestrator")


@dataclass(frozen=True)
class Work:
    """A stage of the approved plan together with what happened to it: one pull request at a time."""

    stage: PlannedStage
    record: StageRecord
    number: int
    total: int

    @property
    def kind(self) -> StageKind:
        return self.stage.kind

    @property
    def title(self) -> str:
        return self.stage.title

    @property
    def over(self) -> bool:
        return self.record.finished_at is not None or self.record.skipped is not None

    @property
    def merged(self) -> Attempt | None:
        return self.record.merged

    @property
    def attempt(self) -> Attempt | None:
        """The newest attempt."""
        return self.record.attempts[-1] if self.record.attempts else None

    @property
    def chapter(self) -> str:
        """What the runs of the newest attempt are filed under."""
        return f"{self.kind}/{self.attempt.number if self.attempt else 1}"

    @property
    def state(self) -> StageState:
        if self.record.skipped is not None:
            return StageState.SKIPPED
        if self.record.finished_at:
            return StageState.DONE
        if self.merged:
            return StageState.MERGED
        if self.attempt and self.attempt.pull:
            return StageState.IN_REVIEW
        begun = self.attempt or self.record.begun_at
        return StageState.WORKING if begun else StageState.PLANNED


@dataclass(frozen=True)
class Facts:
    """What GitHub shows now, what Baton remembers, how it is set up, and what time it is."""

    seen: Seen
    remembered: Remembered
    house: House
    now: datetime
    # Where the story would stand if nobody had said anything new: commands need to know where they fall.
    stands_at: Wait | None = None

    # --- the generation and its plan ---

    @property
    def generation(self) -> Generation | None:
        return self.remembered.generation

    @property
    def generation_id(self) -> str:
        """What this life's effects and comments are named by; empty before the first."""
        return self.generation.id if self.generation else ""

    @property
    def revision(self) -> Revision | None:
        """The newest draft of the plan."""
        return self.remembered.revisions[-1] if self.remembered.revisions else None

    @property
    def plan(self) -> Plan | None:
        return self.revision.plan if self.revision else None

    @property
    def approval(self) -> Approval | None:
        """The approval of just this plan; a wish for another plan voids it at once (rule 4)."""
        revision = self.revision
        if revision is None or self.unmet_wishes:
            return None
        wanted = (revision.number, revision.plan.hash)
        return next(
            (each for each in self.remembered.approvals if (each.revision, each.hash) == wanted), None
        )

    @property
    def unmet_wishes(self) -> tuple[Wish, ...]:
        """What people want of the plan that its newest draft was not made from yet."""
        made_at = self.revision.made_at if self.revision else None
        return tuple(wish for wish in self.remembered.wishes if made_at and wish.at > made_at)

    def given(self, key: str) -> Given | None:
        """The answer to a question, once a person has given it."""
        question = self.remembered.questions.get(key)
        return question.given if question else None

    def chose(self, key: str, option: str) -> bool:
        """Whether a person chose this option."""
        given = self.given(key)
        return given is not None and given.choice == option

    def said(self, key: str) -> str:
        """Who answered what, in one sentence for the log and the report."""
        given = self.given(key)
        return f"{given.by.login} answered: {sentence(given.said)}" if given else ""

    def may_skip(self, kind: StageKind) -> bool:
        over = [work.kind for work in self.works if work.over or work.merged]
        return self.plan is not None and reason_against_skipping(kind, self.plan, over) is None

    @property
    def open_question(self) -> Question | None:
        """The one question that the story stands at."""
        key = self.stands_at.asks if self.stands_at else None
        return self.remembered.questions.get(key) if key else None

    @property
    def reviewer(self) -> Account | None:
        """Who is asked to review: who approved the plan, else who labelled."""
        if self.approval:
            return self.approval.by
        return self.generation.by if self.generation else None

    # --- the work ---

    @cached_property
    def works(self) -> tuple[Work, ...]:
        """The stages of the newest plan in order, review included."""
        plan = self.plan
        if plan is None:
            return ()
        return tuple(
            Work(stage, self.remembered.stages.get(stage.kind, StageRecord(stage.kind)), number, plan.total)
            for number, stage in enumerate(plan.stages, start=1)
        )

    @property
    def building_stages(self) -> tuple[Work, ...]:
        return tuple(work for work in self.works if work.kind is not StageKind.REVIEW)

    @property
    def review_stage(self) -> Work:
        return self.works[-1]

    @property
    def current(self) -> Work | None:
        """The first work that is not over."""
        return next((work for work in self.works if not work.over), None)

    @property
    def merged_stages(self) -> tuple[Work, ...]:
        return tuple(work for work in self.works if work.merged)

    def pull_of(self, attempt: Attempt | None) -> PullRequest | None:
        return self.seen.pulls.get(attempt.pull) if attempt and attempt.pull else None

    @property
    def attempts(self) -> Iterator[tuple[StageRecord, Attempt]]:
        """Every attempt of this generation, also of stages that a later plan left out."""
        for record in self.remembered.stages.values():
            for attempt in record.attempts:
                yield record, attempt

    @property
    def open_pulls(self) -> tuple[PullRequest, ...]:
        """Baton's open pull requests for this issue, of older generations too."""
        ours = [attempt.pull for _, attempt in self.attempts] + list(self.remembered.older_pulls)
        found = (self.seen.pulls.get(number) for number in ours if number)
        return tuple(pull for pull in found if pull and pull.state is PullState.OPEN)

    def latest_run(self, chapter: str) -> Run | None:
        runs = [run for run in self.remembered.runs if run.chapter == chapter]
        return runs[-1] if runs else None

    @property
    def learnings(self) -> tuple[tuple[StageKind, str], ...]:
        """What the agents of the merged stages say is worth remembering, each once, with its stage."""
        found: dict[str, StageKind] = {}
        for work in self.merged_stages:
            run = self.latest_run(f"{work.kind}/{work.merged.number}") if work.merged else None
            for learning in run.result.learnings if run and run.result else ():
                found.setdefault(" ".join(learning.split()), work.kind)
        return tuple((kind, learning) for learning, kind in found.items() if learning)

    def planned_otherwise(self, work: Work) -> bool:
        """Whether the newest attempt was worked on for an older plan, which had the stage otherwise."""
        run = self.latest_run(work.chapter)
        if run is None or (run.result and run.result.stopped):
            return False
        agreed = [each.revision for each in self.remembered.approvals if each.at <= run.begun_at]
        then = [each.plan for each in self.remembered.revisions if agreed and each.number == agreed[-1]]
        return any(plan.stage(work.kind) != work.stage for plan in then)

    # --- people ---

    @property
    def closed_by_a_person(self) -> bool:
        """Closing by our own report or pull request is not a person's (rule 1)."""
        return not self.seen.issue.is_open and not self.seen.issue.closed_by_baton

    @property
    def label_is_ours(self) -> bool:
        """The label is on since the labelling that began this generation (rule 2)."""
        labelling = self.seen.issue.latest_labelling
        known = self.generation is None or labelling is None or labelling.id == self.generation.id
        return self.seen.issue.labelled and known

    def may_command(self, account: Account) -> bool:
        """A human with the permission that the configuration asks for, write by default (rule 4, hazard C7)."""
        asked = Permission(self.house.configuration.commands.permission)
        return not account.is_bot and self.seen.permission_of(account).is_at_least(asked)

    @property
    def unheard(self) -> Iterator[Comment]:
        """Comments of this generation's stretch that were not handled yet, oldest first."""
        if self.generation is None:
            return
        for comment in sorted(self.seen.issue.comments, key=lambda each: each.id):
            of_this_life = comment.created_at >= self.generation.began_at
            if of_this_life and not comment.ours and comment.id not in self.remembered.handled:
                yield comment

    # --- effects and clocks ---

    def done(self, identity: str) -> str | None:
        """What the journal knows to have come of an effect."""
        return self.remembered.effects.get(identity)

    def since(self, clock: str) -> datetime:
        """When this was first seen; now, where this look is the first."""
        return self.remembered.clocks.get(clock, self.now)

    def later(self, seconds: float) -> datetime:
        return self.now + timedelta(seconds=seconds)
