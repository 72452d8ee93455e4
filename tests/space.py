"""A large space of fact sets, cheap to draw from: each is a place in the story with chance around it."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType, ModuleType
from typing import Any
from unittest.mock import patch

from bot import feature, moves
from bot.chapters import asking, open_pull_request, working
from bot.facts import identities
from bot.facts.remembered import (
    Ending,
    Owed,
    Retry,
    ReviewFinding,
    RunEnding,
    RunResult,
    Unsettled,
    Wish,
)
from bot.facts.seen import Account, Check, CheckState, PullState, Thread
from bot.facts.verdict import Block, Wait
from bot.gates import (
    base_contains_what_was_merged,
    base_green,
    ci_green,
    documents_present,
    inputs_present,
    merged,
    plan_approved,
    within_budget,
)
from bot.moves import Ask, Move
from bot.plan.plan import PlannersQuestion
from bot.plan.stage_kind import StageKind
from bot.render.markers import marker
from tests.world import (
    ALICE,
    BOB,
    BROUGHT,
    NOW,
    OSCAR,
    PLAN,
    ROBOT,
    TRUDY,
    Life,
    a_feature,
    a_plan,
    a_review,
    a_thread,
    an_approved_plan,
    an_issue,
    commit,
    finished,
    sha,
)

KINDS = tuple(stage.kind for stage in PLAN.stages)
BUILDING = KINDS[:-1]
PEOPLE = (ALICE, BOB, TRUDY, OSCAR, ROBOT)
WORDS = ("/approve", "/approve v2", "/proceed", "/proceed 1", "/proceed 2", "/proceed as you like", "/pause", "/resume",
         "/cancel", "/retry", "/retry 2", "/revise shorter", "/skip frontend: later", "/status", "/help", "hello",
         "/aprove")  # fmt: skip
# The pull request that is open; those of finished stages have numbers below it.
NUMBER = 30


def fact_sets(seed: int) -> Iterator[Life]:
    """Without end; the same seed gives the same."""
    chance = Random(seed)
    while True:
        life = chance.choice(PLACES)(chance)
        for change in chance.choices(CHANGES, k=chance.choice((0, 0, 1, 1, 2))):
            life = change(life, chance)
        yield life


# --- places in the story --------------------------------------------------------------------------


def before_the_plan(chance: Random) -> Life:
    life = chance.choice(
        (an_issue(), an_issue().labelled_by(chance.choice(PEOPLE)), a_feature(), a_feature())
    )
    if life.remembered.generation and chance.random() < 0.7:
        life = life.run("plan/1", chance.choice((None, *_drafts())))
    return life


def _drafts() -> tuple[RunResult, ...]:
    return (
        RunResult(RunEnding.PLANNED),
        RunResult(RunEnding.GAVE_UP, "The model refused."),
        RunResult(RunEnding.GAVE_UP, "Stopped.", stopped=True),
        RunResult(RunEnding.FINISHED),
    )


def a_plan_that_asks(chance: Random) -> Life:
    asks = PlannersQuestion("choice", "Which way?", ("Left", "Right"), "Left")
    life = a_feature().with_plan(replace(PLAN, questions=(asks,)), shown=False)
    return _perhaps_answered(life, chance)


def a_plan_to_be_shown_or_approved(chance: Random) -> Life:
    life = chance.choice((a_plan(), a_feature().with_plan(shown=False)))
    return life.base(head=commit("base", _check(chance))) if chance.random() < 0.3 else life


def a_wish(chance: Random) -> Life:
    life = chance.choice((a_plan(), an_approved_plan(), _in_review(chance)))
    wish = Wish(2000, BOB, NOW - timedelta(minutes=chance.choice((1, 30))), "shorter")
    life = life.remember(wishes=(wish,))
    return life.run("plan/2", chance.choice((None, *_drafts()))) if chance.random() < 0.6 else life


def _kind(chance: Random) -> StageKind:
    return chance.choice(BUILDING)


def _up_to(kind: StageKind) -> Life:
    return _finished_up_to(kind.rank)


@cache
def _finished_up_to(rank: int) -> Life:
    return an_approved_plan().finished(*(kind for kind in BUILDING if kind.rank < rank))


def a_stage_to_begin(chance: Random) -> Life:
    life = _up_to(_kind(chance))
    if chance.random() < 0.2:
        life = life.base(documents={})
    if chance.random() < 0.3:
        life = life.base(head=commit("nightly", _check(chance)))
    return life


def an_agent_at_work(chance: Random) -> Life:
    kind = _kind(chance)
    life = _up_to(kind).attempt(kind)
    if chance.random() < 0.8:
        life = life.announced(kind)
    if chance.random() < 0.9:
        life = life.run(f"{kind}/1", chance.choice((None, *_works(kind))))
    if chance.random() < 0.2:
        life = life.remember(retries=(_retry(kind, chance),))
    return _perhaps_answered(life, chance)


def _works(kind: StageKind) -> tuple[RunResult, ...]:
    return (
        finished(*BROUGHT[kind].paths),
        finished(),
        RunResult(RunEnding.GAVE_UP, "Too many turns."),
        RunResult(RunEnding.GAVE_UP, "Stopped.", stopped=True),
        RunResult(RunEnding.ASKED, "Soft deletes?", options=("Yes", "No"), recommended="Yes"),
        RunResult(RunEnding.ASKED, "It has no 404.", question_kind="contract"),
    )


def _retry(kind: str, chance: Random) -> Retry:
    return Retry(3000, ALICE, NOW - timedelta(minutes=chance.choice((1, 90))), kind)


def work_to_be_shown(chance: Random) -> Life:
    kind = _kind(chance)
    life = _up_to(kind).worked(kind)
    return life.attempt(kind, head=sha(f"{kind} head")) if chance.random() < 0.7 else life


def _check(chance: Random, name: str = "test") -> Check:
    state = chance.choice(tuple(CheckState))
    interrupted = state is CheckState.CANCELLED or chance.random() < 0.1
    event = chance.choice((None, None, "push", "pull_request"))
    required = chance.random() < 0.2
    return Check(
        name,
        state,
        event=event,
        id=chance.choice((None, 1)),
        interrupted=interrupted,
        required=required,
        app=chance.choice((None, 15368, 7)),
        by_a_person=chance.random() < 0.2,
    )


def _in_review(chance: Random, **pull: Any) -> Life:
    kind = chance.choice(KINDS)
    life = _up_to(kind)
    if kind is StageKind.REVIEW:
        life = _finished_up_to(StageKind.REVIEW.rank).reviewed()
        life = life.run("database/1", finished("a", learnings=("Small steps.",)))
    return life.in_review(kind, NUMBER, **pull)


def an_open_pull_request(chance: Random) -> Life:
    return _in_review(
        chance,
        state=chance.choice((PullState.OPEN,) * 8 + (PullState.CLOSED,)),
        draft=chance.random() < 0.2,
        conflicting=chance.choice((None, False, False, True)),
        in_merge_queue=chance.random() < 0.1,
        behind=chance.random() < 0.2,
        base_ref=chance.choice(("main",) * 9 + ("release",)),
        closing=chance.choice((None, "CE_1")),
        on_base=chance.random() < 0.3,
    )


def a_pull_request_and_its_ci(chance: Random) -> Life:
    life = an_open_pull_request(chance)
    names = chance.choice(((), ("test",), ("test",), ("test", "lint")))
    life = _with_head(life, chance, *(_check(chance, name) for name in names))
    if chance.random() < 0.3:
        life = life.base(head=commit("base", *(_check(chance, name) for name in names)))
    return _perhaps_answered(_perhaps_tried(life, "mend", chance), chance)


def _pull(life: Life) -> tuple[int, StageKind]:
    number = max(life.seen.pulls)
    return number, next(
        StageKind(key)
        for key, record in life.remembered.stages.items()
        for attempt in record.attempts
        if attempt.pull == number
    )


def _with_head(life: Life, chance: Random, *checks: Check) -> Life:
    number, _ = _pull(life)
    head = replace(life.seen.pulls[number].head, checks=checks, open_suites=chance.choice((0, 0, 0, 1)))
    life = life.pull(number, head=head)
    if not checks and chance.random() < 0.5:
        life = life.configured(ci="required")
    return life


def a_red_pull_request(chance: Random) -> Life:
    life = _in_review(chance, behind=chance.random() < 0.3)
    red = Check("test", CheckState.RED, id=1, interrupted=chance.random() < 0.2)
    life = _with_head(life, chance, red)
    if chance.random() < 0.2:
        life = life.base(head=commit("base", replace(red, state=chance.choice(tuple(CheckState)))))
    life = _perhaps_tried(life, "mend", chance)
    head = life.seen.pulls[NUMBER].head.sha
    if chance.random() < 0.3:
        at = (NOW - timedelta(minutes=chance.choice((1, 5)))).isoformat()
        life = life.done(identities.rerun(head, "", "test"), check=chance.choice((1, 2)), at=at)
    base = life.seen.base.head
    if base and chance.random() < 0.3:
        done = chance.choice(({"sha": sha("merged")}, {"refused": "a conflict"}))
        life = life.done(identities.base_merged(head, base.sha), **done)
    return _perhaps_answered(life, chance)


def a_conflict(chance: Random) -> Life:
    life = _in_review(chance, conflicting=chance.choice((True, True, True, False)))
    return _perhaps_answered(_perhaps_tried(life, "resolve", chance), chance)


def a_reviewed_pull_request(chance: Random) -> Life:
    threads = tuple(_thread(chance, 700 + 10 * n) for n in range(chance.choice((0, 1, 2))))
    reviews = tuple(_review(chance, 70 + n) for n in range(chance.choice((0, 1))))
    life = _in_review(chance, threads=threads, reviews=reviews)
    return _perhaps_answered(_perhaps_tried(life, "answer", chance), chance)


def _thread(chance: Random, first: int) -> Thread:
    who: Account = chance.choice(PEOPLE)
    return a_thread(first, (who, "Why?"), resolved=chance.random() < 0.2, ours_last=chance.random() < 0.2)


def _review(chance: Random, id: int) -> Any:
    state = chance.choice(("approved", "changes_requested", "changes_requested", "commented", "dismissed"))
    made = a_review(id, chance.choice(("", "Be short.")), chance.choice(PEOPLE), state)
    return replace(made, at=NOW - timedelta(seconds=chance.choice((5, 900))))


def a_retry(chance: Random) -> Life:
    life = _in_review(chance)
    _, kind = _pull(life)
    life = life.remember(retries=(_retry(kind, chance),))
    return _perhaps_tried(life, "again", chance)


def _perhaps_tried(life: Life, task: str, chance: Random) -> Life:
    """Runs on the branch: at work, ended, pushed, of another head, dropped."""
    number, kind = _pull(life)
    pull = life.seen.pulls[number]
    about = {
        "answer": tuple(f"thread:{thread.comments[-1].id}" for thread in pull.threads)
        + tuple(f"review:{review.id}" for review in pull.reviews),
        "mend": ("test",),
        "resolve": (life.seen.base.head.sha,) if life.seen.base.head else (),
        "again": ("retry:3000",),
    }[task]
    for nth in range(chance.choice((0, 1, 1, 2, 3))):
        results = (None, finished("a"), finished("a"), finished(), *_works(StageKind.API)[2:5])
        start = chance.choice((pull.head.sha, pull.head.sha, sha(f"before {nth}")))
        life = life.run(
            f"{kind}/1/{task}", chance.choice(results), agent="backend-developer", start=start, about=about,
            dropped=chance.random() < 0.1, begun_at=NOW - timedelta(minutes=30 - nth),
        )  # fmt: skip
        run = life.remembered.runs[-1]
        if run.has_changes and chance.random() < 0.6:
            life = life.done(identities.amended(run.id), sha=chance.choice((pull.head.sha, sha("not shown"))))
        if chance.random() < 0.3:
            life = life.done(identities.review_request(run.id))
        for key in about:
            if task == "answer" and chance.random() < 0.4:
                life = life.done(identities.reply(key))
    return life


def merged_on_github(chance: Random) -> Life:
    kind = _kind(chance)
    return _up_to(kind).merged_on_github(kind)


def waiting_for_base(chance: Random) -> Life:
    kind = _kind(chance)
    life = _up_to(kind).merged(kind)
    merge = sha(f"{kind} merge")
    if chance.random() < 0.1:
        return life.see(merges={})
    checks = tuple(_check(chance, name) for name in chance.choice(((), (), ("test",), ("test", "lint"))))
    tree = chance.choice((None, "the same tree"))
    head = replace(commit(f"{kind} merge"), checks=checks)
    if tree:
        number = 20 + kind.rank
        head = replace(head, tree=tree)
        own = replace(
            commit(f"{kind} head"), tree=tree, checks=(_check(chance),) if chance.random() < 0.7 else ()
        )
        life = life.pull(number, kind, head=own)
    life = life.see(merges={merge: head}).base(head=head)
    if chance.random() < 0.5:
        life = life.configured(ci="required")
    return _perhaps_answered(life, chance)


def given_up_mending(chance: Random) -> Life:
    """Two tries have led to this head, and perhaps a person was asked."""
    task = chance.choice(("mend", "resolve"))
    life = _in_review(chance, conflicting=task == "resolve")
    _, kind = _pull(life)
    head = life.seen.pulls[NUMBER].head.sha
    if task == "mend":
        life = _with_head(life, chance, Check("test", CheckState.RED))
    starts, ends = (sha("first"), sha("second")), (sha("second"), head)
    for start, end in zip(starts, ends, strict=True):
        life = life.run(f"{kind}/1/{task}", finished("a"), agent="backend-developer", start=start)
        life = life.done(identities.amended(life.remembered.runs[-1].id), sha=end)
    return _perhaps_answered(life, chance)


def a_revision_under_way(chance: Random) -> Life:
    """Remarks that count, and a run that is about them."""
    threads = tuple(a_thread(700 + 10 * n, (BOB, "Why?")) for n in range(chance.choice((1, 2))))
    reviews = (a_review(70, "Be short.", BOB),) if chance.random() < 0.5 else ()
    if chance.random() < 0.2:
        reviews = (replace(a_review(71, "And kind.", ALICE), at=NOW - timedelta(seconds=5)),)
    life = _in_review(chance, threads=threads, reviews=reviews)
    return _perhaps_answered(_perhaps_tried(life, "answer", chance), chance)


def just_merged(chance: Random) -> Life:
    """A person merged it this minute, and git has not caught up; or a document of it is not there."""
    kind = chance.choice(BUILDING[:-1])
    life = _up_to(kind).merged(kind).record(kind, finished_at=NOW)
    if chance.random() < 0.5:
        return life.attempt(kind, merged_at=NOW).base(contains=frozenset())
    documents = dict(life.seen.base.documents)
    documents.pop(chance.choice(tuple(documents)))
    return life.base(documents=documents)


def without_a_document(chance: Random) -> Life:
    """The stage that should have left it was skipped; or its agent need not leave it, and it was taken away."""
    kept = {
        path: text for path, text in an_approved_plan().seen.base.documents.items() if "database" not in path
    }
    life = an_approved_plan().base(documents=chance.choice((kept, {})))
    if chance.random() < 0.5:
        return life.record(StageKind.DATABASE, skipped="alice wrote: no time")
    own = tuple(replace(agent, must_leave=()) for agent in life.house.agents)
    finished = life.finished(StageKind.DATABASE)
    return replace(finished, house=replace(finished.house, agents=own))


def on_a_red_base(chance: Random) -> Life:
    life = _up_to(_kind(chance)).base(head=commit("nightly", Check("test", CheckState.RED)))
    return _perhaps_answered(life, chance)


def a_verdict(chance: Random) -> Life:
    life = an_approved_plan().built()
    if chance.random() < 0.1:
        life = life.base(documents={})
    paths = chance.choice(
        ((), ("nobody/owns/this",), ("backend/app/x.py",), ("docs/openapi.yaml", "backend/app/x.py"))
    )
    findings = tuple(ReviewFinding(path, 1, "major", "Mend it.") for path in paths)
    results = (
        None,
        RunResult(RunEnding.REVIEWED, approved=True),
        RunResult(RunEnding.REVIEWED, findings=findings),
        RunResult(RunEnding.REVIEWED, findings=findings),
        RunResult(RunEnding.GAVE_UP, "Too long."),
    )
    for round in range(1, chance.choice((0, 1, 1, 3)) + 1):
        life = life.run(f"verdict/1/{round}", chance.choice(results))
        if chance.random() < 0.6:
            for fix in life.facts.fixes_of(round):
                life = life.record(fix.key, finished_at=NOW, skipped=chance.choice((None, "no")))
    if chance.random() < 0.8:
        life = life.announced(StageKind.REVIEW)
    return _perhaps_answered(life, chance)


def what_was_learned(chance: Random) -> Life:
    life = an_approved_plan().built().reviewed()
    if chance.random() < 0.7:
        life = life.run("database/1", finished("a", learnings=("Small steps.",)))
    got = chance.randrange(4)
    if got > 0:
        life = life.attempt(StageKind.REVIEW, head=sha("review head") if got > 1 else None)
    if got > 2:
        life = life.in_review(StageKind.REVIEW, NUMBER, conflicting=chance.choice((None, True, True, False)))
        life = life.base(head=commit(chance.choice(("base", "a later base"))))
        if chance.random() < 0.3:
            life = life.pull(NUMBER, reviews=(_review(chance, 70),))
    return life


def the_end(chance: Random) -> Life:
    life = an_approved_plan().built().reviewed().record(StageKind.REVIEW, finished_at=NOW)
    generation = life.remembered.generation
    assert generation
    for identity in (identities.report_comment(generation.id), identities.issue_closed(generation.id)):
        if chance.random() < 0.6:
            life = life.done(identity)
    return life


def _perhaps_answered(life: Life, chance: Random) -> Life:
    """What the story asks is asked, and perhaps answered; then it may ask more."""
    for _ in range(chance.choice((0, 1, 1, 2))):
        ask = life.next
        if not isinstance(ask, Ask):
            return life
        life = life.asked()
        if chance.random() < 0.3:
            return life
        choice = chance.choice((*ask.options, None)) if ask.options else None
        life = life.answered(choice, "" if choice else "my own words")
    return life


PLACES: tuple[Callable[[Random], Life], ...] = (
    before_the_plan,
    a_plan_that_asks,
    a_plan_to_be_shown_or_approved,
    a_wish,
    a_stage_to_begin,
    an_agent_at_work,
    an_agent_at_work,
    work_to_be_shown,
    an_open_pull_request,
    a_pull_request_and_its_ci,
    a_red_pull_request,
    a_red_pull_request,
    a_conflict,
    a_reviewed_pull_request,
    a_revision_under_way,
    a_revision_under_way,
    given_up_mending,
    just_merged,
    without_a_document,
    on_a_red_base,
    a_retry,
    merged_on_github,
    waiting_for_base,
    a_verdict,
    what_was_learned,
    the_end,
)


# --- what may come on top -------------------------------------------------------------------------


def said(life: Life, chance: Random) -> Life:
    return life.says(chance.choice(PEOPLE), chance.choice(WORDS), edited=chance.random() < 0.1)


def unknown(life: Life, chance: Random) -> Life:
    return life.remember(unsettled=(Unsettled("x", NOW - timedelta(seconds=chance.choice((1, 60)))),))


def owed(life: Life, chance: Random) -> Life:
    return life.remember(owed=(Owed("1", "As you said."),))


def twins(life: Life, chance: Random) -> Life:
    body = marker("notice", 12, "LE_1", key="x") + "\nTwice."
    for number in (1500, 1501):
        life = life.says(ROBOT, body, id=number, ours=True)
    return life


def unlabelled(life: Life, chance: Random) -> Life:
    return life.issue(labelled=False)


def labelled_anew(life: Life, chance: Random) -> Life:
    return life.labelled_by(chance.choice(PEOPLE), "LE_2") if life.remembered.generation else life


def closed(life: Life, chance: Random) -> Life:
    return life.issue(is_open=False, closed_by_baton=chance.random() < 0.3)


def paused(life: Life, chance: Random) -> Life:
    return life.generation(paused=chance.choice(("", "lunch"))) if life.remembered.generation else life


def ended(life: Life, chance: Random) -> Life:
    return life.ended(chance.choice(tuple(Ending))) if life.remembered.generation else life


def in_trouble(life: Life, chance: Random) -> Life:
    return life.see(trouble="The repository is archived.")


def misconfigured(life: Life, chance: Random) -> Life:
    return replace(life, house=replace(life.house, problem="The configuration is wrong. Mend it."))


def spent(life: Life, chance: Random) -> Life:
    return life.remember(cost=1_000.0)


def base_lost_it(life: Life, chance: Random) -> Life:
    return life.base(contains=frozenset(), head=chance.choice((None, life.seen.base.head)))


def struck(life: Life, chance: Random) -> Life:
    return life.record(_kind(chance), skipped="alice wrote: no time") if life.remembered.revisions else life


def an_older_life(life: Life, chance: Random) -> Life:
    older = life.pull(90, state=chance.choice((PullState.OPEN, PullState.CLOSED)), head=commit("older"))
    return older.remember(older_pulls=(90,))


def pull_not_shown_yet(life: Life, chance: Random) -> Life:
    return life.see(pulls={})


def edited(life: Life, chance: Random) -> Life:
    return life.issue(body="Now in Greek.")


def gates_not_posted(life: Life, chance: Random) -> Life:
    kept = {key: value for key, value in life.remembered.effects.items() if not key.startswith("gate:")}
    return life.remember(effects=kept)


def later(life: Life, chance: Random) -> Life:
    return replace(life, now=NOW + timedelta(minutes=chance.choice((1, 45))))


def required(life: Life, chance: Random) -> Life:
    bound_to = chance.choice(({}, {"test": frozenset({15368})}))
    return life.base(required=chance.choice((("test",), ("never",))), bound_to=bound_to)


def just_seen(life: Life, chance: Random) -> Life:
    """No clock is an hour old: what was pushed was pushed a moment ago."""
    now = dict.fromkeys(life.facts.remembered.clocks, NOW)
    return life.remember(clocks=now)


CHANGES: tuple[Callable[[Life, Random], Life], ...] = (
    said, said, said, unknown, owed, twins, unlabelled, labelled_anew, closed, paused, ended, in_trouble, misconfigured,
    spent, spent, base_lost_it, struck, an_older_life, pull_not_shown_yet, edited, gates_not_posted, later, required, just_seen,
)  # fmt: skip


# --- where in the story an answer comes from ------------------------------------------------------

Line = tuple[str, int]
TOLD_IN: tuple[ModuleType, ...] = (
    feature,
    asking,
    open_pull_request,
    working,
    base_contains_what_was_merged,
    base_green,
    ci_green,
    documents_present,
    inputs_present,
    merged,
    plan_approved,
    within_budget,
)


def sentences() -> dict[Line, str]:
    """Every place in the story and its gates that makes a wait or a block, with how it is written."""
    found: dict[Line, str] = {}
    for module in TOLD_IN:
        path = Path(str(module.__file__))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Wait", "Block"):
                found[(path.name, node.lineno)] = ast.unparse(node)[:120]
    return found


def all_moves() -> frozenset[str]:
    return frozenset(
        name for name, each in vars(moves).items()
        if isinstance(each, type) and issubclass(each, Move) and each is not Move
    )  # fmt: skip


@contextmanager
def counted() -> Iterator[Counter[Line]]:
    """Counts where waits and blocks are made, while it is open."""
    made: Counter[Line] = Counter()

    def where(frame: FrameType | None) -> Line:
        assert frame is not None
        return Path(frame.f_code.co_filename).name, frame.f_lineno

    class CountedWait(Wait):
        def __init__(self, *given: Any, **named: Any) -> None:
            made[where(sys._getframe(1))] += 1
            super().__init__(*given, **named)

    class CountedBlock(Block):
        def __init__(self, *given: Any, **named: Any) -> None:
            made[where(sys._getframe(1))] += 1
            super().__init__(*given, **named)

    with ExitStack() as stack:
        for module in TOLD_IN:
            if hasattr(module, "Wait"):
                stack.enter_context(patch.object(module, "Wait", CountedWait))
            if hasattr(module, "Block"):
                stack.enter_context(patch.object(module, "Block", CountedBlock))
        yield made
