"""Nothing new is begun on a red base, unless a person has said to go on all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.facts.facts import GREEN_BASE, RED_BASE
from bot.facts.remembered import Given
from bot.facts.seen import Check, CheckState
from bot.facts.states import FeatureState
from bot.facts.verdict import Wait
from bot.gates.base_green import base_not_red, green_base, red_base
from bot.moves import Approve, Ask, BeginAttempt, Finish, Hear
from bot.plan.stage_kind import StageKind
from tests.gates.judged import of, said
from tests.world import ALICE, NOW, Life, a_plan, an_approved_plan, commit, sha

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


# --- one red base is one question -----------------------------------------------------------------

RED = Check("tests", CheckState.RED, event="push")


def with_red_merge() -> Life:
    life = an_approved_plan().merged(DATABASE)
    merge = commit("database merge", RED)
    return life.see(merges={merge.sha: merge}).base(head=merge)


def pushed(life: Life, name: str = "colleague", *checks: Check) -> Life:
    return life.base(head=commit(name, *(checks or (RED,))))


def green_between(life: Life) -> Life:
    """Base was green after the question was asked, and the next red commit came after that."""
    clocks = {
        f"{sha('database merge')}{RED_BASE}": NOW - timedelta(hours=2),
        f"{sha('green in between')}{GREEN_BASE}": NOW - timedelta(minutes=1),
    }
    return life.remember(clocks={**life.remembered.clocks, **clocks})


def test_one_red_base_is_accepted_once_whatever_is_pushed_to_it() -> None:
    life = with_red_merge().asked().answered("Go on all the same").record(DATABASE, finished_at=NOW)
    assert isinstance(pushed(life).next, BeginAttempt)
    assert pushed(green_between(life)).next == Ask(
        f"base-red:{sha('colleague')}",
        (
            f"`tests` is red on main at {sha('colleague')[:7]}; the api stage waits until main is green. "
            "Mend main or re-run the check; the api stage begins by itself once main is green."
        ),
        ("Go on all the same", "I mend it"),
        None,
    )


def test_one_red_base_is_asked_about_once_whatever_is_pushed_to_it() -> None:
    life = pushed(an_approved_plan().finished(DATABASE), "nightly").asked()
    stands = pushed(life).next
    assert isinstance(stands, Wait) and stands.asks == f"base-red:{sha('nightly')}"


def test_the_next_merge_is_a_part_of_the_red_base_that_was_accepted() -> None:
    life = with_red_merge().asked().answered("Go on all the same").record(DATABASE, finished_at=NOW)
    life = life.merged(StageKind.API)
    merge = commit("api merge", RED)
    assert isinstance(life.see(merges={merge.sha: merge}).base(head=merge).next, Finish)


def test_a_question_keeps_its_key_where_another_is_open_beside_it() -> None:
    """Both were asked before one red base was one question."""
    life = pushed(an_approved_plan().finished(DATABASE), "nightly").asked()
    older = life.remembered.questions[f"base-red:{sha('nightly')}"]
    own = replace(older, key=f"base-red:{sha('another')}", comment_id=older.comment_id + 1)
    both = life.remember(questions={older.key: older, own.key: own})
    stands = pushed(both, "another").next
    assert isinstance(stands, Wait) and stands.asks == own.key
    given = Given(ALICE, 9, NOW, "Go on all the same")
    accepted = both.remember(questions={older.key: replace(older, given=given), own.key: own})
    assert isinstance(pushed(accepted, "another").next, BeginAttempt)


def test_a_commit_that_turns_green_again_ends_the_episode() -> None:
    facts = an_approved_plan().facts
    assert green_base(facts) == (f"{sha('base')}{GREEN_BASE}",)
    red = {f"{sha('base')}{GREEN_BASE}": NOW - timedelta(hours=2), f"{sha('base')}{RED_BASE}": NOW}
    (again,) = green_base(an_approved_plan().remember(clocks=red).facts)
    assert again == f"{sha('base')}@{NOW.isoformat()}{GREEN_BASE}"
    mended = an_approved_plan().remember(clocks={**red, again: NOW + timedelta(minutes=1)}).facts
    assert mended.base_is_red_since is None and green_base(mended) == (f"{sha('base')}{GREEN_BASE}",)


def test_red_commits_of_base_have_a_clock() -> None:
    assert list(red_base(an_approved_plan().facts)) == []
    assert list(red_base(with_red_merge().facts)) == [f"{sha('database merge')}{RED_BASE}"] * 2


# --- what an approval accepts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("red_at", "seen_at", "accepts"),
    [
        (timedelta(seconds=20), None, False),
        (timedelta(minutes=6), None, True),
        (timedelta(seconds=20), timedelta(minutes=6), True),
        (timedelta(seconds=20), timedelta(minutes=4), False),
    ],
)
def test_an_approval_accepts_only_the_red_that_its_author_could_see(
    red_at: timedelta, seen_at: timedelta | None, accepts: bool
) -> None:
    """Rule 9: it was red when the comment was written, five minutes ago, or the plan had said so before it."""
    life = pushed(a_plan(), "base", replace(RED, at=NOW - red_at))
    if seen_at:
        life = life.remember(clocks={f"{sha('nightly')}{RED_BASE}": NOW - seen_at})
    heard = life.says(ALICE, "/approve").next
    assert isinstance(heard, Hear)
    assert [each.despite_red for each in heard.decisions if isinstance(each, Approve)] == [accepts]
