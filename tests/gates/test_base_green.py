"""The gate between one stage's merge and the next stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.facts import identities
from bot.facts.seen import Check, CheckState, Commit
from bot.facts.states import FeatureState
from bot.facts.verdict import Wait
from bot.gates.base_green import base_green
from bot.gates.checks import quiet_clock
from bot.moves import Ask, Finish, Rerun
from bot.plan.stage_kind import StageKind
from tests.gates.judged import of, said
from tests.world import NOW, Life, an_approved_plan, commit, sha

DATABASE = StageKind.DATABASE
GREEN, RED, PENDING = CheckState.GREEN, CheckState.RED, CheckState.PENDING
MERGE, LATER = sha("database merge")[:7], sha("later")[:7]


def ci(name: str, *states: CheckState, tree: str = "", event: str | None = "push") -> Commit:
    checks = tuple(Check(f"job {n}", state, event=event) for n, state in enumerate(states))
    return replace(commit(name), checks=checks, tree=tree or f"tree of {name}")


def merged(merge: Commit, head: Commit | None = None, pull: Commit | None = None) -> Life:
    life = an_approved_plan().merged(DATABASE).see(merges={merge.sha: merge}).base(head=head or merge)
    return life.pull(20, head=pull or ci("database head", GREEN, tree="the pull request's"))


def judged(life: Life) -> str:
    return said(base_green(of(life.facts, DATABASE), life.facts))


def test_a_green_merge_commit_passes() -> None:
    """R020."""
    assert judged(merged(ci("database merge", GREEN))) == "passes"


def test_a_merge_commit_that_github_does_not_show_yet_is_awaited() -> None:
    assert judged(an_approved_plan().merged(DATABASE).see(merges={})) == (
        f"waits: GitHub does not show the merge commit {MERGE} yet."
    )


def test_a_running_check_is_awaited_by_name() -> None:
    assert judged(merged(ci("database merge", GREEN, PENDING))) == (
        f"waits: CI is running on main at {MERGE}: `job 1`."
    )


def test_red_blocks_and_says_how_it_is_mended() -> None:
    """G4, G12: though the pull request was green."""
    assert judged(merged(ci("database merge", RED))) == (
        f"blocks: `job 0` is red on main at {MERGE}, after the database stage was merged; the next stage waits "
        "until main is green. Mend main or re-run the check; the next stage begins by itself once main is green."
    )


@pytest.mark.parametrize("state", [RED, CheckState.CANCELLED, PENDING])
def test_a_later_green_head_frees_the_next_stage(state: CheckState) -> None:
    assert judged(merged(ci("database merge", state), ci("later", GREEN))) == "passes"


def test_a_later_head_without_the_merge_in_it_does_not_count() -> None:
    life = merged(ci("database merge", RED), ci("later", GREEN)).base(contains=frozenset())
    assert judged(life).startswith(f"blocks: `job 0` is red on main at {MERGE}")


def test_a_cancelled_check_beside_a_newer_head_means_that_head() -> None:
    assert judged(merged(ci("database merge", CheckState.CANCELLED), ci("later", PENDING))) == (
        f"waits: CI is running on main at {LATER}: `job 0`."
    )
    assert judged(merged(ci("database merge", CheckState.CANCELLED))) == (
        f"blocks: `job 0` did not finish on main at {MERGE}. Re-run it on GitHub."
    )


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target", "merge_group"])
def test_checks_of_pull_requests_do_not_judge_base(event: str) -> None:
    """G12, G14."""
    with_both = ci("database merge", GREEN)
    red = Check("pr only", RED, event=event)
    assert judged(merged(replace(with_both, checks=(*with_both.checks, red)))) == "passes"


def test_names_required_of_pull_requests_are_not_awaited_on_base() -> None:
    assert judged(merged(ci("database merge", GREEN)).base(required=("pr only",))) == "passes"


# --- nothing ran on base --------------------------------------------------------------------------

SAME = "the pull request's"


def test_with_equal_files_the_pull_requests_verdict_stands_and_is_said() -> None:
    """G12."""
    assert judged(merged(ci("database merge", tree=SAME))) == (
        f"passes: No CI ran on main at {MERGE}; its files equal those of #20, which was green, "
        "so that verdict stands for the database stage."
    )


def test_with_equal_files_a_pending_pull_request_is_awaited() -> None:
    pull = ci("database head", PENDING, tree=SAME)
    assert judged(merged(ci("database merge", tree=SAME), pull=pull)) == (
        f"waits: No CI ran on main at {MERGE}; waiting for the checks of #20, which has the same files."
    )


def test_with_equal_files_a_red_pull_request_blocks() -> None:
    pull = ci("database head", RED, tree=SAME)
    assert judged(merged(ci("database merge", tree=SAME), pull=pull)) == (
        f"blocks: No CI ran on main at {MERGE}, and #20, which has the same files, is not green: `job 0`. "
        "Mend main, or re-run the checks of #20."
    )


def test_with_other_files_nothing_shows_that_it_works() -> None:
    silent = merged(ci("database merge"))
    assert judged(silent).startswith(f"blocks: No CI reported on main at {MERGE}, so nothing shows")
    assert judged(silent.configured(ci="optional")).startswith(f"passes: No CI reported on main at {MERGE};")


@pytest.mark.parametrize("state", [RED, CheckState.CANCELLED, PENDING])
def test_a_later_commit_without_ci_does_not_hide_what_ci_said_of_the_merge(state: CheckState) -> None:
    """A pull request that was green must not stand in for a merge commit that is not."""
    life = merged(ci("database merge", state, tree=SAME), ci("later"))
    assert not judged(life).startswith("passes") and MERGE in judged(life)


def test_a_red_pull_request_that_was_merged_where_none_runs_on_base_is_asked_about() -> None:
    life = merged(ci("database merge", tree=SAME), pull=ci("database head", RED, tree=SAME))
    asked = life.next
    assert isinstance(asked, Ask) and asked.key == f"base-red:{sha('database merge')}"
    assert isinstance(life.asked().answered("Go on all the same").next, Finish)
    stands = life.asked().answered("I mend it").next
    assert isinstance(stands, Wait) and stands.asks == asked.key


def test_where_none_runs_on_base_mending_it_ends_the_wait() -> None:
    life = merged(ci("database merge", tree=SAME), ci("later"), ci("database head", RED, tree=SAME))
    assert judged(life) == (
        f"passes: No CI ran on main at {LATER}; it has moved on since #20 was merged, which was not green: `job 0`."
    )
    same = merged(
        ci("database merge", tree=SAME), ci("later", tree=SAME), ci("database head", RED, tree=SAME)
    )
    assert judged(same).startswith("blocks:")


INTERRUPTED = Check("job 0", CheckState.CANCELLED, event="push", id=9, interrupted=True)


@pytest.mark.parametrize("state", [CheckState.CANCELLED, RED])
def test_what_was_interrupted_on_base_is_run_once_more_before_anybody_is_asked(state: CheckState) -> None:
    """G6."""
    check = replace(INTERRUPTED, state=state)
    life = merged(commit("database merge", check))
    assert life.next == Rerun(sha("database merge"), check.source, "job 0", 9)
    tried = life.done(
        identities.rerun(sha("database merge"), check.source, "job 0"), check=9, at=NOW.isoformat()
    )
    waits = tried.next
    assert isinstance(waits, Wait) and waits.state is FeatureState.AWAITING_BASE_CHECKS
    assert waits.why == "`job 0` was interrupted and is run again."
    later = replace(tried, now=NOW + timedelta(minutes=2)).next
    assert not isinstance(later, Rerun) and later != waits


def test_beside_a_green_one_nothing_is_run_again() -> None:
    assert isinstance(merged(commit("database merge", INTERRUPTED), ci("later", GREEN)).next, Finish)


def test_one_early_green_status_is_not_all_that_ci_says_of_base() -> None:
    """G3: that pull requests have required checks tells nothing of what runs on base."""
    merge = commit("database merge", Check("lint", GREEN, source="status"))
    life = merged(merge).base(required=("test",))
    fresh = life.remember(clocks={merge.sha: NOW, quiet_clock(merge): NOW})
    assert judged(fresh).startswith(f"waits: `lint` is green on main at {MERGE}; waiting a moment for checks")
    assert judged(life) == "passes"
