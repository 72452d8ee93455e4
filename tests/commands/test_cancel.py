"""`/cancel` ends the feature and says what stays and how to take it back."""

from __future__ import annotations

from inline_snapshot import snapshot

from bot.facts.remembered import Ending
from bot.moves import End
from bot.plan.stage_kind import StageKind
from tests.commands.saying import ON_A_PULL_REQUEST, heard, refusal
from tests.world import a_feature, a_plan, an_approved_plan


def test_before_anything_was_merged_it_just_ends() -> None:
    end = heard(a_plan(), "/cancel wrong repository")
    assert (end.decisions, end.reactions) == ((End(Ending.CANCELLED),), ("EYES", "THUMBS_UP"))
    assert end.verdict == "cancelled wrong repository"
    assert end.reply == (
        "The feature is cancelled. Nothing of it was merged; its open pull request, if any, is closed."
    )


def test_what_was_merged_is_listed_with_how_to_take_it_back() -> None:
    life = an_approved_plan().finished(StageKind.DATABASE).merged(StageKind.API)
    assert heard(life, "/cancel", **ON_A_PULL_REQUEST).reply == snapshot("""\
The feature is cancelled, and its open pull request, if any, is closed. What was merged stays. To take it back, press “Revert” on the pull requests or use git, the last one first:

- 2/6 Define CRUD + SSE endpoints, #21: `git revert -m 1 e7e3969` takes it back
- 1/6 Create notifications table with RLS, #20: `git revert -m 1 440aa01` takes it back

Leave out `-m 1` where it was squashed or rebased.\
""")


def test_what_was_merged_a_moment_ago_is_listed_though_nobody_noticed_yet() -> None:
    reply = heard(an_approved_plan().merged_on_github(StageKind.DATABASE), "/cancel").reply
    assert reply and "- 1/6 Create notifications table with RLS, #20: `git revert -m 1 " in reply


def test_it_ends_a_feature_that_is_paused_closed_or_still_planned() -> None:
    for life in (a_plan().generation(paused=""), a_plan().issue(is_open=False), a_feature()):
        assert heard(life, "/cancel").decisions == (End(Ending.CANCELLED),)


def test_what_has_ended_cannot_be_cancelled() -> None:
    assert refusal(a_plan().ended(Ending.COMPLETED), "/cancel").startswith("This feature has ended.")
