"""Who is heard, once, and who is not; in the words that they read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import all_commands
from bot.commands.hearing import NOT_PERMITTED
from bot.facts.remembered import Handled
from bot.facts.seen import GHOST, Account, LabelEvent, Permission
from bot.moves import Approve, End, Hear, Pause, StartRun
from bot.plan.stage_kind import StageKind
from tests.commands.saying import ON_A_PULL_REQUEST, heard, refusal, unheard
from tests.world import (
    ALICE,
    BOB,
    NOW,
    OSCAR,
    PLAN,
    ROBOT,
    TRUDY,
    Life,
    a_plan,
    a_review,
    an_approved_plan,
)

ONLY_WRITERS = "Only people with write permission on this repository can command Baton; ask one of them."


@pytest.mark.parametrize(
    "body",
    [
        "Looks good!",
        "> /approve",
        "`/approve`",
        "```\n/approve\n```",
        "I would /approve this",
        "/deploy",
        "<!-- /approve -->",
        "",
    ],
)
def test_a_comment_without_a_command_is_never_answered(body: str) -> None:
    """C4."""
    assert unheard(a_plan(), body)


def test_bots_and_baton_itself_are_never_heard() -> None:
    """C9."""
    assert unheard(a_plan(), "/approve", ROBOT)
    assert unheard(a_plan(), "/approve", ALICE, ours=True)
    assert unheard(a_plan(), "/approve", Account(8, "baton-app[bot]", is_bot=True))


def test_an_edited_comment_is_no_command() -> None:
    """C5."""
    assert refusal(a_plan(), "/approve", edited=True) == (
        "Edited comments are not commands. Write it as a new comment."
    )


@pytest.mark.parametrize("person", [TRUDY, OSCAR, GHOST], ids=lambda person: person.login)
def test_who_may_not_write_may_not_command(person: Account) -> None:
    """C7."""
    assert refusal(a_plan(), "/approve", person) == ONLY_WRITERS


def test_an_outsider_is_told_once_and_each_of_their_comments_stays_refused() -> None:
    """C7: the verdict sticks, the reply comes once."""
    told = a_plan().remember(handled={1: Handled(1, OSCAR.id, NOT_PERMITTED)})
    again = heard(told, "/cancel", OSCAR)
    assert (again.verdict, again.reply, again.decisions) == (NOT_PERMITTED, None, ())
    assert refusal(told, "/cancel", TRUDY) == ONLY_WRITERS


def test_an_outsiders_edited_comment_is_told_only_that_they_may_not_command() -> None:
    assert refusal(a_plan(), "/approve", OSCAR, edited=True) == ONLY_WRITERS


def test_an_outsiders_slip_of_the_pen_is_left_alone() -> None:
    """C11."""
    slip = heard(a_plan(), "/aprove", OSCAR)
    assert (slip.reply, slip.reactions, slip.decisions) == (None, (), ())


def test_a_repository_may_ask_for_more_than_write() -> None:
    """C7."""
    life = a_plan().configured(commands={"permission": "admin"})
    assert refusal(life, "/approve", BOB).startswith("Only people with admin permission")
    assert heard(life, "/approve", ALICE).decisions


@pytest.mark.parametrize("name", ["status", "help"])
@pytest.mark.parametrize("person", [TRUDY, OSCAR, GHOST], ids=lambda person: person.login)
def test_status_and_help_answer_everybody(name: str, person: Account) -> None:
    answer = heard(a_plan(), f"/{name}", person)
    assert answer.reply and answer.reactions == ("EYES", "THUMBS_UP")


def test_a_question_that_is_open_to_all_and_wrongly_written_is_explained_to_everybody() -> None:
    assert refusal(a_plan(), "/status please", OSCAR) == (
        "“please” is not understood behind `/status`, so nothing was done. Write `/status` alone on its line."
    )


def test_an_outsiders_question_does_not_carry_a_command_with_it() -> None:
    assert refusal(a_plan(), "/status\n/approve", OSCAR) == ONLY_WRITERS


def test_of_two_people_at_once_the_first_approves_and_the_second_is_acknowledged() -> None:
    """C1."""
    life = a_plan().says(BOB, "/approve", 1002).says(ALICE, "/approve", 1001)
    first = life.next
    assert isinstance(first, Hear) and first.author == ALICE
    assert first.decisions == (Approve(1, PLAN.hash, ALICE),)
    second = heard(a_plan().approved(ALICE), "/approve", BOB, id=1002)
    assert (second.verdict, second.reactions, second.reply, second.decisions) == (
        "plan v1 is already approved",
        ("EYES",),
        None,
        (),
    )


@pytest.mark.parametrize(
    "said",
    ["/approve", "/proceed 1", "/revise be polite", "/retry", "/skip frontend: no", "/pause", "/resume"],
)
def test_what_is_written_after_the_label_was_removed_begins_nothing(said: str) -> None:
    """Rule 3: the feature ends with the next look, so no rocket goes up before it."""
    removed = LabelEvent("UE_1", False, NOW - timedelta(minutes=5), ALICE)
    life = a_plan().issue(labelled=False, label_events=(*a_plan().seen.issue.label_events, removed))
    assert refusal(life, said, BOB) == (
        "The label was removed from the issue, so this feature ends. Add the label again to begin anew."
    )


def test_what_was_written_before_the_label_was_removed_is_heard_as_it_was_meant() -> None:
    removed = LabelEvent("UE_1", False, NOW, ALICE)
    life = a_plan().issue(labelled=False, label_events=(*a_plan().seen.issue.label_events, removed))
    assert heard(life, "/approve", BOB).decisions == (Approve(1, PLAN.hash, BOB),)


def test_a_handled_comment_is_never_heard_again() -> None:
    """Rule 13, C5: also where it is edited afterwards."""
    for edited in (False, True):
        life = a_plan().says(ALICE, "/cancel", 1001, edited=edited)
        assert isinstance(life.next, Hear)
        handled = life.remember(handled={1001: Handled(1001, 1, "refused")})
        assert not isinstance(handled.next, Hear)


def test_a_later_promotion_does_not_wake_what_was_refused() -> None:
    """C7: the verdict is the comment's; who may command now says it anew."""
    life = a_plan().says(OSCAR, "/approve", 1001)
    refused = life.remember(handled={1001: Handled(1001, OSCAR.id, NOT_PERMITTED)})
    promoted = refused.see(permissions={**refused.seen.permissions, "oscar": Permission.WRITE})
    assert not isinstance(promoted.next, Hear)
    anew = promoted.says(OSCAR, "/approve", 1002).next
    assert isinstance(anew, Hear) and anew.decisions == (Approve(1, PLAN.hash, OSCAR),)


