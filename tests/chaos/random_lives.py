"""Random lives of one feature: people, CI, the post, faults, deaths and time in any order, in one process.

The story, the engine and the playground are the real ones. Nobody sleeps and nothing runs beside: the machine moves
the one clock of GitHub and Baton, drives looks one at a time, and checks the witness's invariants after each step.
"""

from __future__ import annotations

import base64
import itertools
import logging
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
import time_machine
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
from sqlalchemy import Connection, event

from bot.engine import tables
from bot.engine.hints import USED_EVENTS, Hint
from bot.engine.inbox import store
from bot.engine.leasing import LEASE_SECONDS
from bot.engine.marking import Ourselves, mark_new
from bot.engine.sweep import sweep
from bot.moves import Move
from bot.plan.plan import PlannedStage, SkippedStage
from bot.plan.stage_kind import StageKind
from bot.playground.acts import checks, pulls
from bot.playground.acts.workflows import ACTIONS_SLUG
from bot.playground.hub import Signal
from bot.playground.state import CheckStatus, PullRequest
from tests.chaos.witness import Broken, Witness
from tests.engine.lives import FILES, PLAN, Clock, Crash, Life, Process, QuickDatabase, finished, planned
from tests.engine.lives import SCRIPT as LIVED
from tests.github.homes import Town, town_in
from tests.playground.github.town import small_repository

