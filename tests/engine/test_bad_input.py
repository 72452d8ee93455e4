"""Whatever people, other bots and long histories put before Baton: it goes on, and GitHub takes all that it writes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.crew.endings import Asked, Finished
from bot.engine import tables
from bot.playground.acts.comments import create_comment
from bot.playground.making import create_app
from tests.engine.lives import SHORT, Life, finished, planned

BRANCH = "baton/1-notifications/1-devops"
LONGEST = 65_536
REVISED = {"Dockerfile": "FROM scratch@sha256:1\n"}


def stands_at(life: Life, sentence: str, looks: int = 12) -> None:
    for _ in range(looks):
        if sentence in life.look():
            return
        life.clock.forward(61)
    raise AssertionError(f"It stands at: {life.waiting_for}\n{life.moves}")


def in_review(life: Life) -> int:
    life.home.label()
    life.until("in_review")
    stands_at(life, "ready: review and merge it")
    return life.home.repository.pulls[0].number


def written(life: Life) -> list[str]:
    """The bodies of everything that Baton has posted."""
    issues = life.home.repository.issues.values()
    said = [each for issue in issues for each in issue.comments]
    return [each.body for each in said if each.author.app is not None]


def test_a_wish_as_long_as_a_comment_can_be_is_a_wish(life: Life) -> None:
    """Hazard I12."""
    life.home.label()
    life.until("awaiting_approval")
    wish = "/revise " + "more of everything " * 4_000
    life.home.say(wish[:LONGEST], by="reviewer")
    stands_at(life, "Plan v2 is ready")
    assert max(map(len, written(life))) < LONGEST


def test_an_answer_as_long_as_a_comment_can_be_is_an_answer(life: Life) -> None:
    """Hazard I12: it is shown in the question, cut."""
    life.script["devops"] = (Asked("approach", "Which image?", ("slim", "full"), "slim"), {})
    life.home.label()
    life.until("waiting_for_answer")
    life.script["devops"] = finished({"Dockerfile": "FROM scratch\n"})
    life.home.say(("/proceed " + "neither of them, " * 5_000)[:LONGEST])
    life.until("in_review")
    stands_at(life, "ready: review and merge it")
    (asked,) = [body for body in written(life) if "❓" in body]
    assert "**Answered by mara:** neither of them" in asked and len(asked) < LONGEST


def test_a_review_as_long_as_it_can_be_is_answered(life: Life) -> None:
    """Hazard I12: the reply quotes it, cut."""
    number = in_review(life)
    life.script["devops/answer"] = (
        Finished("Pinned.", (), (), tuple(REVISED), {"1": "Pinned now."}),
        REVISED,
    )
    body = ("Please pin it. " * 5_000)[:LONGEST]
    life.home.reviewer.post(f"/pulls/{number}/reviews", {"event": "COMMENT", "body": body})
    stands_at(life, "devops-engineer revises it when the review has come to rest.")
    life.clock.forward(61)
    stands_at(life, "ready: review and merge it")
    (answered,) = [each for each in written(life) if "Pinned now." in each]
    assert "> Please pin it." in answered and len(answered) < LONGEST


def test_a_title_of_256_characters_fits_everywhere(life: Life) -> None:
    """Hazard I12."""
    title = "🔔 @everyone fixes #1 " + "Benachrichtigungen " * 20
    life.home.maintainer.patch(f"/issues/{life.home.issue_number}", {"title": title[:256]})
    life.script["plan"] = planned(replace(SHORT, feature=title[:256].strip()))
    in_review(life)
    (pull,) = life.home.repository.pulls
    assert len(pull.issue.title) <= 256 and "@everyone" not in pull.issue.title
    assert len(pull.head_ref) <= 100
    life.until("completed")


def test_a_feature_with_300_comments_before_its_approval(life: Life) -> None:
    """I11."""
    life.home.label()
    life.until("awaiting_approval")
    hub = life.home.town.playground.hub
    outsider = life.home.town.playground.inhabitants.people["outsider"].user
    with hub.lock:
        for number in range(300):
            create_comment(hub, life.home.issue, outsider, f"I agree, for the {number}th time.")
    life.home.say("/approve", by="reviewer")
    stands_at(life, "ready: review and merge it")
    (heard,) = life.rows(tables.command)
    assert heard.verdict == "approved plan v1"


def test_other_bots_command_nothing_and_are_answered_by_nobody(life: Life) -> None:
    """C9: also where their login says that they are people."""
    life.home.label()
    life.until("awaiting_approval")
    hub, owner = life.home.town.playground.hub, life.home.repository.owner
    with hub.lock:
        helper = create_app(hub, f"helper-{life.home.repository.id}", "Helper", owner)
        for body in ("/approve", "@baton approve", "/help"):
            create_comment(hub, life.home.issue, helper.bot, body)
    assert helper.bot.login.endswith("[bot]")
    before = len(written(life))
    for _ in range(3):
        assert "Plan v1 is ready" in life.look()
        life.clock.forward(61)
    assert (len(written(life)), life.rows(tables.command)) == (before, [])


@pytest.mark.parametrize("name", ["🤖 area/backend", "needs: review/now #1", "50% done %2F"])
def test_labels_of_people_stay_whatever_they_are_called(life: Life, name: str) -> None:
    """C15."""
    life.home.label(name)
    life.complete()
    assert {label.name for label in life.home.issue.labels} == {name, "baton", "baton: done"}


def test_a_thread_whose_line_a_person_has_changed_is_answered_all_the_same(life: Life) -> None:
    """P19: the line is gone, what was asked for is not."""
    number = in_review(life)
    line: dict[str, Any] = {"path": "Dockerfile", "line": 1, "side": "RIGHT", "body": "Pin this."}
    life.home.reviewer.post(
        f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "", "comments": [line]}
    )
    old = life.home.maintainer.get(f"/contents/Dockerfile?ref={BRANCH}")["sha"]
    change = {"message": "Mine", "content": "RlJPTSBkZWJpYW4K", "branch": BRANCH, "sha": old}
    mine = life.home.reviewer.put("/contents/Dockerfile", change)["commit"]["sha"]
    assert [thread.line for thread in life.home.pull(number).threads] == [None]
    life.script["devops/answer"] = (
        Finished("Pinned.", (), (), tuple(REVISED), {"1": "Pinned now."}),
        REVISED,
    )
    stands_at(life, "resolve what is settled, then merge it")
    said = life.home.maintainer.get(f"/pulls/{number}/comments")
    assert [each["body"].partition("\n")[2][:11] for each in said[1:]] == ["Pinned now."]
    shas = [each["sha"] for each in life.home.maintainer.get(f"/pulls/{number}/commits")]
    assert shas.index(mine) == 1 and len(shas) == 3


def test_a_branch_in_the_way_of_all_names_is_gone_around(life: Life) -> None:
    """P4: a branch `baton` lets nobody make `baton/1-x`."""
    theirs = life.home.branch("baton", {"README.md": "# Theirs\n"})
    life.complete()
    assert life.home.sha("baton") == theirs
    assert {pull.head_ref for pull in life.home.repository.pulls} == {
        f"baton-{life.home.issue_number}-notifications/1-devops",
        f"baton-{life.home.issue_number}-notifications/2-review",
    }