def test_a_command_in_the_body_of_a_review_is_a_reviewers_word_and_no_command() -> None:
    """C10: commands are comments, on the issue or in the conversation of its pull request."""
    review = a_review(77, "/cancel", by=ALICE)
    move = an_approved_plan().in_review(StageKind.DATABASE, reviews=(review,)).next
    assert isinstance(move, StartRun) and move.about == ("review:77",)


@pytest.mark.parametrize(
    "people",
    [
        ((ALICE, "/approve", 2001), (BOB, "/cancel", 2002)),
        ((BOB, "/cancel", 2002), (ALICE, "/approve", 2001)),
    ],
    ids=["in their order", "turned round"],
)
def test_of_an_approval_and_a_cancelling_the_cancelling_ends_it_whichever_is_listed_first(
    people: tuple[tuple[Account, str, int], ...],
) -> None:
    """C12: the ids say who came first; what is not begun is cancelled."""
    life = a_plan()
    for who, body, number in people:
        life = life.says(who, body, number)
    first = life.next
    assert isinstance(first, Hear) and first.decisions == (Approve(1, PLAN.hash, ALICE),)
    second = life.approved().remember(handled={2001: Handled(2001, ALICE.id, "approved plan v1")}).next
    assert isinstance(second, Hear) and [type(each) for each in second.decisions] == [End]


