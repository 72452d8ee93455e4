"""`/revise` voids the approval and wants another plan, whatever the story is at."""

from __future__ import annotations

from bot.facts.remembered import Ending
from bot.moves import Revise
from tests.commands.saying import heard, refusal
from tests.world import ALICE, a_plan, an_approved_plan


def test_it_wants_another_plan_before_and_after_the_approval() -> None:
    for life in (a_plan(), an_approved_plan(), an_approved_plan().generation(paused="")):
        answer = heard(life, "/revise split it\n- read\n- write")
        assert answer.decisions == (Revise(ALICE, "split it\n- read\n- write"),)
        assert answer.reactions == ("EYES", "ROCKET")


def test_what_is_over_or_closed_is_told_first() -> None:
    assert refusal(a_plan().ended(Ending.CANCELLED), "/revise split it").startswith("This feature has ended.")
    assert refusal(a_plan().issue(is_open=False), "/revise split it").startswith("The issue is closed.")
