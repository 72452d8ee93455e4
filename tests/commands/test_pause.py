"""`/pause` and its twin file's `/resume` never contradict each other."""

from __future__ import annotations

from bot.facts.remembered import Ending
from bot.moves import Pause
from tests.commands.saying import ON_A_PULL_REQUEST, heard, refusal
from tests.world import a_plan, an_approved_plan


def test_it_pauses_with_its_reason() -> None:
    paused = heard(an_approved_plan(), "/pause release freeze until Monday")
    assert paused.decisions == (Pause("release freeze until Monday"),)
    assert (paused.reactions, paused.reply) == (("EYES", "THUMBS_UP"), None)


def test_it_works_from_a_pull_request_and_before_approval() -> None:
    """C10."""
    assert heard(an_approved_plan(), "/pause", **ON_A_PULL_REQUEST).decisions == (Pause(""),)
    assert heard(a_plan(), "/pause").decisions == (Pause(""),)


def test_a_second_pause_keeps_the_first_reason() -> None:
    again = heard(a_plan().generation(paused="freeze"), "/pause lunch")
    assert (again.decisions, again.reactions) == ((), ("EYES",))
    assert again.reply == "The feature is already paused. `/resume` goes on."


def test_what_is_over_or_closed_cannot_be_paused() -> None:
    assert refusal(a_plan().ended(Ending.CANCELLED), "/pause").startswith("This feature has ended.")
    assert refusal(a_plan().issue(is_open=False), "/pause").startswith("The issue is closed.")
