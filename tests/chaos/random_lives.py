"""Random lives of one feature: people, CI, the post, faults, deaths and time in any order, in one process.

The story, the engine and the playground are the real ones. Nobody sleeps and nothing runs beside: the machine moves
the one clock of GitHub and Baton, drives looks one at a time, and checks the witness's invariants after each step.
"""

from __future__ import annotations

import base64
import itertools
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr
from sqlalchemy import insert

from bot.chapters.open_pull_request import TRIES
from bot.engine import tables
from bot.engine.budget import A_MINUTE
from bot.engine.discovering import Discovering
from bot.engine.hints import USED_EVENTS, Hint
from bot.engine.inbox import store
from bot.engine.leasing import LEASE_SECONDS
from bot.engine.marking import Ourselves, mark_new
from bot.engine.sweep import sweep
from bot.facts.tasks import Task
from bot.moves import Move
from bot.plan.plan import PlannedStage, SkippedStage
from bot.plan.stage_kind import StageKind
from bot.playground.acts import checks, pulls, reviews
from bot.playground.acts.workflows import ACTIONS_SLUG
from bot.playground.github.referee import CREATIONS_A_MINUTE
from bot.playground.hub import Signal
from bot.playground.state import CheckStatus, PullRequest
from bot.render import names
from tests.chaos.place import Place
from tests.chaos.witness import FURTHER, Broken, Witness
from tests.engine.lives import PLAN, Crash, Life, finished, planned
from tests.engine.lives import SCRIPT as LIVED

T = TypeVar("T")
STEPS = 25
BATCH = 50
MARGIN = 4  # for what Baton does not count, such as reactions
CANARY = "canary-webhook-secret-5f1c"
WILLING, UNWILLING = ("maintainer", "reviewer"), ("outsider",)
# Another command is another line here.
COMMANDS = (
    "/approve", "/pause", "/resume", "/cancel", "/status", "/help", "> /approve", "/aprove",
    "/revise Shorter.", "/proceed 1", "/proceed 2", "/skip testing: not now", "/retry",
)  # fmt: skip
# What may come of whatever happens: most lives would never get far if nothing did.
THEN = ("nothing", "nothing", "a look", "their part", "their part")
SMALL = replace(
    PLAN,
    stages=(
        PlannedStage(StageKind.BACKEND, "The greeting", "backend-developer", (), ("backend/greet.py",)),
        PlannedStage(
            StageKind.TESTING,
            "Tests",
            "test-engineer",
            (StageKind.BACKEND,),
            ("backend/tests/test_greet.py",),
        ),
        PlannedStage(StageKind.REVIEW, "Review", "code-reviewer", (StageKind.TESTING,)),
    ),
    skipped=tuple(
        SkippedStage(kind, "Not needed.")
        for kind in (StageKind.DATABASE, StageKind.API, StageKind.DEVOPS, StageKind.FRONTEND)
    ),
)
WRITTEN = {
    "backend": {"backend/greet.py": "def greet() -> str:\n    return 'hello'\n"},
    "testing": {"backend/tests/test_greet.py": "def test_greet() -> None:\n    assert 1 + 1 == 2\n"},
    "review": {"CLAUDE.md": ""},
}
LEARNED = {"backend": ("Greetings are short.",), "testing": ()}
SCRIPT = {
    "plan": planned(SMALL),
    "verdict": LIVED["verdict"],
}
FAULTS = (
    {"fault": "error_before", "status": 502},
    {"fault": "error_after", "status": 502},
    {"fault": "drop_before"},
    {"fault": "drop_after"},
    {"fault": "error_before", "status": 429, "seconds": 20},
    {"fault": "error_before", "status": 401},
    {"fault": "error_before", "status": 404},
)
A_WORD = 404  # not a failure but GitHub's word that somebody may not, or that something is not there


def may_touch(branch: str) -> set[str]:
    return next((set(files) for kind, files in WRITTEN.items() if branch.partition(f"-{kind}")[1]), set())


