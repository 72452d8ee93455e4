"""What people see is sent as one request, when it matters, and never holds the story up."""

from __future__ import annotations

from bot.engine import tables
from tests.engine.lives import Life


def test_everything_that_is_out_of_date_is_one_request(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    number = life.home.say("/approve", by="reviewer")
    life.clock.forward(11)
    before = life.home.town.requests()["by_kind"]
    life.look()
    after = life.home.town.requests()["by_kind"]
    shows = {kind: after[kind] - before.get(kind, 0) for kind in after if "updateIssueComment" in kind}
    assert sum(shows.values()) == 1, after
    comment = next(each for each in life.home.issue.comments if each.id == number)
    assert {each.content for each in comment.reactions} == {"eyes", "rocket"} or comment.reactions
    assert life.home.repository.pulls[0].requested_reviewers


def test_the_same_is_not_shown_twice(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    life.clock.forward(11)
    life.look()
    before = life.home.town.requests()["writes"]
    for _ in range(3):
        life.clock.forward(60)
        life.look()
    assert life.home.town.requests()["writes"] == before


def test_what_does_not_matter_to_people_at_once_waits_ten_seconds(life: Life) -> None:
    life.home.label()
    life.runs.holding.add("plan")
    life.look()
    life.runs.complete(life.runs.started[-1], life.feature_id)
    life.runs.holding.clear()
    life.look()  # it became a person's turn
    assert [label.name for label in life.home.issue.labels] == ["baton", "baton: your turn"]
    life.runs.holding.add("devops")
    life.home.say("/approve", by="reviewer")
    life.look()  # somebody is acknowledged
    life.runs.complete(life.runs.started[-1], life.feature_id)
    life.clock.forward(1)
    shown = {row.item: row.at for row in life.rows(tables.shown)}
    life.look()
    assert {row.item for row in life.rows(tables.shown)} >= set(shown)
    assert life.state == "in_review"


def test_a_plan_comment_that_a_person_deleted_does_not_hold_the_story_up(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    plan = next(each for each in life.home.comments() if '"kind":"plan"' in each["body"])
    life.home.say("/approve", by="reviewer")
    life.home.maintainer.delete(f"/issues/comments/{plan['id']}")
    life.until("completed")
    assert life.home.issue.state == "closed"


def test_a_showing_that_fails_is_repeated_and_the_story_goes_on(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    life.home.town.fault("POST", "/repos/*/labels", "error_before", status=422)
    life.home.say("/pause", by="reviewer")
    life.look()
    assert life.state == "paused"
    assert "baton: paused" not in [label.name for label in life.home.issue.labels]
    life.home.town.calm()
    life.clock.forward(61)
    life.look()
    life.clock.forward(61)
    life.look()
    assert "baton: paused" in [label.name for label in life.home.issue.labels]


def test_who_approved_is_asked_for_review_not_who_labelled(life: Life) -> None:
    life.home.label(by="maintainer")
    life.until("in_review")
    life.clock.forward(11)
    life.look()
    assert [each.login for each in life.home.repository.pulls[0].requested_reviewers] == ["tomas"]
