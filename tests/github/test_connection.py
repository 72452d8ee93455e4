"""Whatever GitHub, a proxy or the network answers becomes one of few errors, after just one request, at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.github.connection import Connection
from bot.github.errors import (
    GitHubError,
    Gone,
    NotInstalled,
    NotNow,
    OutcomeUnknown,
    Refused,
    Unauthorized,
    Unreachable,
)
from bot.playground.acts.comments import create_comment
from tests.github.homes import Home
from tests.github.odd_server import OddServer, Says, odd_server

SECONDARY = '{"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}'
ABUSE = '{"message": "You have triggered an abuse detection mechanism."}'
INTEGRATION = '{"message": "Resource not accessible by integration"}'
TOO_QUICKLY = '{"message": "Validation Failed", "errors": [{"message": "was submitted too quickly"}]}'
HTML = "<html><body>Unicorn!</body></html>"

# What is answered, what a read makes of it, what a write makes of it.
ROWS: list[tuple[str, Says, type[GitHubError], type[GitHubError]]] = [
    ("400", Says(400, '{"message": "Problems parsing JSON"}'), Refused, Refused),
    ("401", Says(401, '{"message": "Bad credentials"}'), Unauthorized, Unauthorized),
    ("403 without permission", Says(403, INTEGRATION), Refused, Refused),
    (
        "403 suspended",
        Says(403, '{"message": "This installation has been suspended"}'),
        NotInstalled,
        NotInstalled,
    ),
    ("403 retry-after", Says(403, INTEGRATION, {"Retry-After": "7"}), NotNow, NotNow),
    ("403 secondary limit", Says(403, SECONDARY), NotNow, NotNow),
    ("403 abuse", Says(403, ABUSE), NotNow, NotNow),
    ("403 primary limit", Says(403, "{}", {"X-RateLimit-Remaining": "0"}), NotNow, NotNow),
    ("404", Says(404, '{"message": "Not Found"}'), Gone, Gone),
    ("404 as a page", Says(404, HTML), Gone, Gone),
    ("409", Says(409, '{"message": "Git Repository is empty."}'), Refused, Refused),
    ("410", Says(410, '{"message": "This issue was deleted"}'), Gone, Gone),
    ("422", Says(422, '{"message": "Validation Failed"}'), Refused, Refused),
    ("422 too quickly", Says(422, TOO_QUICKLY), NotNow, NotNow),
    ("429", Says(429, "{}", {"Retry-After": "7"}), NotNow, NotNow),
    ("429 without retry-after", Says(429, "{}"), NotNow, NotNow),
    ("451", Says(451, '{"message": "Repository access blocked"}'), Refused, Refused),
    ("500", Says(500, "{}"), Unreachable, OutcomeUnknown),
    ("502 as a page", Says(502, HTML), Unreachable, OutcomeUnknown),
    ("503", Says(503, ""), Unreachable, OutcomeUnknown),
    ("504", Says(504, '{"message": "Gateway Timeout"}'), Unreachable, OutcomeUnknown),
    ("200 as a page", Says(200, HTML), Unreachable, OutcomeUnknown),
    ("200 cut within the JSON", Says(200, '{"id": 1, "body": "x'), Unreachable, OutcomeUnknown),
    ("200 cut by the network", Says(200, '{"id": 1', length=500), Unreachable, OutcomeUnknown),
    ("connection dropped", Says(drops=True), Unreachable, OutcomeUnknown),
    ("302", Says(302, "", {"Location": "http://127.0.0.1:1/"}), Refused, Refused),
    ("307", Says(307, '{"message": "Moved"}', {"Location": "/repositories/1"}), Refused, Refused),
]
IDS = [name for name, *_ in ROWS]


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as each:
        yield each


def connection(server: OddServer) -> Connection:
    return Connection(server.url, lambda: "token")


def most(expected: type[GitHubError]) -> int:
    """One request, and a second with a fresh token where the first was not accepted."""
    return 2 if expected is Unauthorized else 1


@pytest.mark.parametrize(("_", "says", "expected", "__"), ROWS, ids=IDS)
def test_a_read_that_fails_is_sorted_at_once(
    server: OddServer, _: str, says: Says, expected: type[GitHubError], __: type[GitHubError]
) -> None:
    """I7, I10."""
    server.says(says)
    began = time.monotonic()
    with pytest.raises(GitHubError) as caught:
        connection(server).get("/repos/o/r")
    assert type(caught.value) is expected
    assert len(server.asked) == most(expected)
    assert time.monotonic() - began < 1
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("verb", ["POST", "PATCH"])
@pytest.mark.parametrize(("_", "says", "__", "expected"), ROWS, ids=IDS)
def test_a_write_that_fails_is_sorted_at_once_and_never_repeated(
    server: OddServer, _: str, says: Says, __: type[GitHubError], expected: type[GitHubError], verb: str
) -> None:
    """I7, I10."""
    server.says(says)
    began = time.monotonic()
    with pytest.raises(GitHubError) as caught:
        connection(server).write(verb, "/repos/o/r/issues", {"title": "x"})
    assert type(caught.value) is expected
    assert len(server.asked) == most(expected)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(("_", "says", "expected", "__"), ROWS, ids=IDS)
def test_a_question_by_graphql_is_a_read(
    server: OddServer, _: str, says: Says, expected: type[GitHubError], __: type[GitHubError]
) -> None:
    server.says(says)
    with pytest.raises(expected):
        connection(server).query("query { viewer { login } }", {})
    assert len(server.asked) == most(expected)


@pytest.mark.parametrize(("_", "says", "__", "expected"), ROWS, ids=IDS)
def test_a_change_by_graphql_is_a_write(
    server: OddServer, _: str, says: Says, __: type[GitHubError], expected: type[GitHubError]
) -> None:
    server.says(says)
    with pytest.raises(expected):
        connection(server).mutate("mutation { x }", {})
    assert len(server.asked) == most(expected)


def test_nobody_listening_is_unreachable_for_reads_and_unknown_for_writes() -> None:
    nobody = Connection("http://127.0.0.1:1", lambda: "token")
    with pytest.raises(Unreachable):
        nobody.get("/app")
    with pytest.raises(OutcomeUnknown):
        nobody.write("POST", "/x")


def test_writes_follow_each_other_without_a_pause(server: OddServer) -> None:
    server.says(Says(201, '{"id": 1}'))
    asking, began = connection(server), time.monotonic()
    for _ in range(20):
        asking.write("POST", "/x", {})
    assert len(server.asked) == 20
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "IN 2400"}, 2400),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "IN -30"}, 1),
        ({"Retry-After": "soon"}, 60),
        ({}, 60),
    ],
)
def test_it_is_left_alone_for_as_long_as_github_says(
    server: OddServer, headers: dict[str, str], seconds: int
) -> None:
    """I7."""
    now = datetime.now(UTC)
    told = {
        name: str(int(now.timestamp()) + int(value[3:])) if value.startswith("IN ") else value
        for name, value in headers.items()
    }
    server.says(Says(429, "{}", told))
    with pytest.raises(NotNow) as caught:
        connection(server).get("/x")
    assert abs(caught.value.until - now - timedelta(seconds=seconds)) < timedelta(seconds=2)


def test_graphql_that_has_no_points_left_is_not_now(server: OddServer) -> None:
    reset = int(time.time()) + 600
    body = '{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}'
    server.says(Says(200, body, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}))
    with pytest.raises(NotNow) as caught:
        connection(server).query("query { x }", {})
    assert abs(caught.value.until.timestamp() - reset) < 2


def test_a_missing_permission_is_named(server: OddServer) -> None:
    """I3."""
    server.says(Says(403, INTEGRATION, {"X-Accepted-GitHub-Permissions": "contents=write"}))
    with pytest.raises(Refused, match="contents=write"):
        connection(server).write("POST", "/x")


def test_the_details_of_a_422_are_in_the_sentence(server: OddServer) -> None:
    body = (
        '{"message": "Validation Failed", "errors": [{"resource": "PullRequest", "code": "custom", '
        '"message": "No commits between main and x"}, {"resource": "Label", "field": "name", "code": "invalid"}]}'
    )
    server.says(Says(422, body))
    with pytest.raises(Refused, match=r"No commits between main and x; Label name invalid"):
        connection(server).write("POST", "/x")


def test_a_refused_token_is_replaced_once_and_the_second_answer_counts(server: OddServer) -> None:
    """I1."""
    renewed: list[int] = []
    asking = Connection(server.url, lambda: "token", renew=lambda: renewed.append(1))
    server.says(Says(401, "{}"), Says(200, '{"ok": true}'))
    assert asking.get("/x") == {"ok": True}
    assert renewed == [1]
    server.says(Says(401, "{}"))
    with pytest.raises(Unauthorized):
        asking.get("/x")
    assert len(server.asked) == 2


# --- on the playground


def test_a_list_is_read_to_its_end(home: Home) -> None:
    """I11."""
    with home.town.playground.hub.lock:
        author = home.town.playground.inhabitants.people["reviewer"].user
        for number in range(250):
            create_comment(home.town.playground.hub, home.issue, author, f"comment {number}")
    found = home.reads().get_all(f"/repos/{home.full_name}/issues/{home.issue_number}/comments")
    assert [each["body"] for each in found] == [f"comment {number}" for number in range(250)]


@pytest.mark.parametrize("fault", ["error_before", "error_after", "drop_before", "drop_after"])
def test_a_fault_of_github_is_one_request_for_a_write_and_for_a_read(home: Home, fault: str) -> None:
    reads, writes = home.reads(), home.writes()
    reads.get(f"/repos/{home.full_name}")
    writes.get(f"/repos/{home.full_name}")
    before = home.town.requests()
    home.town.fault("*", f"/repos/{home.full_name}/issues*", fault, status=502)
    path = f"/repos/{home.full_name}/issues/{home.issue_number}/comments"
    with pytest.raises(OutcomeUnknown):
        writes.write("POST", path, {"body": "once"})
    with pytest.raises(Unreachable):
        reads.get(path)
    after = home.town.requests()
    assert (after["writes"] - before["writes"], after["reads"] - before["reads"]) == (1, 1)
    home.town.calm()
    assert [each["body"] for each in home.comments()] == (["once"] if fault.endswith("after") else [])