def one_of(found: Sequence[T], which: int) -> T:
    """Drawn by number, so that a life that failed can be read."""
    return found[which % len(found)]


def happens(
    to_a_pull: bool = False, **given: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule after which Baton looks, or people do their part too, or neither. Another thing that can happen is
    another method under this decorator; `to_a_pull` where it can happen while a pull request stays open."""

    def as_rule(act: Callable[..., None]) -> Callable[..., None]:
        def acted(self: RandomLife, *values: Any, then: str = "nothing", **named: Any) -> None:
            self.place.events += 1
            self.witness.happened += 1
            act(self, *values, **named)
            self.goes_on(then)

        acted.__name__, acted.__doc__ = act.__name__, act.__doc__
        drawn: Any = rule(then=st.sampled_from(THEN), **given)  # type: ignore[call-overload]
        made: Callable[..., None] = drawn(acted)
        return made if to_a_pull else precondition(lambda self: not self.lingers)(made)

    return as_rule


class RandomLife(RuleBasedStateMachine):
    """One feature. `place` is given to the subclass that is run."""

    place: Place
    is_broken = False

    @initialize(
        ci=st.sampled_from(("optional", "needed")),
        labelled=st.sampled_from((True, True, True, False)),
        undisturbed=st.sampled_from((0, 0, 1, 2, 3, 5)),
        lingers=st.sampled_from((False, True)),
    )
    def a_repository_with_an_issue(self, ci: str, labelled: bool, undisturbed: int, lingers: bool) -> None:
        """`undisturbed`: how often people do their part before anything else happens, so that lives get far.

        `lingers`: a life of a pull request that people keep open until the end, and of nothing else.
        """
        self.place.lives += 1
        self.place.log.clear()
        self.place.clock.forward(61)  # away from what the life before has created
        self.has_ci = ci == "needed"
        self.directory = self.place.directory / f"life-{self.place.lives}"
        self.directory.mkdir()
        self.home = self.place.town.home(self.place.directory / ci)
        self.database = self.place.database
        self.place.outside.dispose()
        self.database.begin_anew(self.place.empty)
        self.life = Life(
            self.home,
            self.database,
            self.directory / "work",
            dict(SCRIPT),
            self.place.clock,
            outside_database=self.place.outside,
        )
        self.life.settings = self.life.settings.model_copy(
            update={"github_webhook_secret": SecretStr(CANARY), "checks_settle_seconds": 20.0}
        )
        self.life.start()
        self.witness = Witness(self.life, may_touch, self.has_ci)
        self.hub = self.place.town.playground.hub
        self.letters: list[Hint] = []
        self.said: list[tuple[int, str, str]] = []
        self.guids, self.drafts = itertools.count(1), itertools.count(2)
        self.cancelled = self.ever_labelled = False
        self.work_anew()
        self.has_room, self.lingers = True, False
        self.pushes = 0
        self.hub.told.append(self.post)
        if labelled or lingers:
            self.label()
            self.goes_on("a look")
            for _ in range(max(undisturbed, lingers)):
                self.goes_on("their part")
            self.lingers = lingers

    # --- the post

    def post(self, signal: Signal) -> None:
        """What GitHub would deliver; until the machine says what becomes of it."""
        if signal.repository is not self.home.repository or signal.event not in USED_EVENTS:
            return
        about = signal.about
        pull = about.get("pull")
        issue = about.get("issue")
        if issue is not None and issue.pull is not None:
            pull, issue = issue.pull, None
        self.letters.append(
            Hint(
                guid=f"{self.place.lives}-{next(self.guids)}",
                event=signal.event,
                action=signal.action,
                installation_id=self.place.town.installation,
                repository_id=self.home.repository.id,
                owner=self.home.repository.owner.login,
                name=self.home.repository.name,
                issue=issue.number if issue else None,
                pull_request=pull.number if pull else None,
                sha=about["run"].head_sha if signal.event == "check_run" else None,
                branch=str(about["ref"]).removeprefix("refs/heads/") if signal.event == "push" else None,
                default_branch="main",
                sender_id=signal.sender.id,
                sender_login=signal.sender.login,
            )
        )

    @happens(
        to_a_pull=True,
        fate=st.sampled_from(
            ("arrives", "arrives", "arrives", "twice", "backwards", "lost", "the last only")
        ),
    )
    def the_post(self, fate: str) -> None:
        letters, self.letters = self.letters, []
        match fate:
            case "lost":
                letters = []
            case "backwards":
                letters.reverse()
            case "the last only":
                letters, self.letters = letters[-1:], letters[:-1]
            case "twice":
                again = [replace(each, guid=f"{each.guid}-again") for each in letters]
                letters = [*letters, *letters[:3], *again]
        self.deliver(letters)
        self.baton_looks()

    def deliver(self, letters: list[Hint]) -> None:
        with self.life.outside.writing() as connection:
            if letters:
                store(connection, list({each.guid: each for each in letters}.values()), self.place.clock())
        mark_new(self.life.outside, Ourselves(self.home.town.slug), self.place.clock())

    # --- Baton

    def baton_looks(self, most: int = 3) -> None:
        """Baton's worker: whatever is due, one look after the other; after a death another process begins."""
        for _ in range(most):
            try:
                leased = self.life.lease()
                if leased is None:
                    return
                self.place.looks += 1
                self.further_work_anew()
                self.place.clock.forward(1)
                self.life.process.looking.look(leased)
            except Crash:
                self.place.deaths += 1
                self.life.start()

    @happens(to_a_pull=True, seconds=st.sampled_from((1.0, 6.0, 25.0, 61.0, 300.0)))
    def time_passes(self, seconds: float) -> None:
        self.forward(seconds)
        self.baton_looks()

    @happens()
    def the_clock_jumps(self) -> None:
        self.forward(4000)

    def forward(self, seconds: float) -> None:
        """Faults of GitHub's pass within a minute."""
        self.place.clock.forward(seconds)
        if seconds > 60:
            self.calm()

    def goes_on(self, then: str) -> None:
        if then == "nothing":
            return
        if then == "their part":
            self.do_their_part()
        self.deliver(self.letters)
        self.letters = []
        self.forward(25)
        self.baton_looks()

    @happens(to_a_pull=True)
    def the_sweep(self) -> None:
        self.forward(61)
        with self.life.outside.writing() as connection:
            sweep(connection)
        self.baton_looks()

    @happens(to_a_pull=True, after=st.integers(0, 12), moment=st.sampled_from(("before", "after")))
    def the_process_will_die(self, after: int, moment: str) -> None:
        self.database.doom = (after, moment)

    @happens(to_a_pull=True)
    def the_process_is_started_again(self) -> None:
        self.life.start()

    @happens(to_a_pull=True, at=st.integers(0, 3))
    def another_worker_takes_over_in_the_middle(self, at: int) -> None:
        """The first slept for longer than its lease, before one of its moves."""
        moves = itertools.count()
        first = self.life.process

        def overtaken(move: Move) -> None:
            if next(moves) == at:
                self.forward(LEASE_SECONDS + 1)
                other = self.life.another_process([])
                leased = self.life.lease()
                if leased is not None:
                    other.looking.look(leased)

        first.performing.before = overtaken
        self.life.mark()
        self.baton_looks(1)
        first.performing.before = lambda move: None

    # --- faults

    @happens(
        to_a_pull=True,
        nth=st.integers(1, 12),
        fault=st.sampled_from(FAULTS),
        method=st.sampled_from(("*", "POST", "PATCH")),
    )
    def a_request_goes_wrong(self, nth: int, fault: dict[str, Any], method: str) -> None:
        if fault.get("status") == A_WORD and method == "*":
            method = "POST"
        self.place.town.playground.site.faults.add({"method": method, "path": "*", "nth": [nth], **fault})

    @happens()
    def lists_lag(self) -> None:
        self.witness.lags = True
        self.place.town.playground.site.faults.add(
            {"method": "*", "path": "*", "fault": "lag", "seconds": 5.0}
        )

    @precondition(lambda self: self.has_room)
    @happens()
    def other_features_use_up_what_may_be_created(self) -> None:
        """The installation is at the minute's limit, and GitHub's own is not far; once a life, so that the hour's
        is not reached."""
        self.has_room = False
        now, referee = self.place.clock(), self.place.town.playground.site.referee
        with self.life.outside.writing() as connection:
            row = {"installation_id": self.place.town.installation, "at": now}
            connection.execute(insert(tables.creation), [row] * A_MINUTE)
        with self.hub.lock:
            recent = [at for at in referee._creations if at >= now - timedelta(minutes=1)]
            for _ in range(CREATIONS_A_MINUTE - MARGIN - len(recent)):
                referee.creation("of another feature")

    def calm(self) -> None:
        self.witness.lags = False
        self.place.town.playground.site.faults.clear()

    # --- people

    def ask(self, role: str, method: str, path: str, body: Any = None) -> bool:
        return self.home.person(role).ask(method, path, body).is_success

    @property
    def is_labelled(self) -> bool:
        return any(label.name == "baton" for label in self.home.issue.labels)

    @happens()
    def label(self) -> None:
        """In a second of its own: GitHub tells times in whole ones, and words of before must be of before."""
        if not self.is_labelled:
            self.place.clock.forward(1)
            self.work_anew()
            self.home.label()
            self.cancelled, self.ever_labelled = False, True

    def work_anew(self) -> None:
        """Each time the agents write something else, as agents do whose work is there already."""
        nth = next(self.drafts)
        for kind in ("backend", "testing"):
            files = {path: f"{text}# {nth}\n" for path, text in WRITTEN[kind].items()}
            self.life.script[kind] = finished(files, *LEARNED[kind])
        self.further_work_anew()

    def further_work_anew(self) -> None:
        """What agents do on the branch of an open pull request; of a red check they find the cause elsewhere at times."""
        nth = next(self.drafts)
        for kind in ("backend", "testing"):
            for task in FURTHER:
                files = {path: f"{text}# {task} {nth}\n" for path, text in WRITTEN[kind].items()}
                finds_nothing = task is Task.MEND and nth % 4 == 0
                self.life.script[f"{kind}/{task}"] = finished({} if finds_nothing else files)

    @precondition(lambda self: self.ever_labelled)
    @happens(sure=st.booleans())
    def unlabel(self, sure: bool) -> None:
        """In a second of its own, like the labelling."""
        if sure and self.is_labelled:
            self.place.clock.forward(1)
            self.home.unlabel()

    @happens(body=st.sampled_from(COMMANDS), role=st.sampled_from((*WILLING, *UNWILLING)))
    def say(self, body: str, role: str) -> None:
        number = self.home.say(body, by=role)
        self.said.append((number, body, role))
        if role not in WILLING:
            return
        match body.split()[0]:
            case "/approve":
                self.witness.willing.add(number)
            case "/cancel" if self.is_labelled:
                self.cancelled = True
            case "/revise":
                self.plan_differently()
                self.witness.asked_otherwise += 1  # of an agent that gave up it is an answer, too
            case "/proceed" | "/skip" | "/retry":
                self.witness.asked_otherwise += 1
                self.witness.may_go_on_without_green = True
            case _:
                pass

    def plan_differently(self) -> None:
        """The next draft is another one."""
        self.life.script["plan"] = planned(replace(SMALL, feature=f"Greeting, take {next(self.drafts)}"))

    @precondition(lambda self: self.said)
    @happens(which=st.integers(0, 5), body=st.sampled_from(("/approve", "never mind")))
    def edit_a_comment(self, which: int, body: str) -> None:
        number, was, role = one_of(self.said, which)
        if was == body or was.split()[0] in ("/cancel", "/proceed", "/skip", "/revise"):
            return  # whether it was heard before the edit decides how it ends
        self.ask(role, "PATCH", f"/issues/comments/{number}", {"body": body})
        heard = {row.comment_id for row in self.life.rows(tables.approval)}
        if number not in heard:
            self.witness.willing.discard(number)

    @happens(body=st.sampled_from(("More words.", "/approve")))
    def edit_the_issue(self, body: str) -> None:
        self.ask("maintainer", "PATCH", f"/issues/{self.home.issue_number}", {"body": body})

    @happens(state=st.sampled_from(("closed", "open")))
    def close_or_reopen_the_issue(self, state: str) -> None:
        if state == "open" and self.home.issue.state == "closed":
            self.witness.is_reopened = True
        self.ask("maintainer", "PATCH", f"/issues/{self.home.issue_number}", {"state": state})

    def a_pull(self, which: int) -> PullRequest:
        return one_of(self.witness.pulls(), which)

    def open_pulls(self) -> list[PullRequest]:
        return [pull for pull in self.witness.pulls() if pull.issue.state == "open"]

    @precondition(lambda self: self.witness.pulls())
    @happens(to_a_pull=True, which=st.integers(0, 5))
    def push_to_the_branch(self, which: int) -> None:
        """What was made for the head before it is void."""
        self.push(self.a_pull(which).head_ref)
        self.witness.occasions.update(FURTHER)

    @happens(to_a_pull=True)
    def push_to_base(self) -> None:
        self.push("main")

    def push(self, branch: str) -> None:
        self.pushes += 1
        content = base64.b64encode(f"{self.pushes}\n".encode()).decode()
        asked = {"message": "By a person", "content": content, "branch": branch}
        if self.ask("reviewer", "PUT", f"/contents/by-people-{self.pushes}.txt", asked):
            self.witness.of_people.append((branch, self.home.sha(branch)))

    @precondition(lambda self: self.witness.pulls())
    @happens(which=st.integers(0, 5), state=st.sampled_from(("closed", "open")))
    def close_or_reopen_the_pull_request(self, which: int, state: str) -> None:
        self.set_state(self.a_pull(which), state)

    def set_state(self, pull: PullRequest, state: str) -> bool:
        if state == "open" and pull.issue.state == "closed":
            self.witness.reopened.add(pull.number)
        return self.ask("reviewer", "PATCH", f"/pulls/{pull.number}", {"state": state})

    @precondition(lambda self: self.open_pulls())
    @happens(which=st.integers(0, 5), method=st.sampled_from(("merge", "squash", "rebase")))
    def merge(self, which: int, method: str) -> None:
        pull = one_of(self.open_pulls(), which)
        self.ask("reviewer", "PUT", f"/pulls/{pull.number}/merge", {"merge_method": method})

    @precondition(lambda self: self.open_pulls())
    @happens(
        to_a_pull=True,
        which=st.integers(0, 5),
        event=st.sampled_from(("REQUEST_CHANGES", "COMMENT", "APPROVE")),
        body=st.sampled_from(("", "Be polite.")),
        on_a_line=st.booleans(),
        role=st.sampled_from((*WILLING, *UNWILLING)),
    )
    def review(self, which: int, event: str, body: str, on_a_line: bool, role: str) -> None:
        pull = one_of(self.open_pulls(), which)
        path = next(iter(may_touch(pull.head_ref)), "CLAUDE.md")
        lines = [{"path": path, "line": 1, "side": "RIGHT", "body": "Why?"}] if on_a_line else []
        asked = {"event": event, "body": body, "comments": lines}
        if self.ask(role, "POST", f"/pulls/{pull.number}/reviews", asked) and role in WILLING:
            self.witness.occasions[Task.ANSWER] += 1

    @precondition(lambda self: any(pull.threads for pull in self.open_pulls()))
    @happens(to_a_pull=True, which=st.integers(0, 5), resolve=st.booleans())
    def go_on_in_a_thread(self, which: int, resolve: bool) -> None:
        thread = one_of([thread for pull in self.open_pulls() for thread in pull.threads], which)
        if resolve:
            with self.hub.lock:
                reviews.resolve_thread(self.hub, thread, self.home.repository.owner)
            return
        number, first = thread.pull.number, thread.comments[0].id
        said = {"body": "And what of this?"}
        if self.ask("reviewer", "POST", f"/pulls/{number}/comments/{first}/replies", said):
            self.witness.occasions[Task.ANSWER] += 1

    @precondition(lambda self: self.open_pulls())
    @happens(to_a_pull=True, which=st.integers(0, 5))
    def write_the_same_file_to_base(self, which: int) -> None:
        """Which conflicts with the pull request."""
        path = next(iter(may_touch(one_of(self.open_pulls(), which).head_ref)), "CLAUDE.md")
        self.pushes += 1
        content = base64.b64encode(f"Theirs, {self.pushes}.\n".encode()).decode()
        asked = {"message": "In its way", "content": content, "branch": "main"}
        known = self.home.person("reviewer").ask("GET", f"/contents/{path}?ref=main")
        if known.is_success:
            asked["sha"] = known.json()["sha"]
        if self.ask("reviewer", "PUT", f"/contents/{path}", asked):
            self.witness.of_people.append(("main", self.home.sha()))
            self.witness.occasions[Task.RESOLVE] += TRIES

    @precondition(lambda self: self.witness.pulls())
    @happens(which=st.integers(0, 5))
    def delete_the_branch(self, which: int) -> None:
        name = self.a_pull(which).head_ref
        if self.ask("maintainer", "DELETE", f"/git/refs/heads/{name}"):
            self.witness.deleted_by_people(name)

    @precondition(lambda self: self.open_pulls())
    @happens(to_a_pull=True, which=st.integers(0, 5), draft=st.booleans())
    def draft_or_ready(self, which: int, draft: bool) -> None:
        pull = one_of(self.open_pulls(), which)
        with self.hub.lock:
            pulls.set_draft(self.hub, pull, self.home.repository.owner, draft)

    @happens(kind=st.sampled_from(tuple(WRITTEN)))
    def somebody_takes_the_name_of_a_branch(self, kind: str) -> None:
        """The one that Baton would choose."""
        name = names.branch(
            self.home.issue_number, PLAN.feature, list(WRITTEN).index(kind) + 1, StageKind(kind), 1
        )
        if self.ask("reviewer", "POST", "/git/refs", {"ref": f"refs/heads/{name}", "sha": self.home.sha()}):
            self.push(name)

    # --- the agents

    @happens(path=st.sampled_from(("frontend/app.ts", ".github/workflows/ci.yml", "CLAUDE.md")))
    def an_agent_writes_what_is_not_its_own(self, path: str) -> None:
        """Its tools would have refused it; as if they had not."""
        ending, files = self.life.script["backend"]
        self.life.script["backend"] = ending, {**files, path: "Not mine.\n"}

    # --- CI

    def heads(self) -> list[str]:
        return list(dict.fromkeys([*(pull.head_sha for pull in self.open_pulls()), self.home.sha()]))

    @happens(
        to_a_pull=True,
        which=st.integers(0, 5),
        conclusion=st.sampled_from(("failure", "success", "cancelled", None, "failure")),
    )
    def ci_reports(self, which: int, conclusion: str | None) -> None:
        """New, late, or once more on the same commit; None while it runs."""
        if self.has_ci:
            self.report(one_of(self.heads(), which), conclusion)
            if conclusion == "failure":
                self.witness.occasions[Task.MEND] += TRIES

    def report(self, sha: str, conclusion: str | None) -> None:
        with self.hub.lock:
            app = next(each for each in self.hub.apps.values() if each.slug == ACTIONS_SLUG)
            suite = checks.suite_for(self.hub, self.home.repository, app, sha)
            status: CheckStatus = "completed" if conclusion else "in_progress"
            running = [run for run in suite.runs if run.status != "completed"]
            if running:
                checks.update_check_run(self.hub, running[-1], app.bot, status=status, conclusion=conclusion)
                return
            checks.create_check_run(
                self.hub,
                suite,
                app.bot,
                "tests",
                status=status,
                conclusion=conclusion,
            )

    def all_green(self) -> None:
        if not self.has_ci:
            return
        for sha in self.heads():
            runs = [
                run
                for suite in checks.suites_of(self.home.repository, sha)
                for run in suite.runs
                if suite.app.slug == ACTIONS_SLUG
            ]
            if not runs or runs[-1].conclusion != "success":
                self.report(sha, "success")

    # --- willing people, so that lives get somewhere

    @happens(method=st.sampled_from(("merge", "squash", "rebase")))
    def people_do_their_part(self, method: str) -> None:
        """What a maintainer does who wants the feature: three times, with Baton's answer after each."""
        for _ in range(3):
            self.do_their_part(method)
            self.deliver(self.letters)
            self.letters = []
            self.forward(30)
            self.baton_looks()

    def do_their_part(self, method: str = "merge") -> None:
        state = self.life.state
        if not self.ever_labelled:
            self.label()
        if not self.lingers:
            self.all_green()
        if state == "awaiting_approval":
            self.say("/approve", "reviewer")
        if "asked for changes on" in self.life.waiting_for:
            self.take_back_what_was_asked_for()
        if state == "in_review" and not self.lingers:
            for pull in self.open_pulls():
                if "ready" in self.life.waiting_for and f"#{pull.number} " in self.life.waiting_for:
                    self.ask("reviewer", "PUT", f"/pulls/{pull.number}/merge", {"merge_method": method})

    def take_back_what_was_asked_for(self) -> None:
        """Who asks for changes without a word, or of what code has written, approves."""
        for pull in self.open_pulls():
            for role in WILLING:
                self.ask(role, "POST", f"/pulls/{pull.number}/reviews", {"event": "APPROVE", "body": ""})

    # --- what must hold

    @invariant()
    def everything_holds(self) -> None:
        try:
            if self.place.errors:
                raise Broken(f"I11 a state with a reason: {self.place.errors.pop()}")
            if hasattr(self, "witness"):
                self.witness.check()
        except Broken:
            self.is_broken = True
            raise

    def teardown(self) -> None:
        if not hasattr(self, "witness"):
            return
        self.place.reached[str(self.life.state)] += 1
        try:
            if not self.is_broken:
                self.come_to_an_end()
        finally:
            self.calm()
            self.hub.told.remove(self.post)
            self.witness.leave()
            self.life.close()
            self.place.leave(self.home)
            shutil.rmtree(self.directory)

    def come_to_an_end(self) -> None:
        """No more faults, and people do what is theirs: then nothing stands still but for a reason of theirs."""
        self.lingers = False
        self.database.doom = None
        self.calm()
        self.life.start()
        self.forward(400)
        for _ in range(30):
            self.deliver(self.letters)
            self.letters = []
            self.what_timers_do()
            self.baton_looks(10)
            self.everything_holds()
            if self.is_over():
                break
            self.undo_what_stops()
            self.do_their_part()
            self.forward(61)
        self.deliver(self.letters)
        self.baton_looks(10)
        ended = str(self.life.state)
        self.place.ends[ended] += 1
        self.judge_the_end()
        self.witness.check_at_rest(self.canaries(), self.place.directory / "baton.db", self.place.log)

    def what_timers_do(self) -> None:
        with self.life.outside.writing() as connection:
            sweep(connection, everything=True)
        if not self.life.row.live:
            Discovering(self.life.outside, self.home.app, self.life.settings.label).discover()

    def is_over(self) -> bool:
        return self.life.state in ("completed", "cancelled") or not self.ever_labelled

    def undo_what_stops(self) -> None:
        why = self.life.waiting_for
        if self.home.issue.state == "closed":
            self.close_or_reopen_the_issue("open")
        if why.startswith("Paused"):
            self.say("/resume", "maintainer")
        for pull in self.witness.pulls():
            closed = f"#{pull.number} was closed without a merge" in why
            if closed and not self.set_state(pull, "open"):
                self.try_again()  # one whose branch is gone cannot be reopened
            if pull.draft and pull.issue.state == "open":
                with self.hub.lock:
                    pulls.set_draft(self.hub, pull, self.home.repository.owner, False)
            if f"#{pull.number} conflicts with main. Resolve" in why:
                self.settle_the_conflict(pull)
        if any(stuck in why for stuck in ("could not go on", "has tried", "without changing anything")):
            self.work_anew()
            self.try_again()

    def settle_the_conflict(self, pull: PullRequest) -> None:
        """By taking over what base says."""
        path = next(iter(may_touch(pull.head_ref)), "CLAUDE.md")
        theirs, known = (
            self.home.reviewer.get(f"/contents/{path}?ref={ref}") for ref in ("main", pull.head_ref)
        )
        content = theirs["content"].replace("\n", "")
        asked = {"message": "As on main", "content": content, "sha": known["sha"]}
        if self.ask("reviewer", "PUT", f"/contents/{path}", {**asked, "branch": pull.head_ref}):
            self.witness.of_people.append((pull.head_ref, self.home.sha(pull.head_ref)))

    def try_again(self) -> None:
        self.home.say("/proceed 1", by="maintainer")
        self.witness.asked_otherwise += 1

    def canaries(self) -> list[str]:
        key = self.place.town.private_key.splitlines()[3]
        return [CANARY, key, *self.hub.tokens]

    def judge_the_end(self) -> None:
        """Invariant I12, by what people did and not by what Baton remembers."""
        state, why = self.life.state, self.life.waiting_for
        if not self.ever_labelled:
            expected = state is None
        elif not self.is_labelled or self.cancelled:
            # Who takes the label away before Baton ever saw it has asked for nothing.
            has_begun = bool(self.life.rows(tables.generation))
            expected = state in ("cancelled", "completed") if has_begun else state is None
        else:
            expected = state == "completed"
        if not expected:
            raise Broken(f"I12 it ends: {state} ({why}), cancelled: {self.cancelled}")
        if state == "completed":
            self.witness.check_what_was_delivered(WRITTEN)


def live(place: Place, lives: int, number: int, shrink: bool = True) -> None:
    """So many random lives, in batches; a batch's seed, which is printed, makes its lives the same again."""
    began = time.monotonic()
    while place.lives < lives:
        batch = min(BATCH, lives - place.lives)
        print(f"SEED={number} LIVES={batch}", flush=True)
        a_batch(place, batch, number, shrink)
        number += 1
    print(f"{figures(place)}, {place.lives / (time.monotonic() - began) * 60:.0f} lives a minute", flush=True)


def figures(place: Place) -> dict[str, object]:
    """What was lived; `let_go` is where people stopped making trouble, `ended` where it came to rest."""
    return {
        "lives": place.lives,
        "events": place.events,
        "looks": place.looks,
        "deaths": place.deaths,
        "failures": 0,
        "let_go": dict(sorted(place.reached.items())),
        "ended": dict(sorted(place.ends.items())),
    }


def a_batch(place: Place, lives: int, number: int, shrink: bool) -> None:
    machine = seed(number)(type("RandomLife", (RandomLife,), {"place": place}))
    phases = (Phase.explicit, Phase.generate, *((Phase.shrink,) if shrink else ()))
    how = settings(
        max_examples=lives,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=phases,
        print_blob=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)
