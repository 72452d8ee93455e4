"""Nothing new is begun on a red base, unless a person has said to go on all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.facts.facts import GREEN_BASE
from bot.facts.seen import Check, CheckState
from bot.facts.states import FeatureState
from bot.facts.verdict import Wait
from bot.gates.base_green import base_not_red
from bot.moves import Ask, BeginAttempt
from bot.plan.stage_kind import StageKind
from tests.gates.judged import of, said
from tests.world import NOW, Life, an_approved_plan, commit, sha

DATABASE = StageKind.DATABASE
HEAD = sha("base")[:7]
SENTENCE = (
    f"`tests` is red on main at {HEAD}; the database stage waits until main is green. "
    "Mend main or re-run the check; the database stage begins by itself once main is green."
)


def on_base(state: CheckState, event: str = "push", life: Life | None = None) -> Life:
    return (life or an_approved_plan()).base(head=commit("base", Check("tests", state, event=event)))


def judged(life: Life) -> str:
    return said(base_not_red(of(life.facts, DATABASE), life.facts))


def test_a_red_base_holds_the_next_stage_and_says_how_it_goes_on() -> None:
    assert judged(on_base(CheckState.RED)) == f"blocks: {SENTENCE}"


@pytest.mark.parametrize("state", [CheckState.GREEN, CheckState.PENDING, CheckState.CANCELLED])
def test_what_is_not_red_holds_nothing(state: CheckState) -> None:
    assert judged(on_base(state)) == "passes"


def test_what_runs_on_pull_requests_only_says_nothing_of_base() -> None:
    assert judged(on_base(CheckState.RED, event="pull_request")) == "passes"


def test_the_story_asks_once_and_goes_on_by_itself_when_base_is_green() -> None:
    life = on_base(CheckState.RED)
    assert life.next == Ask(f"base-red:{sha('base')}", SENTENCE, ("Go on all the same", "I mend it"), None)
    assert isinstance(on_base(CheckState.GREEN, life=life.asked()).next, BeginAttempt)


def test_a_person_may_go_on_all_the_same_or_mend_it() -> None:
    life = on_base(CheckState.RED).asked()
    assert isinstance(life.answered("Go on all the same").next, BeginAttempt)
    mends = life.answered("I mend it").next
    assert isinstance(mends, Wait)
    assert (mends.why, mends.state) == (SENTENCE, FeatureState.WAITING_FOR_ANSWER)
    assert mends.asks == f"base-red:{sha('base')}"  # so that another answer can be given


def approved_despite(life: Life) -> Life:
    """Who approved saw that base was red."""
    return life.remember(
        approvals=tuple(replace(each, despite_red=True) for each in life.remembered.approvals)
    )


def test_an_approval_of_a_plan_on_a_red_base_is_the_answer_until_base_was_green_once() -> None:
    life = approved_despite(on_base(CheckState.RED))
    assert judged(life) == "passes"
    (approval,) = life.remembered.approvals
    green = {f"{sha('green in between')}{GREEN_BASE}": approval.at + timedelta(minutes=1)}
    assert judged(life.remember(clocks={**life.remembered.clocks, **green})) == f"blocks: {SENTENCE}"
    before = {f"{sha('green before')}{GREEN_BASE}": approval.at - timedelta(minutes=1)}
    assert judged(life.remember(clocks={**life.remembered.clocks, **before})) == "passes"
    assert approval.at < NOW