def test_a_command_and_a_question_in_one_comment_make_one_reply() -> None:
    both = heard(an_approved_plan(), "/status\n/pause")
    assert both.decisions == (Pause(""),)
    assert both.verdict == "asked for the status; paused"
    assert both.reply and both.reply.count("1/6") == 1


def test_two_commands_that_change_something_change_nothing() -> None:
    """C11."""
    assert refusal(a_plan(), "/approve\n/cancel") == (
        "One comment can change one thing, and here are `/approve` and `/cancel`, so nothing was done. "
        "Write the one that you mean in a comment of its own."
    )


@pytest.mark.parametrize(
    "body",
    ["/approve\n/skip frontend", "/approve\n/pasue", "/approve please\n/pause", "/retry three\n/pause"],
)
def test_beside_a_change_that_cannot_be_read_nothing_is_done(body: str) -> None:
    """C11: never half of what somebody meant."""
    assert "One comment can change one thing, and here are `/" in refusal(a_plan(), body)


def test_one_command_in_two_ways_is_named_once() -> None:
    assert "here is `/approve` more than once, so nothing was done." in refusal(
        a_plan(), "/approve\n/approve v1"
    )


def test_beside_something_that_was_done_it_is_not_said_that_nothing_was() -> None:
    both = heard(a_plan(), "/approve\n/status please")
    assert both.decisions == (Approve(1, PLAN.hash, ALICE),)
    assert both.reply == ("“please” is not understood behind `/status`. Write `/status` alone on its line.")


def test_a_slip_of_the_pen_is_told_to_who_may_command() -> None:
    """C11."""
    assert refusal(a_plan(), "/aprove") == (
        "`/aprove` is no command, so nothing was done. If you meant `/approve`, write it in a new comment."
    )


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (
            "/approve but only the API",
            (
                "“but only the API” is not understood behind `/approve`, so nothing was done. "
                "Write `/approve [vN]`, for example `/approve v2`."
            ),
        ),
        (
            "/skip design: later",
            (
                "“design” is not understood behind `/skip`, so nothing was done. Write `/skip <kind>: <reason>`, "
                "for example `/skip frontend: the API is internal only`. The kinds of stages are database, api, "
                "backend, frontend, devops, testing, review."
            ),
        ),
        (
            "/revise",
            (
                "`/revise` says too little, so nothing was done. Write `/revise <text>`, for example "
                f"`{all_commands()['revise'].examples[-1]}`."
            ),
        ),
    ],
)
def test_a_command_that_cannot_be_read_is_explained(body: str, reply: str) -> None:
    assert refusal(a_plan(), body) == reply


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (
            "/approve",
            (
                "On a pull request the merge is the approval; `/approve` belongs on the issue, "
                "where it approves the plan."
            ),
        ),
        (
            "/revise no table",
            (
                "On a pull request a review asks for changes; `/revise` belongs on the issue, "
                "where it changes the plan."
            ),
        ),
    ],
)
def test_what_belongs_on_the_issue_is_refused_on_a_pull_request(body: str, reply: str) -> None:
    """C10."""
    assert refusal(an_approved_plan(), body, **ON_A_PULL_REQUEST) == reply


def hostile() -> Life:
    plan = replace(PLAN, stages=tuple(replace(each, title="/approve @org/team") for each in PLAN.stages))
    return a_plan().remember(revisions=()).with_plan(plan)


@pytest.mark.parametrize(
    "body",
    [
        "/approve @org/team `\n/cancel",
        "/skip\n/approve: /cancel",
        "/retry ``` x",
        "/approve v3\n> /cancel",
        "/resume <!--",
        "/status @baton-app approve",
    ],
)
def test_no_reply_repeats_a_command(body: str) -> None:
    """C9."""
    heard(hostile(), body)
