"""The gate that a pull request's own checks are green."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.facts.seen import Check, CheckState
from bot.gates.ci_green import ci_green
from bot.plan.stage_kind import StageKind
from tests.gates.judged import said
from tests.world import NOW, Life, an_approved_plan, commit, sha

DATABASE = StageKind.DATABASE
AT = f"#20 at {sha('database head')[:7]}"


def in_state(*states: CheckState, **pull: Any) -> Life:
    checks = tuple(Check(f"job {n}", state) for n, state in enumerate(states))
    head = replace(commit("database head"), checks=checks)
    return an_approved_plan().in_review(DATABASE, head=head, **pull)


def judged(life: Life) -> str:
    return said(ci_green(life.seen.pulls[20], life.facts))


def test_green_passes() -> None:
    assert judged(in_state(CheckState.GREEN)) == "passes"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            CheckState.RED,
            (
                f"blocks: CI is red on {AT}: `job 0`. "
                "Push a commit that mends it to the branch, or re-run the check."
            ),
        ),
        (CheckState.PENDING, f"waits: CI is running on {AT}: `job 0`."),
        (CheckState.CANCELLED, f"blocks: `job 0` on {AT} was cancelled. Re-run it on GitHub."),
        (
            CheckState.ACTION_REQUIRED,
            (
                f"blocks: `job 0` on {AT} waits for a person's action on GitHub. "
                "Open the check and do what it asks for."
            ),
        ),
    ],
)
def test_every_other_colour_says_whose_turn_it_is(state: CheckState, sentence: str) -> None:
    """R020, R090."""
    assert judged(in_state(state, CheckState.GREEN)) == sentence


def test_nothing_reported_blocks_unless_the_repository_meant_it() -> None:
    """G1. R090."""
    assert judged(in_state()) == (
        f"blocks: No CI reported on {AT}, so nothing shows that it works. "
        "Add a workflow that runs on pull requests, or write `ci: optional` into `.github/baton.yml` "
        "on the default branch to go on without CI."
    )
    assert judged(in_state().configured(ci="optional")) == (
        f"passes: No CI reported on {AT}; `.github/baton.yml` says that CI is optional here."
    )


@pytest.mark.parametrize("states", [(), (CheckState.PENDING,), (CheckState.CANCELLED,), (CheckState.GREEN,)])
def test_during_a_conflict_nothing_is_concluded_but_red(states: tuple[CheckState, ...]) -> None:
    """Rule 10: GitHub starts no checks during one."""
    assert judged(in_state(*states, conflicting=True)) == "passes"
    assert judged(in_state(CheckState.RED, conflicting=True)).startswith("blocks: CI is red")


def test_a_required_check_that_never_starts_is_explained_after_half_an_hour() -> None:
    """G8."""
    life = in_state(CheckState.GREEN).base(required=("e2e",))
    young = life.remember(clocks={sha("database head"): NOW - timedelta(minutes=29)})
    assert judged(young) == f"waits: CI is running on {AT}: `e2e`."
    assert judged(life) == (
        f"waits: The required check `e2e` was never started on {sha('database head')[:7]}; "
        "GitHub leaves a path-filtered workflow's check pending for ever."
    )
