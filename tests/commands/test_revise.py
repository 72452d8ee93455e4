"""`/revise` voids the approval and wants another plan, whatever the story is at."""

from __future__ import annotations

from bot.facts.remembered import Ending, RunEnding, RunResult
from bot.facts.seen import Commit
from bot.moves import Reply, Revise
from bot.plan.stage_kind import StageKind
from tests.commands.saying import heard, refusal
from tests.world import ALICE, a_plan, an_approved_plan, sha


def test_it_wants_another_plan_before_and_after_the_approval() -> None:
    for life in (a_plan(), an_approved_plan(), an_approved_plan().generation(paused="")):
        answer = heard(life, "/revise split it\n- read\n- write")
        assert answer.decisions == (Revise(ALICE, "split it\n- read\n- write"),)
        assert answer.reactions == ("EYES", "ROCKET")


def test_while_paused_it_is_kept_and_says_so() -> None:
    paused = an_approved_plan().generation(paused="")
    assert heard(paused, "/revise split it").reply == (
        "The feature is paused: this is kept, and done at `/resume`."
    )
    assert heard(an_approved_plan(), "/revise split it").reply is None


def test_while_an_agent_asks_it_is_the_answer_change_the_plan() -> None:
    asks = RunResult(RunEnding.ASKED, sentence="Which way?", options=("left", "right"))
    life = an_approved_plan().worked(StageKind.DATABASE, asks).asked()
    (key,) = life.remembered.questions
    wanted = Revise(ALICE, "neither: split it")
    assert heard(life, "/revise neither: split it", id=9000).decisions == (
        Reply(key, ALICE, None, "neither: split it"),
        wanted,
    )
    assert heard(life, "/revise neither: split it", id=1001).decisions == (wanted,)  # before it was asked


def test_what_github_shows_is_not_settled_by_another_plan() -> None:
    life = an_approved_plan().in_review(StageKind.DATABASE, head=Commit(sha("database head"), "tree")).asked()
    assert heard(life, "/revise split it", id=9000).decisions == (Revise(ALICE, "split it"),)


def test_what_is_over_or_closed_is_told_first() -> None:
    assert refusal(a_plan().ended(Ending.CANCELLED), "/revise split it").startswith("This feature has ended.")
    assert refusal(a_plan().issue(is_open=False), "/revise split it").startswith("The issue is closed.")
