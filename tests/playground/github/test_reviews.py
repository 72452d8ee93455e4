"""Reviews, line comments, replies, and lines that move."""

from __future__ import annotations

from datetime import timedelta

from tests.playground.github.town import Town

EDITED = {"src/a.txt": "one\nTWO\nthree\nfour\nfive\n"}


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
        answer = town.maintainer.ask("POST", f"/pulls/{number}/comments", comment)
        assert (answer.status_code, "could not be resolved" in answer.json()["errors"][0]) == (422, True)


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
    town.maintainer.post(
        f"/pulls/{number}/reviews/{pending['id']}/events", {"event": "COMMENT", "body": "So"}
    )
    assert reviewer.get(f"/pulls/{number}/comments")[0]["body"] == "hm"


def test_a_comment_follows_its_line_and_is_outdated_when_the_line_changes(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", EDITED)["number"]
    town.maintainer.post(f"/pulls/{number}/comments", {"path": "src/a.txt", "line": 2, "body": "x"})
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
