"""`/status` tells where the feature stands."""

from __future__ import annotations

from inline_snapshot import snapshot

from bot.facts.remembered import Ending
from bot.facts.verdict import Wait
from bot.plan.stage_kind import StageKind
from bot.render.reply import reply
from tests.commands.saying import ON_A_PULL_REQUEST, heard
from tests.world import OSCAR, a_feature, an_approved_plan, an_issue


def test_the_stages_stay_in_sight_however_much_is_waited_for() -> None:
    """Hazard I12."""
    life = an_approved_plan().generation(paused="x" * 65_000)
    wait = life.next
    assert isinstance(wait, Wait) and wait.why.startswith("Paused (xxx") and len(wait.why) < 500
    life = life.remember(waiting_for=wait.why)
    shown = reply(12, "LE_1", "1", str(heard(life, "/status").reply))
    assert "- 1/6 " in shown and "- 6/6 " in shown
    told = life.remember(waiting_for="y" * 65_000)
    assert "- 6/6 " in reply(12, "LE_1", "1", str(heard(told, "/status").reply))


def test_it_repeats_what_is_waited_for_and_lists_the_stages() -> None:
    life = an_approved_plan().finished(StageKind.DATABASE).in_review(StageKind.API)
    life = life.remember(waiting_for="#21 is green and ready: review and merge it.")
    assert heard(life, "/status", OSCAR, **ON_A_PULL_REQUEST).reply == snapshot("""\
#21 is green and ready: review and merge it.

- 1/6 Create notifications table with RLS: done, #20
- 2/6 Define CRUD + SSE endpoints: in review, #21
- 3/6 Implement NotificationService: planned
- 4/6 Create notification UI components: planned
- 5/6 Unit tests + integration tests: planned
- 6/6 Security and quality check: planned\
""")


def test_before_the_first_look_is_over_it_says_so() -> None:
    assert heard(a_feature(), "/status").reply == "Baton is looking at this feature for the first time."


def test_it_answers_after_the_end_on_a_closed_issue_and_while_paused() -> None:
    life = an_approved_plan().remember(waiting_for="The feature is complete.")
    for other in (life.ended(Ending.COMPLETED), life.issue(is_open=False), life.generation(paused="")):
        reply = heard(other, "/status").reply
        assert reply and reply.startswith("The feature is complete.")


def test_where_nothing_was_begun_it_says_so() -> None:
    assert heard(an_issue(), "/status").reply == "Nothing is under way for this issue."
