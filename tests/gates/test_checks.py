"""CI's word on one commit (hazards 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bot.facts.seen import Check, CheckState, Commit
from bot.gates.checks import Colour, Judgement, judge, pending, quiet_clock
from tests.world import NOW, Life, an_approved_plan, sha

GREEN, RED, PENDING = CheckState.GREEN, CheckState.RED, CheckState.PENDING
CANCELLED, ACTION = CheckState.CANCELLED, CheckState.ACTION_REQUIRED


def a_commit(*states: CheckState, open_suites: int = 0, required: bool = False) -> Commit:
    checks = tuple(Check(f"check {n}", state, required=required) for n, state in enumerate(states))
    return Commit(sha("x"), "tree", checks, open_suites)


def life(commit: Commit, seen: int = 3600, quiet: int = 3600) -> Life:
    """A commit that was first seen so many seconds ago, and whose newest check came so many seconds ago."""
    clocks = {commit.sha: NOW - timedelta(seconds=seen), quiet_clock(commit): NOW - timedelta(seconds=quiet)}
    return an_approved_plan().remember(clocks=clocks)


def colour(commit: Commit, required: tuple[str, ...] = (), **ages: int) -> Colour:
    return judge(commit, life(commit, **ages).facts, required=required).colour


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((GREEN,), Colour.GREEN),
        ((GREEN, RED), Colour.RED),
        ((PENDING, RED), Colour.RED),
        ((PENDING, ACTION), Colour.ACTION_REQUIRED),
        ((PENDING, CANCELLED), Colour.CANCELLED),
        ((GREEN, PENDING), Colour.PENDING),
        ((ACTION, CANCELLED, RED), Colour.RED),
    ],
)
def test_the_worst_check_speaks_whatever_the_order(states: tuple[CheckState, ...], expected: Colour) -> None:
    assert {colour(a_commit(*order)) for order in permutations(states)} == {expected}


def test_nothing_reported_is_pending_for_the_settle_time_and_never_green() -> None:
    """Rule 14, G1, G2: never “all of zero passed”."""
    silent = a_commit()
    assert colour(silent, seen=0) is Colour.PENDING
    assert colour(silent, seen=299) is Colour.PENDING
    assert colour(silent, seen=300) is Colour.NONE


def test_nothing_reported_is_pending_as_long_as_a_suite_is_open() -> None:
    """G1."""
    assert colour(a_commit(open_suites=1)) is Colour.PENDING


def test_the_time_to_look_again_is_when_the_settle_time_is_over() -> None:
    silent = a_commit()
    judgement = judge(silent, life(silent, seen=100).facts)
    assert judgement.look_again_at == NOW + timedelta(seconds=200)


def test_where_nothing_is_required_green_needs_a_quiet_time() -> None:
    """G3."""
    assert colour(a_commit(GREEN), quiet=59) is Colour.PENDING
    assert colour(a_commit(GREEN), quiet=60) is Colour.GREEN
    assert colour(a_commit(GREEN, open_suites=1)) is Colour.PENDING


def test_another_check_begins_the_quiet_time_anew() -> None:
    """Rule 14, G3."""
    one, two = a_commit(GREEN), a_commit(GREEN, GREEN)
    assert quiet_clock(one) != quiet_clock(two)
    known = {one.sha: NOW - timedelta(hours=1), quiet_clock(one): NOW - timedelta(hours=1)}
    facts = an_approved_plan().remember(clocks=known).facts
    assert judge(two, facts).colour is Colour.PENDING


def test_required_green_needs_no_quiet_time() -> None:
    assert colour(a_commit(GREEN, required=True), quiet=0) is Colour.GREEN
    assert colour(a_commit(GREEN), ("check 0",), quiet=0) is Colour.GREEN


def test_only_what_is_required_gates_where_something_is() -> None:
    """G6."""
    assert colour(a_commit(GREEN, RED), ("check 0",)) is Colour.GREEN
    assert colour(a_commit(RED, GREEN), ("check 0",)) is Colour.RED


def test_a_required_check_that_did_not_start_is_awaited() -> None:
    commit = a_commit(GREEN)
    judgement = judge(commit, life(commit).facts, required=("check 0", "build"))
    assert (judgement.colour, judgement.names) == (Colour.PENDING, ("build",))


def test_one_name_from_two_sources_must_be_green_twice() -> None:
    """G7."""
    checks = (Check("test", GREEN, "app 1"), Check("test", RED, "app 2"))
    commit = replace(a_commit(), checks=checks)
    judgement = judge(commit, life(commit).facts, required=("test",))
    assert (judgement.colour, judgement.names) == (Colour.RED, ("test",))


def test_what_does_not_count_is_left_out() -> None:
    commit = a_commit(GREEN, RED)
    facts = life(commit).facts
    assert judge(commit, facts, counts=lambda check: check.name == "check 0").colour is Colour.GREEN


def test_a_long_list_of_checks_is_cut() -> None:
    names = tuple(f"job {n}" for n in range(7))
    assert Judgement(Colour.RED, names).listed == "`job 0`, `job 1`, `job 2`, `job 3`, `job 4` and 2 more"


def test_what_is_waited_for_is_said() -> None:
    assert pending(Judgement(Colour.PENDING), "#7") == "Waiting for CI to report on #7."
    assert pending(Judgement(Colour.PENDING, ("test",)), "#7") == "CI is running on #7: `test`."
    assert pending(Judgement(Colour.PENDING, ("test",), settling=True), "#7") == (
        "`test` is green on #7; waiting a moment for checks that start late."
    )
