"""A feature's world in few words: what GitHub shows and what Baton remembers, as the tests' sentences say it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any

from bot.facts.facts import Facts, House
from bot.facts.remembered import (
    Approval,
    Attempt,
    Delivered,
    Ending,
    Generation,
    Given,
    Question,
    Remembered,
    Revision,
    Run,
    RunEnding,
    RunResult,
    StageRecord,
)
from bot.facts.seen import (
    Account,
    Base,
    Check,
    CheckState,
    Comment,
    Commit,
    Issue,
    LabelEvent,
    Permission,
    PullRequest,
    PullState,
    Repository,
    Review,
    ReviewState,
    Seen,
    Surface,
    Thread,
    ThreadComment,
)
from bot.feature import next_move
from bot.gates.checks import quiet_clock
from bot.moves import Ask, Next
from bot.plan.agent import Agent, agent_for
from bot.plan.agent_file import read_agents
from bot.plan.configuration import Configuration
from bot.plan.plan import Plan, PlannedStage, SkippedStage
from bot.plan.reading_openapi import Operation
from bot.plan.stage_kind import StageKind

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ALICE, BOB = Account(1, "alice"), Account(2, "bob")
TRUDY, OSCAR = Account(3, "trudy"), Account(4, "oscar")
ROBOT = Account(9, "renovate[bot]", is_bot=True)
PERMISSIONS = {
    "alice": Permission.ADMIN,
    "bob": Permission.WRITE,
    "trudy": Permission.TRIAGE,
    "oscar": Permission.READ,
    "renovate[bot]": Permission.WRITE,
}
LABEL, PLAN_COMMENT = "LE_1", 1000
DOCUMENTS = {
    "docs/database/README.md": "# Tables\n\n`notifications`\n",
    "docs/openapi.yaml": "openapi: 3.0.0\npaths:\n  /api/v1/notifications: {}\n  /api/v1/stream/notifications: {}\n",
}
PLAN = Plan(
    feature="User Notification System",
    stages=(
        PlannedStage(
            StageKind.DATABASE,
            "Create notifications table with RLS",
            "supabase-architect",
            outputs=("supabase/migrations/*_notifications.sql", "docs/database/README.md"),
        ),
        PlannedStage(
            StageKind.API,
            "Define CRUD + SSE endpoints",
            "api-designer",
            (StageKind.DATABASE,),
            ("docs/openapi.yaml",),
        ),
        PlannedStage(
            StageKind.BACKEND,
            "Implement NotificationService",
            "backend-developer",
            (StageKind.DATABASE, StageKind.API),
            ("backend/app/notifications/**",),
        ),
        PlannedStage(
            StageKind.FRONTEND,
            "Create notification UI components",
            "frontend-developer",
            (StageKind.API,),
            ("frontend/src/notifications/**",),
        ),
        PlannedStage(
            StageKind.TESTING,
            "Unit tests + integration tests",
            "test-engineer",
            (StageKind.BACKEND,),
            ("backend/tests/**",),
        ),
        PlannedStage(StageKind.REVIEW, "Security and quality check", "code-reviewer"),
    ),
    skipped=(SkippedStage(StageKind.DEVOPS, "the pipeline already runs all of this"),),
    acceptance_criteria=("A new notification shows within two seconds",),
    critical_flows=("A person marks a notification as read",),
)
BROUGHT = {
    StageKind.DATABASE: Delivered(
        added=("supabase/migrations/20250113_add_notifications.sql",),
        modified=("docs/database/README.md",),
        tables=("public.notifications",),
    ),
    StageKind.API: Delivered(
        modified=("docs/openapi.yaml",),
        operations=(
            *(Operation(method, "/api/v1/notifications") for method in ("GET", "POST", "PATCH", "DELETE")),
            Operation("GET", "/api/v1/stream/notifications", is_stream=True),
        ),
    ),
    StageKind.BACKEND: Delivered(added=("backend/app/notifications/service.py",)),
    StageKind.FRONTEND: Delivered(added=("frontend/src/notifications/Bell.tsx",)),
    StageKind.TESTING: Delivered(added=("backend/tests/test_notifications.py",)),
    StageKind.REVIEW: Delivered(modified=("CLAUDE.md",)),
}
GREEN = Check("test", CheckState.GREEN)


@cache
def agents() -> tuple[Agent, ...]:
    """Those that Baton is delivered with."""
    folder = Path(__file__).parents[1] / "agents"
    return read_agents({str(path): path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}).agents


def house(**changes: Any) -> House:
    usual = House("baton-app", "baton", agents(), agent_for(agents()), Configuration())
    return replace(usual, **changes)


def sha(name: str) -> str:
    return sha1(name.encode()).hexdigest()


def commit(name: str, *checks: Check, **more: Any) -> Commit:
    """Green, if nothing else is said; its tree is its own."""
    return Commit(sha(name), more.pop("tree", f"tree of {name}"), checks or (GREEN,), **more)


def finished(*changed: str, **more: Any) -> RunResult:
    more.setdefault("summary", "Did what the plan says.")
    return RunResult(RunEnding.FINISHED, changed=changed, **more)


def a_thread(
    first: int, *said: tuple[Account, str], resolved: bool = False, ours_last: bool = False
) -> Thread:
    """A review thread on line 3; bob asks why, if nothing else is said."""
    words = said or ((BOB, "Why?"),)
    comments = [
        ThreadComment(first + n, who, body, NOW - timedelta(minutes=20 - n))
        for n, (who, body) in enumerate(words)
    ]
    if ours_last:
        robot = Account(99, "baton-app", is_bot=True)
        at = NOW - timedelta(minutes=1)
        comments.append(ThreadComment(first + len(words), robot, "Done.", at, ours=True))
    return Thread(first, "docs/openapi.yaml", tuple(comments), 3, resolved)


def a_review(id: int, body: str, by: Account = BOB, state: str = "changes_requested") -> Review:
    return Review(id, by, ReviewState(state), NOW - timedelta(minutes=15), body)


@dataclass(frozen=True)
class Life:
    """A feature at one moment; every verb gives the next moment."""

    seen: Seen
    remembered: Remembered = field(default_factory=Remembered)
    house: House = field(default_factory=house)
    now: datetime = NOW

    @property
    def facts(self) -> Facts:
        """With every commit known for an hour, where nothing else is said."""
        commits = [self.seen.base.head, *self.seen.merges.values()]
        commits += [pull.head for pull in self.seen.pulls.values()]
        long_ago = self.now - timedelta(hours=1)
        known = {name: long_ago for each in commits if each for name in (each.sha, quiet_clock(each))}
        remembered = replace(self.remembered, clocks={**known, **self.remembered.clocks})
        return Facts(self.seen, remembered, self.house, self.now)

    @property
    def next(self) -> Next:
        return next_move(self.facts)

    # --- changes of one part ---

    def see(self, **changes: Any) -> Life:
        return replace(self, seen=replace(self.seen, **changes))

    def issue(self, **changes: Any) -> Life:
        return self.see(issue=replace(self.seen.issue, **changes))

    def base(self, **changes: Any) -> Life:
        return self.see(base=replace(self.seen.base, **changes))

    def remember(self, **changes: Any) -> Life:
        return replace(self, remembered=replace(self.remembered, **changes))

    def generation(self, **changes: Any) -> Life:
        assert self.remembered.generation
        return self.remember(generation=replace(self.remembered.generation, **changes))

    def configured(self, **keys: Any) -> Life:
        return replace(self, house=replace(self.house, configuration=Configuration.model_validate(keys)))

    def done(self, *identities: str, **outcome: Any) -> Life:
        text = json.dumps(outcome)
        return self.remember(effects={**self.remembered.effects, **dict.fromkeys(identities, text)})

    # --- people ---

    def labelled_by(self, person: Account, event: str = LABEL) -> Life:
        events = (*self.seen.issue.label_events, LabelEvent(event, True, NOW - timedelta(hours=2), person))
        return self.issue(labelled=True, label_events=events)

    def begun(self, by: Account = ALICE) -> Life:
        """Labelled, and the labelling was taken up."""
        life = self.labelled_by(by)
        return life.remember(
            generation=Generation(LABEL, 1, by, NOW - timedelta(hours=2), self.seen.issue.title)
        )

    def says(self, person: Account, body: str, id: int = PLAN_COMMENT + 1, **more: Any) -> Life:
        more.setdefault("created_at", NOW - timedelta(minutes=5))
        comment = Comment(id, f"IC_{id}", person, body, **more)
        return self.issue(comments=(*self.seen.issue.comments, comment))

    def says_on_a_pull_request(self, person: Account, body: str, number: int, **more: Any) -> Life:
        return self.says(person, body, surface=Surface.PULL_REQUEST, number=number, **more)

    # --- the plan ---

    def with_plan(self, plan: Plan = PLAN, number: int = 1, shown: bool = True) -> Life:
        at = NOW - timedelta(hours=1) if shown else None
        made = NOW - timedelta(hours=1, minutes=5)
        read = (self.seen.issue.text_digest,)
        life = self.run(f"plan/{number}", RunResult(RunEnding.PLANNED), about=read, begun_at=made)
        life = life.remember(revisions=(*self.remembered.revisions, Revision(number, plan, at, made)))
        return life.generation(plan_comment=PLAN_COMMENT).done(f"comment:plan:{LABEL}") if shown else life

    def asked(self) -> Life:
        """What the story asks next stands in a comment of its own."""
        move = self.next
        assert isinstance(move, Ask), move
        number = 5000 + len(self.remembered.questions)
        question = Question(move.key, move.text, number, move.options, move.recommended)
        return self.remember(questions={**self.remembered.questions, move.key: question})

    def answered(self, choice: str | None = None, words: str = "", by: Account = ALICE) -> Life:
        """The question that was asked last has its answer."""
        key, question = list(self.remembered.questions.items())[-1]
        given = Given(by, question.comment_id + 1, self.now, choice, words)
        return self.remember(questions={**self.remembered.questions, key: replace(question, given=given)})

    def approved(self, by: Account = ALICE) -> Life:
        revision = self.remembered.revisions[-1]
        yes = Approval(revision.number, revision.plan.hash, PLAN_COMMENT + 1, by, NOW - timedelta(minutes=55))
        return self.remember(approvals=(*self.remembered.approvals, yes))

    # --- one stage ---

    def record(self, kind: str, **changes: Any) -> Life:
        known = self.remembered.stages.get(kind, StageRecord(kind, begun_at=NOW - timedelta(minutes=50)))
        return self.remember(stages={**self.remembered.stages, kind: replace(known, **changes)})

    def attempt(self, kind: str, **changes: Any) -> Life:
        known = self.remembered.stages.get(kind)
        rank = StageKind(kind.partition("-")[0]).rank
        stem = f"baton/12-user-notification-system/{rank + 1}-{kind}"
        usual = known.attempts[-1] if known and known.attempts else Attempt(1, stem, sha("base"))
        return self.record(kind, attempts=(replace(usual, **changes),))

    def announced(self, *kinds: StageKind) -> Life:
        return self.done(*(f"comment:stage:{LABEL}:{kind}" for kind in kinds))

    def run(self, chapter: str, result: RunResult | None = None, agent: str = "", **more: Any) -> Life:
        more.setdefault("begun_at", NOW - timedelta(minutes=40))
        number = 1 + sum(run.chapter == chapter for run in self.remembered.runs)
        name = f"run:{chapter}" if number == 1 else f"run:{chapter}:{number}"
        one = Run(name, chapter, number, agent or _agent_of(chapter), result=result, **more)
        return self.remember(runs=(*self.remembered.runs, one))

    def worked(self, kind: StageKind, result: RunResult | None = None) -> Life:
        """The stage's agent has come to its end, and people were told that it began."""
        done = result or finished(*BROUGHT[kind].paths)
        return self.attempt(kind).announced(kind).run(f"{kind}/1", done)

    def in_review(self, kind: StageKind, number: int | None = None, **pull: Any) -> Life:
        """Its pull request is open, and the stage gate has judged its head."""
        number = number or 20 + kind.rank
        life = self.worked(kind) if kind is not StageKind.REVIEW else self.attempt(kind).announced(kind)
        life = life.attempt(kind, head=sha(f"{kind} head"), pull=number)
        return life.pull(number, kind, **pull).done(f"gate:{sha(f'{kind} head')}")

    def pull(self, number: int, kind: StageKind = StageKind.DATABASE, **changes: Any) -> Life:
        usual = PullRequest(
            number, f"PR_{number}", PullState.OPEN, commit(f"{kind} head"), f"baton/12-x/{kind}", "main"
        )
        known = self.seen.pulls.get(number, usual)
        return self.see(pulls={**self.seen.pulls, number: replace(known, **changes)})

    def merged_on_github(self, kind: StageKind, by: Account = ALICE) -> Life:
        number, merge = 20 + kind.rank, commit(f"{kind} merge")
        life = self.in_review(kind, state=PullState.MERGED, merge_sha=merge.sha, merged_by=by)
        life = life.pull(number, kind, merged_at=NOW - timedelta(minutes=30))
        return life.see(merges={**life.seen.merges, merge.sha: merge}).base(
            head=merge, contains=life.seen.base.contains | {merge.sha}
        )

    def merged(self, kind: StageKind) -> Life:
        """A person merged it, and Baton has noticed."""
        life = self.merged_on_github(kind).record(kind, delivered=BROUGHT[kind])
        return life.attempt(kind, merge_sha=sha(f"{kind} merge"), merged_at=NOW - timedelta(minutes=30))

    def finished(self, *kinds: StageKind) -> Life:
        """Merged, and green on base."""
        life = self
        for kind in kinds:
            life = life.merged(kind).record(kind, finished_at=NOW - timedelta(minutes=25))
        return life

    def built(self) -> Life:
        """Everything but the review is done."""
        return self.finished(*(stage.kind for stage in PLAN.building))

    def reviewed(self, approved: bool = True, **more: Any) -> Life:
        verdict = RunResult(RunEnding.REVIEWED, approved=approved, summary="Sound.", **more)
        return self.run("verdict/1/1", verdict).announced(StageKind.REVIEW)

    def ended(self, ending: Ending) -> Life:
        return self.generation(ending=ending)


def an_issue() -> Life:
    """Somebody wrote an issue; nothing else happened yet."""
    return Life(
        Seen(
            Repository(7, "acme/board", "main"),
            Issue(12, "I_12", "User Notification System", "Please.", ALICE, labelled=False),
            Base("main", commit("base"), documents=DOCUMENTS),
            permissions=PERMISSIONS,
        )
    )


def a_feature() -> Life:
    """Labelled by alice, and taken up."""
    return an_issue().begun()


def a_plan() -> Life:
    """A plan is shown for approval."""
    return a_feature().with_plan()


def an_approved_plan() -> Life:
    return a_plan().approved()


def _agent_of(chapter: str) -> str:
    first = chapter.partition("/")[0]
    kinds: dict[str, StageKind | str] = {kind.value: kind for kind in StageKind}
    kind = {**kinds, "plan": "orchestrator", "verdict": StageKind.REVIEW}[first]
    return next(agent.name for agent in agents() if agent.kind == kind)
