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
        "GitHub leaves a path-filtered workflow's check pending for ever. Change the workflow so that it starts, or "
        "ask an administrator to remove `e2e` from the required checks of main."
    )


def test_a_status_that_anybody_could_set_does_not_count_for_the_app_that_the_rules_name() -> None:
    """G10: the same for a job that somebody gave the required name."""
    forged = (
        Check("tests", CheckState.GREEN, "status", by_a_person=True),
        Check("tests", CheckState.GREEN, "7/other/push", app=7),
    )
    bound = {"required": ("tests",), "bound_to": {"tests": frozenset({15368})}}
    for check in forged:
        head = replace(commit("database head"), checks=(check,))
        life = an_approved_plan().in_review(DATABASE, head=head).base(**bound)
        assert judged(life) == (
            "waits: The required check `tests` counts only from the App that main's rules name, and on "
            f"{sha('database head')[:7]} it comes from somebody else; Baton waits for the App's, as GitHub does."
        )
        assert judged(life.base(**{**bound, "bound_to": {}})) == "passes"
    genuine = Check("tests", CheckState.RED, "15368/CI/pull_request", app=15368)
    head = replace(commit("database head"), checks=(*forged, genuine))
    assert "CI is red" in judged(an_approved_plan().in_review(DATABASE, head=head).base(**bound))


def test_the_status_of_an_app_counts_where_github_does_not_say_of_which() -> None:
    """G10: a status has no App's number; who can set one as an App is no passer-by."""
    status = Check("tests", CheckState.GREEN, "status")
    head = replace(commit("database head"), checks=(status,))
    life = an_approved_plan().in_review(DATABASE, head=head)
    assert judged(life.base(required=("tests",), bound_to={"tests": frozenset({15368})})) == "passes"


@pytest.mark.parametrize("beside", [(), (Check("lint", CheckState.GREEN, required=True),)])
def test_a_forged_check_is_missed_also_where_only_the_rules_name_it(beside: tuple[Check, ...]) -> None:
    """G10: it neither passes beside others that are green, nor is it no CI at all."""
    forged = Check("tests", CheckState.GREEN, "status", required=True, by_a_person=True)
    head = replace(commit("database head"), checks=(forged, *beside))
    life = an_approved_plan().in_review(DATABASE, head=head).base(bound_to={"tests": frozenset({15368})})
    assert judged(life.configured(ci="optional")).startswith("waits: The required check `tests` counts only")


def test_where_the_apps_own_check_is_running_beside_a_forged_one_it_is_waited_for() -> None:
    """G10."""
    forged = Check("tests", CheckState.GREEN, "status", by_a_person=True)
    running = Check("tests", CheckState.PENDING, "15368/CI/push", app=15368)
    head = replace(commit("database head"), checks=(forged, running))
    life = an_approved_plan().in_review(DATABASE, head=head).base(bound_to={"tests": frozenset({15368})})
    assert judged(life) == f"waits: CI is running on {AT}: `tests`."