STEPS = 25
BATCH = 10
CANARY = "canary-webhook-secret-5f1c"
WILLING, UNWILLING = ("maintainer", "reviewer"), ("outsider",)
# Another command is another line here.
COMMANDS = ("/approve", "/pause", "/resume", "/cancel", "/status", "/help", "> /approve", "/aprove")
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
SCRIPT = {
    "plan": planned(SMALL),
    "backend": finished(WRITTEN["backend"], "Greetings are short."),
    "testing": finished(WRITTEN["testing"]),
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


def may_touch(branch: str) -> set[str]:
    return next((set(files) for kind, files in WRITTEN.items() if branch.partition(f"-{kind}")[1]), set())


class FragileDatabase(QuickDatabase):
    """Its process dies at the write that is chosen, before its commit or after it."""

    doom: tuple[int, str] | None = None

    def __init__(self, url: str) -> None:
        super().__init__(url)
        event.listen(self.engine, "before_cursor_execute", _note_a_write)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            connection.info["wrote"] = False
            yield connection
            wrote = bool(connection.info["wrote"])
            dies = self._is_doomed() if wrote else None
            if dies == "before":
                raise Crash
        if dies == "after":
            raise Crash

    def _is_doomed(self) -> str | None:
        if self.doom is None:
            return None
        left, moment = self.doom
        self.doom = (left - 1, moment) if left else None
        return None if left else moment


def _note_a_write(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    if statement.startswith(("INSERT", "UPDATE", "DELETE")):
        connection.info["wrote"] = True


@dataclass
class MovedClock(Clock):
    """The clock of the whole process, which stands still but for what the machine moves it."""

    traveller: Any = None

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def forward(self, seconds: float) -> None:
        self.traveller.shift(timedelta(seconds=seconds))


@dataclass
class Place:
    """What all lives share: one GitHub, one clock that only goes forward, and sources for their repositories."""

    town: Town
    directory: Path
    clock: Clock
    lives: int = 0
    looks: int = 0
    deaths: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def note(self, logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """What Baton's log says of errors that it does not know."""
        error = line.get("exc_info")
        said = "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else ""
        self.errors.append(f"{line}\n{said}")
        raise structlog.DropEvent


@contextmanager
def a_place(directory: Path) -> Iterator[Place]:
    """Time stands still there; what moves it is `place.clock`."""
    small_repository(directory / "optional", files=FILES)
    small_repository(directory / "needed", files={**FILES, ".github/baton.yml": "ci: required\n"})
    before = structlog.get_config()
    with (
        time_machine.travel(datetime.now(UTC), tick=False) as traveller,
        town_in(directory / "town") as town,
    ):
        place = Place(town, directory, MovedClock(traveller=traveller))
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR), processors=[place.note]
        )
        try:
            yield place
        finally:
            structlog.configure(**before)


class RandomLife(RuleBasedStateMachine):
    """One feature. `place` is given to the subclass that is run."""

    place: Place

    @initialize(
        ci=st.sampled_from(("optional", "needed")), labelled=st.sampled_from((True, True, True, False))
    )
    def a_repository_with_an_issue(self, ci: str, labelled: bool) -> None:
        self.place.lives += 1
        self.has_ci = ci == "needed"
        self.directory = self.place.directory / f"life-{self.place.lives}"
        self.directory.mkdir()
        self.home = self.place.town.home(self.place.directory / ci)
        database = FragileDatabase(f"sqlite:///{self.directory / 'baton.db'}")
        tables.metadata.create_all(database.engine)
        self.database = database
        self.life = Life(self.home, database, self.directory / "work", dict(SCRIPT), self.place.clock)
        self.life.settings = self.life.settings.model_copy(
            update={"github_webhook_secret": SecretStr(CANARY), "checks_settle_seconds": 20.0}
        )
        self.life.start()
        self.witness = Witness(self.life, may_touch)
        self.hub = self.place.town.playground.hub
        self.letters: list[Hint] = []
        self.said: list[tuple[int, str, str]] = []
        self.guids = itertools.count(1)
        self.cancelled = self.ever_labelled = False
        self.pushes = 0
        self.hub.told.append(self.post)
        if labelled:
            self.label()

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

    @rule(
        fate=st.sampled_from(("arrives", "arrives", "arrives", "twice", "backwards", "lost", "the last only"))
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
        for _ in range(most):
            try:
                leased = self.life.lease()
                if leased is None:
                    return
                self.place.looks += 1
                self.place.clock.forward(1)
                self.life.process.looking.look(leased)
            except Crash:
                self.place.deaths += 1
                self.life.start()

    @rule(seconds=st.sampled_from((1.0, 6.0, 25.0, 61.0, 300.0)))
    def time_passes(self, seconds: float) -> None:
        self.forward(seconds)
        self.baton_looks()

    @rule()
    def the_clock_jumps(self) -> None:
        self.forward(4000)

    def forward(self, seconds: float) -> None:
        self.place.clock.forward(seconds)
        if seconds > 5:
            self.calm()

    @rule()
    def the_sweep(self) -> None:
        self.forward(61)
        with self.life.outside.writing() as connection:
            sweep(connection)
        self.baton_looks()

    @rule(after=st.integers(0, 40), moment=st.sampled_from(("before", "after")))
    def the_process_will_die(self, after: int, moment: str) -> None:
        self.database.doom = (after, moment)

    @rule()
    def the_process_is_started_again(self) -> None:
        self.life.start()

    @rule(at=st.integers(0, 3))
    def another_worker_takes_over_in_the_middle(self, at: int) -> None:
        """The first slept for longer than its lease, before one of its moves."""
        moves = itertools.count()
        first = self.life.process

        def overtaken(move: Move) -> None:
            if next(moves) == at:
                self.forward(LEASE_SECONDS + 1)
                other = Process(
                    self.home, self.database, self.life.settings, self.life.runs, self.place.clock, []
                )
                leased = self.life.lease()
                if leased is not None:
                    other.looking.look(leased)

        first.performing.before = overtaken
        self.life.mark()
        self.baton_looks(1)
        first.performing.before = lambda move: None

    # --- faults

    @rule(
        nth=st.integers(1, 12), fault=st.sampled_from(FAULTS), method=st.sampled_from(("*", "POST", "PATCH"))
    )
    def a_request_goes_wrong(self, nth: int, fault: dict[str, Any], method: str) -> None:
        self.place.town.playground.site.faults.add({"method": method, "path": "*", "nth": [nth], **fault})

    @rule()
    def lists_lag(self) -> None:
        self.witness.lags = True
        self.place.town.playground.site.faults.add(
            {"method": "*", "path": "*", "fault": "lag", "seconds": 5.0}
        )

    def calm(self) -> None:
        self.witness.lags = False
        self.place.town.playground.site.faults.clear()

    # --- people

    def ask(self, role: str, method: str, path: str, body: Any = None) -> bool:
        return self.home.person(role).ask(method, path, body).is_success

    @property
    def is_labelled(self) -> bool:
        return any(label.name == "baton" for label in self.home.issue.labels)

    @rule()
    def label(self) -> None:
        if not self.is_labelled:
            self.home.label()
            self.cancelled, self.ever_labelled = False, True

    @precondition(lambda self: self.ever_labelled)
    @rule(sure=st.booleans())
    def unlabel(self, sure: bool) -> None:
        if sure and self.is_labelled:
            self.home.unlabel()

    @rule(body=st.sampled_from(COMMANDS), role=st.sampled_from((*WILLING, *UNWILLING)))
    def say(self, body: str, role: str) -> None:
        number = self.home.say(body, by=role)
        self.said.append((number, body, role))
        if role in WILLING and body == "/approve":
            self.witness.willing.add(number)
        if role in WILLING and body == "/cancel" and self.is_labelled:
            self.cancelled = True

    @precondition(lambda self: self.said)
    @rule(data=st.data(), body=st.sampled_from(("/approve", "never mind")))
    def edit_a_comment(self, data: st.DataObject, body: str) -> None:
        number, was, role = data.draw(st.sampled_from(self.said))
        if was == "/cancel" or was == body:
            return
        self.ask(role, "PATCH", f"/issues/comments/{number}", {"body": body})
        heard = {row.comment_id for row in self.life.rows(tables.approval)}
        if number not in heard:
            self.witness.willing.discard(number)

    @rule(body=st.sampled_from(("More words.", "/approve")))
    def edit_the_issue(self, body: str) -> None:
        self.ask("maintainer", "PATCH", f"/issues/{self.home.issue_number}", {"body": body})

    @rule(state=st.sampled_from(("closed", "open")))
    def close_or_reopen_the_issue(self, state: str) -> None:
        self.ask("maintainer", "PATCH", f"/issues/{self.home.issue_number}", {"state": state})

    def a_pull(self, data: st.DataObject) -> PullRequest:
        return data.draw(st.sampled_from(self.witness.pulls()))

    def open_pulls(self) -> list[PullRequest]:
        return [pull for pull in self.witness.pulls() if pull.issue.state == "open"]

    @precondition(lambda self: self.witness.pulls())
    @rule(data=st.data())
    def push_to_the_branch(self, data: st.DataObject) -> None:
        self.push(self.a_pull(data).head_ref)

    @rule()
    def push_to_base(self) -> None:
        self.push("main")

    def push(self, branch: str) -> None:
        self.pushes += 1
        content = base64.b64encode(f"{self.pushes}\n".encode()).decode()
        asked = {"message": "By a person", "content": content, "branch": branch}
        if self.ask("reviewer", "PUT", f"/contents/by-people-{self.pushes}.txt", asked):
            self.witness.of_people.append((branch, self.home.sha(branch)))

    @precondition(lambda self: self.witness.pulls())
    @rule(data=st.data(), state=st.sampled_from(("closed", "open")))
    def close_or_reopen_the_pull_request(self, data: st.DataObject, state: str) -> None:
        self.set_state(self.a_pull(data), state)

    def set_state(self, pull: PullRequest, state: str) -> bool:
        if state == "open" and pull.issue.state == "closed":
            self.witness.reopened.add(pull.number)
        return self.ask("reviewer", "PATCH", f"/pulls/{pull.number}", {"state": state})

    @precondition(lambda self: self.open_pulls())
    @rule(data=st.data(), method=st.sampled_from(("merge", "squash", "rebase")))
    def merge(self, data: st.DataObject, method: str) -> None:
        pull = data.draw(st.sampled_from(self.open_pulls()))
        self.ask("reviewer", "PUT", f"/pulls/{pull.number}/merge", {"merge_method": method})

    @precondition(lambda self: self.witness.pulls())
    @rule(data=st.data())
    def delete_the_branch(self, data: st.DataObject) -> None:
        self.ask("maintainer", "DELETE", f"/git/refs/heads/{self.a_pull(data).head_ref}")

    @precondition(lambda self: self.open_pulls())
    @rule(data=st.data(), draft=st.booleans())
    def draft_or_ready(self, data: st.DataObject, draft: bool) -> None:
        pull = data.draw(st.sampled_from(self.open_pulls()))
        with self.hub.lock:
            pulls.set_draft(self.hub, pull, self.home.repository.owner, draft)

    # --- CI

    def heads(self) -> list[str]:
        return list(dict.fromkeys([*(pull.head_sha for pull in self.open_pulls()), self.home.sha()]))

    @rule(data=st.data(), conclusion=st.sampled_from(("success", "success", "failure", "cancelled", None)))
    def ci_reports(self, data: st.DataObject, conclusion: str | None) -> None:
        """New, late, or once more on the same commit; None while it runs."""
        if self.has_ci:
            self.report(data.draw(st.sampled_from(self.heads())), conclusion)

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

    @rule(method=st.sampled_from(("merge", "squash", "rebase")))
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
        self.all_green()
        if state == "awaiting_approval":
            self.say("/approve", "reviewer")
        if state == "in_review":
            for pull in self.open_pulls():
                if "ready" in self.life.waiting_for and f"#{pull.number} " in self.life.waiting_for:
                    self.ask("reviewer", "PUT", f"/pulls/{pull.number}/merge", {"merge_method": method})

    # --- what must hold

    @invariant()
    def everything_holds(self) -> None:
        if self.place.errors:
            raise Broken(f"I11 a state with a reason: {self.place.errors.pop()}")
        if hasattr(self, "witness"):
            self.witness.check()

    def teardown(self) -> None:
        if not hasattr(self, "witness"):
            return
        try:
            self.come_to_an_end()
        finally:
            self.calm()
            self.hub.told.remove(self.post)
            self.witness.leave()
            self.life.close()
            shutil.rmtree(self.directory)

    def come_to_an_end(self) -> None:
        """No more faults, and people do what is theirs: then nothing stands still but for a reason of theirs."""
        self.database.doom = None
        self.calm()
        self.life.start()
        self.forward(400)
        for _ in range(30):
            self.deliver(self.letters)
            self.letters = []
            with self.life.outside.writing() as connection:
                sweep(connection, everything=True)
            self.life.mark()
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
        self.witness.check_at_rest(self.canaries(), self.directory / "baton.db")

    def is_over(self) -> bool:
        return self.life.state in ("completed", "cancelled") or not self.ever_labelled

    def undo_what_stops(self) -> None:
        if self.home.issue.state == "closed":
            self.close_or_reopen_the_issue("open")
        if self.life.waiting_for.startswith("Paused"):
            self.say("/resume", "maintainer")
        for pull in self.witness.pulls():
            if f"#{pull.number} was closed without a merge" in self.life.waiting_for:
                self.set_state(pull, "open")
            if pull.draft and pull.issue.state == "open":
                with self.hub.lock:
                    pulls.set_draft(self.hub, pull, self.home.repository.owner, False)

    def canaries(self) -> list[str]:
        key = self.place.town.private_key.splitlines()[3]
        return [CANARY, key, *self.hub.tokens]

    def judge_the_end(self) -> None:
        """Invariant I12, by what people did and not by what Baton remembers."""
        state, why = self.life.state, self.life.waiting_for
        if not self.ever_labelled:
            expected = state is None
        elif not self.is_labelled or self.cancelled:
            expected = state in ("cancelled", "completed")
        else:
            expected = state == "completed" or (state == "waiting_for_answer" and self.is_beyond_mending())
        if not expected:
            raise Broken(f"I12 it ends: {state} ({why}), cancelled: {self.cancelled}")

    def is_beyond_mending(self) -> bool:
        """A pull request that was closed cannot be reopened once its branch is gone."""
        return any(
            f"#{pull.number} was closed without a merge" in self.life.waiting_for
            and self.home.repository.git.branch(pull.head_ref) is None
            for pull in self.witness.pulls()
        )


def live(place: Place, lives: int, number: int, seconds: float = float("inf"), shrink: bool = True) -> None:
    """So many random lives, in batches; a batch's seed, which is printed, makes its lives the same again.

    No batch begins once the time is over.
    """
    began = time.monotonic()
    while place.lives < lives and time.monotonic() - began < seconds:
        print(f"SEED={number} LIVES={min(BATCH, lives - place.lives)}", flush=True)
        _batch(place, min(BATCH, lives - place.lives), number, shrink)
        number += 1
    minutes = (time.monotonic() - began) / 60
    print(
        f"{place.lives} lives, {place.lives / minutes:.0f} a minute, {place.looks} looks, "
        f"{place.deaths} deaths; they ended: {dict(place.ends)}",
        flush=True,
    )


def _batch(place: Place, lives: int, number: int, shrink: bool) -> None:
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
