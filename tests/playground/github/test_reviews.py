"""Reviews, line comments, replies, and lines that move."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.playground.github.town import Town, good

EDITED = {"src/a.txt": "one\nTWO\nthree\nfour\nfive\n"}


def comment_on(town: Town, number: int, **said: Any) -> httpx2.Response:
    """A comment on the head of that pull request, by Mara."""
    head = town.maintainer.get(f"/pulls/{number}")["head"]["sha"]
    return town.maintainer.ask("POST", f"/pulls/{number}/comments", {"commit_id": head, **said})


def test_a_review_with_a_line_comment_is_answered_in_its_thread(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", EDITED)["number"]
    comments = [{"path": "src/a.txt", "line": 2, "side": "RIGHT", "body": "Why so loud?"}]
    review = town.maintainer.post(
        f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "Not yet", "comments": comments}
    )
    assert review["state"] == "CHANGES_REQUESTED"
    first = bot.get(f"/pulls/{number}/comments")[0]
    assert (first["line"], first["diff_hunk"].splitlines()[-1]) == (2, "+TWO")
    reply = bot.post(f"/pulls/{number}/comments/{first['id']}/replies", {"body": "Made quieter"})
    assert reply["in_reply_to_id"] == first["id"]
    assert len(town.playground.repository.pulls[0].threads[0].comments) == 2
    assert [each["state"] for each in bot.get(f"/pulls/{number}/reviews")] == [
        "CHANGES_REQUESTED",
        "COMMENTED",
    ]


def test_a_comment_outside_the_diff_is_refused(town: Town) -> None:
    number = town.pull(town.bot(), "topic", EDITED)["number"]
    for comment in (
        {"path": "src/a.txt", "line": 99, "body": "x"},
        {"path": "none.txt", "line": 1, "body": "x"},
    ):
        answer = comment_on(town, number, **comment)
        assert (answer.status_code, "could not be resolved" in answer.json()["errors"][0]) == (422, True)


def test_a_position_counts_the_lines_below_the_first_hunks_head(town: Town) -> None:
    """As GitHub's documents say: on through the file's further hunks, their heads included."""
    lines = [f"{number}\n" for number in range(1, 31)]
    town.maintainer.patch(
        "/git/refs/heads/main", {"sha": town.commit(town.maintainer, {"long.txt": "".join(lines)})}
    )
    lines[2], lines[22] = "three\n", "twenty-three\n"
    number = town.pull(town.bot(), "topic", {"long.txt": "".join(lines)})["number"]
    placed = {3: ("LEFT", 3), 4: ("RIGHT", 3), 11: ("RIGHT", 22), 12: ("LEFT", 23), 13: ("RIGHT", 23)}
    for position, place in placed.items():
        made = good(comment_on(town, number, path="long.txt", position=position, body="x"))
        assert ((made["side"], made["line"]), made["position"]) == (place, position)
    for position in (0, 8, 17):  # the second hunk's head is no line, and no more are below its last
        answer = comment_on(town, number, path="long.txt", position=position, body="x")
        assert (answer.status_code, "position is invalid" in answer.json()["errors"][0]) == (422, True)


def test_a_comment_names_its_commit(town: Town) -> None:
    number = town.pull(town.bot(), "topic", EDITED)["number"]
    answer = comment_on(town, number, path="src/a.txt", line=2, body="x", commit_id=None)
    assert (answer.status_code, '"commit_id" wasn\'t supplied' in answer.json()["message"]) == (422, True)


@pytest.mark.parametrize("start", [2, 3, 40, "1"])
def test_a_comments_lines_begin_before_they_end(town: Town, start: Any) -> None:
    number = town.pull(town.bot(), "topic", EDITED)["number"]
    answer = comment_on(town, number, path="src/a.txt", start_line=start, line=2, body="x")
    assert answer.status_code == 422
    assert town.maintainer.get(f"/pulls/{number}/comments") == []


def test_a_reply_is_answered_by_way_of_the_first_comment_only(town: Town) -> None:
    """“Replies to replies are not supported”, say GitHub's documents."""
    bot = town.bot()
    number = town.pull(bot, "topic", EDITED)["number"]
    first = good(comment_on(town, number, path="src/a.txt", line=2, body="x"))["id"]
    reply = bot.post(f"/pulls/{number}/comments/{first}/replies", {"body": "y"})["id"]
    for path, body in (
        (f"/pulls/{number}/comments/{reply}/replies", {"body": "z"}),
        (f"/pulls/{number}/comments", {"body": "z", "in_reply_to": reply}),
    ):
        assert bot.ask("POST", path, body).status_code == 404
    assert len(bot.get(f"/pulls/{number}/comments")) == 2


