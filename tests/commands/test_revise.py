"""`/revise` is understood, and honestly not done yet."""

from __future__ import annotations

from bot.commands import all_commands
from bot.facts.remembered import Ending
from tests.commands.saying import refusal
from tests.world import a_plan, an_approved_plan


def test_it_says_that_it_comes_later_and_what_to_do_until_then() -> None:
    for life in (a_plan(), an_approved_plan(), a_plan().generation(paused="")):
        assert refusal(life, "/revise no frontend") == (
            "This version of Baton understands `/revise` and cannot do it yet. "
            "Edit the issue, then remove the label and add it again: a new plan is drafted from it."
        )


def test_help_says_so_too() -> None:
    assert all_commands()["revise"].comes_later


def test_what_is_over_or_closed_is_told_first() -> None:
    assert refusal(a_plan().ended(Ending.CANCELLED), "/revise no frontend").startswith(
        "This feature has ended."
    )
    assert refusal(a_plan().issue(is_open=False), "/revise no frontend").startswith("The issue is closed.")
