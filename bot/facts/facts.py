"""All that is known about one feature at one moment, and the few questions that the story asks of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from bot.facts import identities
from bot.facts.remembered import (
    Approval,
    Attempt,
    Generation,
    Given,
    Question,
    Remembered,
    Retry,
    ReviewFinding,
    Revision,
    Run,
    RunEnding,
    StageRecord,
    Wish,
)
from bot.facts.seen import Account, Comment, Permission, PullRequest, PullState, Seen
from bot.facts.verdict import Wait, sentence
from bot.facts.works import Work, amendment_key, fix_key
from bot.plan.agent import Agent, owner_of
from bot.plan.configuration import Configuration
from bot.plan.plan import Plan, PlannedStage
from bot.plan.skipping import reason_against_skipping
from bot.plan.stage_kind import StageKind

# The reviewer's verdicts over one revision of the plan; then a person decides (design, "The review chapter").
ROUNDS = (1, 2, 3)

# The question whether an earlier document is mended first, and the answers that make an amendment (M10).
OF_THE_CONTRACT = "contract:"
AMENDABLE: Mapping[str, StageKind] = {
    "Mend the API specification first": StageKind.API,
    "Mend the database schema first": StageKind.DATABASE,
}


# How the clocks of base commits end, that tell when each was first seen green or red.
GREEN_BASE, RED_BASE = ":green", ":red"


DRAFTING = "plan/"


def drafting_of(revision: int) -> str:
    """The chapter in which the planner drafts this revision."""
    return f"{DRAFTING}{revision}"


def closing_of(pull: int, event: str) -> str:
    """The key of the question that a closing leaves: each closing is a question of its own."""
    return f"closed:{pull}:{event}"


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
    reviews_settle: timedelta = timedelta(seconds=60)
    dashboard: str | None = None
    problem: str | None = None

    def agent(self, name: str) -> Agent:
        return next(agent for agent in self.agents if agent.name == name)

    def kind_of(self, agent: str) -> StageKind | None:
        """The kind of stages that this agent does."""
        return next((kind for kind, name in self.agent_for.items() if name == agent), None)

    @property
    def orchestrator(self) -> Agent:
        return next(agent for agent in self.agents if agent.kind == "orchestrator")


@dataclass(frozen=True)
class Facts:
    """What GitHub shows now, what Baton remembers, how it is set up, and what time it is."""

    seen: Seen
    remembered: Remembered
    house: House
    now: datetime
    # Where the story would stand if nobody had said anything new, on what base: commands need to know where they fall.
    stands_at: Wait | None = None
    base_is_red: bool = False

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
    def accepts_red_base(self) -> bool:
        """Who approved saw that base was red; that lapses at the first green base after it (rule 9)."""
        approval = self.approval
        if approval is None or not approval.despite_red:
            return False
        green = self.base_was_green_at
        return green is None or green <= approval.at

    @property
    def base_was_green_at(self) -> datetime | None:
        """When base was last found green anew: what is red since then is one episode."""
        greens = [at for clock, at in self.remembered.clocks.items() if clock.endswith(GREEN_BASE)]
        return max(greens, default=None)

    @property
    def base_is_red_since(self) -> datetime | None:
        """When base was first seen red after it was last green."""
        green = self.base_was_green_at
        reds = [at for clock, at in self.remembered.clocks.items() if clock.endswith(RED_BASE)]
        return min((at for at in reds if green is None or at > green), default=None)

    @property
    def unmet_wishes(self) -> tuple[Wish, ...]:
        """What people want of the plan that its newest draft was not made from yet."""
        return self.remembered.unmet_wishes

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

    def may_skip(self, work: Work) -> bool:
        """A fix can always be declined; a stage where the rules allow it."""
        return self.plan is not None and (work.is_a_fix or self.against_skipping(work.kind) is None)

    def against_skipping(self, kind: StageKind) -> str | None:
        """Why the stage of this kind may not be left out, as things stand; None where it may."""
        over = [each.kind for each in self.works if each.over or each.merged]
        skipped = [each.kind for each in self.works if each.record.skipped is not None]
        return (
            reason_against_skipping(kind, self.plan, over, skipped) if self.plan else "There is no plan yet."
        )

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
            self._work(stage, stage.kind, number, plan.total)
            for number, stage in enumerate(plan.stages, start=1)
        )

    def _work(self, stage: PlannedStage, key: str, number: int, total: int) -> Work:
        work = Work(stage, self.remembered.stages.get(key, StageRecord(key)), number, total)
        reopened = self._reopened(work)
        return replace(work, reopened=reopened) if reopened else work

    def _reopened(self, work: Work) -> Attempt | None:
        """An attempt that was closed and opened again, before there is another pull request (rule 11).

        Once Baton has closed it, whoever opens it again has taken it over; and an older plan's is not gone back to.
        """
        if work.newest is None or work.newest.pull is not None:
            return None
        for nth, attempt in enumerate(work.record.attempts[:-1], start=1):
            pull = self.pull_of(attempt)
            if pull is None or pull.state is not PullState.OPEN or not self._was_closed(pull.number):
                continue
            then = replace(work, record=replace(work.record, attempts=work.record.attempts[:nth]))
            taken_over = self.done(identities.pull_request_closed(pull.number, self.generation_id))
            if not taken_over and not self.planned_otherwise(then):
                return attempt
        return None

    def _was_closed(self, pull: int) -> bool:
        """People were asked about a closing of it."""
        return any(key.startswith(closing_of(pull, "")) for key in self.remembered.questions)

    @property
    def building_stages(self) -> tuple[Work, ...]:
        return tuple(work for work in self.works if work.kind is not StageKind.REVIEW)

    @property
    def review_stage(self) -> Work:
        return self.works[-1]

    @cached_property
    def in_order(self) -> tuple[Work, ...]:
        """Everything that becomes a pull request, in the order in which it is done: fixes come where they are needed."""
        found: list[Work] = []
        for work in self.works:
            fixes = (
                [fix for round in ROUNDS for fix in self.fixes_of(round)] if work is self.works[-1] else []
            )
            for each in (*fixes, work):
                found += (*self.amendments_before(each), each)
        return tuple(found)

    def work(self, key: str) -> Work:
        return next(work for work in self.in_order if work.key == key)

    def amendments_before(self, work: Work) -> tuple[Work, ...]:
        """What a person agreed to mend in earlier documents before this stage goes on (M10)."""
        if not self._amendments:
            return ()
        return tuple(
            self._fix(kind, key, f"Mend what the {work.name} found wrong")
            for key, (kind, asker, _) in self._amendments.items()
            if asker == work.key
        )

    def amendment_asked(self, work: Work) -> str:
        """In whose words an amendment was asked for."""
        return self._amendments[work.key][2]

    @cached_property
    def _amendments(self) -> Mapping[str, tuple[StageKind, str, str]]:
        """What people agreed to mend first, by key: whose document, which stage asked, and what it asked."""
        asked = [each for each in self.remembered.questions.values() if each.key.startswith(OF_THE_CONTRACT)]
        asked.sort(key=lambda each: each.given.at if each.given else self.now)
        askers = {run.id: run.chapter.partition("/")[0] for run in self.remembered.runs}
        found = {}
        for nth, question in enumerate(asked, start=1):
            kind = AMENDABLE.get(question.given.choice or "") if question.given else None
            asker = askers.get(question.key.removeprefix(OF_THE_CONTRACT))
            if kind and asker:
                found[amendment_key(kind, nth)] = (kind, asker, question.text)
        return found

    def verdict_chapter(self, round: int) -> str:
        """A verdict belongs to a plan revision: a new revision begins the review again (rule 8)."""
        return f"verdict/{self._revision_number}/{round}"

    @property
    def _revision_number(self) -> int:
        return self.revision.number if self.revision else 1

    def fixes_of(self, round: int) -> tuple[Work, ...]:
        """What the reviewer's verdict of this round makes: one fix for each kind of agent whose files it names."""
        kinds = {kind for kind, _ in self.findings_of(round) if kind is not None}
        return tuple(
            self._fix(
                kind,
                fix_key(kind, self._revision_number, round),
                f"Mend what the review found in {kind.area}",
            )
            for kind in sorted(kinds, key=lambda each: each.rank)
        )

    def findings_of(self, round: int) -> tuple[tuple[StageKind | None, ReviewFinding], ...]:
        """What the reviewer wants changed, each with the kind of stage that owns the file; None where nobody does."""
        run = self.latest_run(self.verdict_chapter(round))
        if run is None or run.result is None or run.result.ending is not RunEnding.REVIEWED:
            return ()
        if run.result.approved:
            return ()
        return tuple((self._kind_of(finding.path), finding) for finding in run.result.findings)

    def _kind_of(self, path: str) -> StageKind | None:
        owner = owner_of(path, self.house.agents)
        kind = self.house.kind_of(owner.name) if owner else None
        return kind if kind is not StageKind.REVIEW else None

    def _fix(self, kind: StageKind, key: str, title: str) -> Work:
        """It belongs to the stage of its kind, and to its agent; its pull request stands in that stage's place."""
        stage = self.plan.stage(kind) if self.plan else None
        total = self.plan.total if self.plan else 1
        number = next((work.number for work in self.works if work.kind is kind), total)
        agent = stage.agent if stage else self.house.agent_for[kind]
        planned = PlannedStage(kind, title, agent, (), stage.outputs if stage else ())
        return self._work(planned, key, number, total)

    @property
    def current(self) -> Work | None:
        """The first work that is not over."""
        return next((work for work in self.in_order if not work.over), None)

    @property
    def merged_stages(self) -> tuple[Work, ...]:
        return tuple(work for work in self.works if work.merged)

    @cached_property
    def merged_works(self) -> tuple[Work, ...]:
        """Everything that was merged, in that order, also for a plan or a verdict that is not the newest any more."""
        found = [work for work in self.in_order if work.merged]
        known = {work.key for work in found}
        found += [
            self._left_behind(record.key)
            for record in self.remembered.stages.values()
            if record.merged and record.key not in known
        ]
        return tuple(sorted(found, key=lambda work: (work.merged and work.merged.merged_at) or self.now))

    def _left_behind(self, key: str) -> Work:
        """A work that the newest plan and the newest verdict do not name (rules 6 and 13)."""
        kind = StageKind(key.partition("-")[0])
        planned = [each.plan.stage(kind) for each in self.remembered.revisions]
        title = next((stage.title for stage in reversed(planned) if stage), "")
        return self._fix(kind, key, title if key == kind else f"Mend what was found in {kind.area}")

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

    def runs_of(self, chapter: str) -> tuple[Run, ...]:
        """The runs of a chapter, oldest first."""
        return tuple(run for run in self.remembered.runs if run.chapter == chapter)

    def latest_run(self, chapter: str) -> Run | None:
        return next((run for run in reversed(self.remembered.runs) if run.chapter == chapter), None)

    def latest_retry(self, work: Work) -> Retry | None:
        """A person's newest wish that the agent works on this again."""
        wished = [retry for retry in self.remembered.retries if retry.work == work.key]
        return wished[-1] if wished else None

    def retried_since(self, work: Work, at: datetime) -> bool:
        retry = self.latest_retry(work)
        return retry is not None and retry.at > at

    def beneath_merges_of_base(self, head: str) -> str:
        """The commit below those in which Baton only took base into the branch."""
        merged = {
            str(self.outcome(identity).get("sha")): identity.split(":")[2]
            for identity in self.remembered.effects
            if identity.startswith(identities.BASE_MERGED)
        }
        while head in merged:
            head = merged.pop(head)
        return head

    @property
    def learnings(self) -> tuple[tuple[StageKind, str], ...]:
        """What the agents of the merged stages say is worth remembering, each once, with its stage."""
        found: dict[str, StageKind] = {}
        for work in self.merged_works:
            of_it = f"{work.key}/{work.merged.number if work.merged else 1}"
            for run in self.remembered.runs:
                if run.chapter == of_it or run.chapter.startswith(f"{of_it}/"):
                    for learning in run.result.learnings if run.result else ():
                        found.setdefault(" ".join(learning.split()), work.kind)
        return tuple((kind, learning) for learning, kind in found.items() if learning)

    def planned_otherwise(self, work: Work) -> bool:
        """Whether the newest attempt was worked on for an older plan, which had the stage otherwise."""
        run = self.latest_run(work.chapter)
        if work.is_a_fix or run is None or (run.result and run.result.stopped):
            return False
        agreed = [each.revision for each in self.remembered.approvals if each.at <= run.begun_at]
        then = [each.plan for each in self.remembered.revisions if agreed and each.number == agreed[-1]]
        return any(plan.stage(work.kind) != work.stage for plan in then)

    # --- people ---

    @property
    def issue_was_edited(self) -> bool:
        """Its text is not the one that the newest plan was drafted from (C16)."""
        drafts = (run for run in reversed(self.remembered.runs) if run.chapter.startswith(DRAFTING))
        draft = next(drafts, None) if self.revision else None
        return draft is not None and draft.about not in ((), (self.seen.issue.text_digest,))

    @property
    def plan_was_edited_by_others(self) -> bool:
        """A person has edited the plan's comment last."""
        known = self.generation.plan_comment if self.generation else None
        comment = next((each for each in self.seen.issue.comments if each.id == known), None)
        return comment is not None and comment.editor not in (None, self.house.login)

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

    def outcome(self, identity: str) -> Mapping[str, Any]:
        """What came of an effect, by name; nothing where it was never done."""
        text = self.done(identity)
        return dict(json.loads(text)) if text else {}

    def since(self, clock: str) -> datetime:
        """When this was first seen; now, where this look is the first."""
        return self.remembered.clocks.get(clock, self.now)

    def later(self, seconds: float) -> datetime:
        return self.now + timedelta(seconds=seconds)