def test_nobody_approves_their_own_pull_request(town: Town) -> None:
    number = town.pull(town.maintainer, "topic", EDITED)["number"]
    answer = town.maintainer.ask("POST", f"/pulls/{number}/reviews", {"event": "APPROVE"})
    assert (answer.status_code, answer.json()["errors"]) == (422, ["Can not approve your own pull request"])


def test_a_pending_review_is_seen_by_its_author_only_until_it_is_submitted(town: Town) -> None:
    number = town.pull(town.bot(), "topic", EDITED)["number"]
    comments = [{"path": "src/a.txt", "line": 2, "body": "hm"}]
    pending = town.maintainer.post(f"/pulls/{number}/reviews", {"comments": comments})
    reviewer = town.person("reviewer")
    assert (reviewer.get(f"/pulls/{number}/reviews"), reviewer.get(f"/pulls/{number}/comments")) == ([], [])
    inside = f"/pulls/{number}/reviews/{pending['id']}/comments"
    (begun,) = town.maintainer.get(inside)
    assert (begun["body"], begun["line"], begun["path"]) == ("hm", 2, "src/a.txt")
    assert reviewer.ask("GET", inside).status_code == 404
    town.maintainer.post(
        f"/pulls/{number}/reviews/{pending['id']}/events", {"event": "COMMENT", "body": "So"}
    )
    (shown,) = reviewer.get(f"/pulls/{number}/comments")
    assert (shown["id"], shown["body"]) == (begun["id"], "hm")
    assert reviewer.get(inside) == [shown]


def test_a_comment_follows_its_line_and_is_outdated_when_the_line_changes(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", EDITED)["number"]
    assert comment_on(town, number, path="src/a.txt", line=2, body="x").status_code == 201
    down = town.commit(bot, {"src/a.txt": "zero\none\nTWO\nthree\nfour\nfive\n"}, parent=town.sha("topic"))
    bot.patch("/git/refs/heads/topic", {"sha": down})
    assert bot.get(f"/pulls/{number}/comments")[0]["line"] == 3
    gone = town.commit(bot, {"src/a.txt": "zero\none\nsmall\nthree\nfour\nfive\n"}, parent=down)
    bot.patch("/git/refs/heads/topic", {"sha": gone})
    shown = bot.get(f"/pulls/{number}/comments")[0]
    assert (shown["line"], shown["original_line"], shown["position"]) == (None, 2, None)


def test_an_approval_is_dismissed_with_a_reason(town: Town) -> None:
    number = town.pull(town.bot(), "topic", EDITED)["number"]
    review = town.person("reviewer").post(f"/pulls/{number}/reviews", {"event": "APPROVE"})
    town.maintainer.put(f"/pulls/{number}/reviews/{review['id']}/dismissals", {"message": "stale"})
    assert town.maintainer.get(f"/pulls/{number}/reviews/{review['id']}")["state"] == "DISMISSED"


def test_a_pending_review_whose_line_left_the_diff_is_submitted_whole(town: Town) -> None:
    """The comment was made while its line was there; like any other it is then out of date."""
    bot, mara = town.bot(), town.maintainer
    number = town.pull(bot, "topic", EDITED)["number"]
    comments = [{"path": "src/a.txt", "line": 2, "body": "hm"}]
    pending = mara.post(f"/pulls/{number}/reviews", {"comments": comments})
    back = town.commit(bot, {"src/a.txt": None, "other.txt": "x\n"}, parent=town.sha("topic"))
    bot.patch("/git/refs/heads/topic", {"sha": back})
    mara.post(f"/pulls/{number}/reviews/{pending['id']}/events", {"event": "COMMENT"})
    assert [each["state"] for each in mara.get(f"/pulls/{number}/reviews")] == ["COMMENTED"]
    assert [each["body"] for each in bot.get(f"/pulls/{number}/comments")] == ["hm"]


def test_comments_on_lines_are_listed_since_a_time_and_in_the_wished_order(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\ny\n"})["number"]
    clock = town.playground.hub.clock
    made = []
    for line in (1, 2):
        comment = {"path": "new.txt", "line": line, "body": f"{line}", "commit_id": town.sha("topic")}
        made.append(town.maintainer.post(f"/pulls/{number}/comments", comment))
        town.playground.hub.clock = lambda: clock() + timedelta(seconds=5)
    first, second = (each["id"] for each in made)
    since = f"since={made[1]['updated_at']}"
    for place in (f"/pulls/{number}/comments", "/pulls/comments"):
        assert [each["id"] for each in bot.get(f"{place}?{since}")] == [second]
        assert [each["id"] for each in bot.get(f"{place}?sort=created&direction=desc")] == [second, first]
        assert [each["id"] for each in bot.get(place)] == [first, second]
