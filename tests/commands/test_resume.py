"""`/resume` goes on where `/pause` stopped."""

from __future__ import annotations

from bot.facts.remembered import Ending
from bot.moves import Resume
from tests.commands.saying import heard, refusal
from tests.world import a_plan


def test_it_goes_on() -> None:
    on = heard(a_plan().generation(paused=""), "/resume")
    assert (on.decisions, on.reactions, on.reply) == ((Resume(),), ("EYES", "ROCKET"), None)


def test_what_is_not_paused_cannot_be_resumed() -> None:
    assert refusal(a_plan(), "/resume") == (
        "The feature is not paused, so there is nothing to resume. `/status` tells what it waits for."
    )


def test_on_a_closed_issue_it_says_to_reopen_it() -> None:
    closed = a_plan().generation(paused="").issue(is_open=False)
    assert refusal(closed, "/resume") == "The issue is closed. Reopen it first, then write the command again."


def test_after_the_end_it_is_refused() -> None:
    assert refusal(a_plan().ended(Ending.COMPLETED), "/resume").startswith("This feature has ended.")
