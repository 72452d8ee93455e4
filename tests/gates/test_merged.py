"""The gate that only a person opens: the merge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.facts.seen import Check, CheckState
from bot.gates.merged import merged
from bot.plan.stage_kind import StageKind
from tests.gates.judged import of, said
from tests.world import a_thread, an_approved_plan, commit

DATABASE = StageKind.DATABASE


def judged(**pull: Any) -> str:
    life = an_approved_plan().in_review(DATABASE, **pull)
    return said(merged(of(life.facts, DATABASE), life.seen.pulls[20], life.facts))


def test_a_merged_stage_passes() -> None:
    life = an_approved_plan().merged(DATABASE)
    assert said(merged(of(life.facts, DATABASE), life.seen.pulls[20], life.facts)) == "passes"


@pytest.mark.parametrize(
    ("pull", "sentence"),
    [
        ({}, "waits: #20 is green and ready: review and merge it."),
        ({"in_merge_queue": True, "draft": True}, "waits: #20 is in the merge queue."),
        ({"draft": True}, "waits: #20 is a draft: mark it ready for review."),
        (
            {"conflicting": True, "draft": True},
            (
                "blocks: #20 conflicts with main. Resolve the conflict on the branch, "
                "or press “Update branch” on the pull request."
            ),
        ),
        (
            {"threads": (a_thread(1),)},
            (
                "waits: #20 is green and ready: one review thread is still open; "
                "resolve what is settled, then merge it."
            ),
        ),
        (
            {"threads": (a_thread(1), a_thread(2), a_thread(3), a_thread(4, resolved=True))},
            (
                "waits: #20 is green and ready: 3 review threads are still open; "
                "resolve what is settled, then merge it."
            ),
        ),
    ],
)
def test_it_says_what_stands_between_the_pull_request_and_its_merge(
    pull: dict[str, Any], sentence: str
) -> None:
    """P11, P13, P17: the merge queue, a conflict, a draft. R088: only a person's merge goes on."""
    assert judged(**pull) == sentence


def test_where_nothing_reported_nobody_says_that_it_is_green() -> None:
    assert judged(head=replace(commit("database head"), checks=())) == (
        "waits: #20 is ready: review and merge it."
    )


def test_what_is_red_and_not_required_is_named_to_who_merges() -> None:
    """G6."""
    checks = (Check("test", CheckState.GREEN, required=True), Check("lint", CheckState.RED))
    assert judged(head=commit("database head", *checks)) == (
        "waits: #20 is ready, though `lint` is red, which is not required: review and merge it."
    )
