"""Whatever is sent, the answer is a refusal in GitHub's words, never a failure of the playground's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.playground.github.town import Town

NAMES = (
    "body",
    "labels",
    "tree",
    "parents",
    "name",
    "sha",
    "ref",
    "state",
    "title",
    "content",
    "head_sha",
    "head",
    "base",
    "message",
    "required_status_checks",
    "assignees",
    "permission",
    "output",
    "event",
    "comments",
    "reviewers",
    "conclusion",
    "context",
    "color",
)
WRITES = (
    "POST /issues/1/comments",
    "PATCH /issues/1",
    "POST /issues/1/labels",
    "POST /pulls",
    "POST /git/trees",
    "POST /git/commits",
    "POST /git/refs",
    "PATCH /git/refs/heads/main",
    "POST /git/blobs",
    "POST /check-runs",
    "POST /statuses/main",
    "POST /labels",
    "PUT /contents/x",
    "POST /issues",
    "PUT /branches/main/protection",
    "POST /issues/1/reactions",
    "POST /issues/1/assignees",
    "PUT /collaborators/otto",
    "POST /pulls/2/reviews",
    "POST /pulls/2/comments",
    "POST /pulls/2/requested_reviewers",
    "PUT /pulls/2/merge",
    "PATCH /pulls/2",
)
READS = (
    "/issues/x",
    "/issues/99999",
    "/pulls/1",
    "/commits/nope",
    "/compare/a...b",
    "/compare/x",
    "/contents/../x",
    "/git/trees/x",
    "/git/blobs/x",
    "/git/ref/heads/x",
    "/check-runs/1",
    "/actions/runs/x",
    "/actions/jobs/1/logs",
    "/issues/1/comments?since=x",
    "/issues?since=x",
    "/collaborators/nobody/permission",
    "/labels/%ff",
    "/branches/none",
    "/check-suites/1",
    "/nothing",
    "//_logs/acme/small/job-x.txt",
    "//_logs",
)


@pytest.mark.parametrize("value", [5, "x", None, [], [{}], {"checks": 5}, ["x"], True])
def test_writes_with_odd_bodies_are_answered_and_never_with_500(town: Town, value: Any) -> None:
    bot = town.bot()
    town.pull(bot, "topic", {"new.txt": "x\n"})
    for who in (town.maintainer, bot):
        for write in WRITES:
            method, path = write.split()
            for body in (dict.fromkeys(NAMES, value), [value], {}):
                answer = who.ask(method, path, body)
                assert answer.status_code < 500, (write, body, answer.text)
                assert answer.is_success or answer.json()["message"]


def test_what_is_not_there_is_refused(town: Town) -> None:
    for path in READS:
        answer = town.bot().ask("GET", path)
        assert answer.status_code in (404, 409, 422), (path, answer.status_code, answer.text)


def test_git_of_long_ago_is_told_to_upgrade(town: Town) -> None:
    answer = town.maintainer.http.get("/acme/small.git/info/refs")
    assert (answer.status_code, "upgrade your git client" in answer.text) == (403, True)
