"""What must become of each request that Baton makes when GitHub answers it with each of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHORTLY = 1
OTHERS = "Resource not accessible by integration"
SLOW = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
FAST = "was submitted too quickly"


@dataclass(frozen=True)
class Waits:
    """The look ends with this sentence, the feature is not blocked, and the next look goes on by itself."""

    sentence: str


@dataclass(frozen=True)
class Blocked:
    """People see the feature as blocked, with this sentence; it goes on when the error stops."""

    sentence: str


@dataclass(frozen=True)
class GoesOn:
    """The feature does not wait for this request; what it was for is made up for when the error stops."""

    why: str


@dataclass(frozen=True)
class NotApplicable:
    """GitHub cannot answer this request so, or the answer is that of another column."""

    why: str


Expected = Waits | Blocked | GoesOn | NotApplicable


# --- the columns: every fault, as the playground is told of it ---

COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "401": {"fault": "error_before", "status": 401, "message": "Bad credentials"},
    "403 Retry-After": {"fault": "error_before", "status": 403, "seconds": SHORTLY},
    "403 exhausted": {
        "fault": "error_before",
        "status": 403,
        "message": "API rate limit exceeded for installation.",
        "headers": {"X-RateLimit-Remaining": "0"},
    },
    "403 not accessible": {"fault": "error_before", "status": 403, "message": OTHERS, "headers": {}},
    "404": {"fault": "error_before", "status": 404, "message": "Not Found"},
    "409": {"fault": "error_before", "status": 409, "message": "Git Repository is empty."},
    "422 invalid": {"fault": "error_before", "status": 422, "message": "Validation Failed"},
    "422 exists": {"fault": "error_before", "status": 422, "message": "Reference already exists"},
    "422 too quickly": {"fault": "error_before", "status": 422, "message": FAST},
    "429 Retry-After": {"fault": "error_before", "status": 429, "seconds": SHORTLY},
    "429 bare": {"fault": "error_before", "status": 429, "headers": {}},
    "5xx before": {"fault": "error_before", "status": 502},
    "5xx after": {"fault": "error_after", "status": 502},
    "drop before": {"fault": "drop_before"},
    "drop after": {"fault": "drop_after"},
    "HTML": {"fault": "html"},
    "truncated": {"fault": "truncated"},
    "lag of 5 s": {"fault": "lag", "seconds": 5},
}


# --- the rows: every request, and what has to happen for Baton to make it ---


@dataclass(frozen=True)
class Row:
    """A request; `way` is the part of Baton that makes it, from `after` on.

    `first` are requests whose answer must be lost before, for reads that look what became of them.
    """

    method: str
    path: str
    expected: Mapping[str, Expected]
    kind: str = "*"
    way: str = "a feature"
    first: tuple[tuple[str, str], ...] = ()
    after: str = ""


WAIT = Waits("asks to wait until")
AGAIN = Waits("Baton asks again")
ONE_MOMENT = NotApplicable("A read has no effect: there is no before and after.")
NO_LIST = NotApplicable("Only lists lag.")
NOTHING_CREATED = NotApplicable("Only what creates something is told so.")
KEY = Blocked("Check that the App's key was not withdrawn")
RIGHT = Blocked("Give the App what it asks for in its installation's settings")
LOST = Blocked("See whether it was deleted")
IN_THE_WAY = Blocked("Look on GitHub at what stands in the way")

READ: Mapping[str, Expected] = {
    "401": KEY,
    "403 Retry-After": WAIT,
    "403 exhausted": WAIT,
    "403 not accessible": RIGHT,
    "404": LOST,
    "409": IN_THE_WAY,
    "422 invalid": IN_THE_WAY,
    "422 exists": NOTHING_CREATED,
    "422 too quickly": NOTHING_CREATED,
    "429 Retry-After": WAIT,
    "429 bare": WAIT,
    "5xx before": AGAIN,
    "5xx after": ONE_MOMENT,
    "drop before": AGAIN,
    "drop after": ONE_MOMENT,
    "HTML": AGAIN,
    "truncated": AGAIN,
    "lag of 5 s": NO_LIST,
}
WRITE: Mapping[str, Expected] = {
    **READ,
    "422 exists": IN_THE_WAY,
    "422 too quickly": WAIT,
    "5xx after": AGAIN,
    "drop after": AGAIN,
}
LATER = GoesOn("The story never waits for what people are shown; it is shown later.")
SHOW: Mapping[str, Expected] = {**dict.fromkeys(COLUMNS, LATER), "lag of 5 s": NO_LIST}
ASKED_NEXT = GoesOn("The next turn of the clock asks again; until then nothing is marked.")
TURN: Mapping[str, Expected] = {
    **{name: ASKED_NEXT if isinstance(cell, (Waits, Blocked)) else cell for name, cell in READ.items()}
}
LAGS: Mapping[str, Expected] = {
    "lag of 5 s": GoesOn(
        "What is not listed yet is seen at a later look; nothing is done again before the settling time."
    )
}
NO_TOKEN = Blocked("unsuspend it, to go on")
TOKEN: Mapping[str, Expected] = {
    **READ,
    **dict.fromkeys(("401", "403 not accessible", "404", "409", "422 invalid"), NO_TOKEN),
}
NOT_FETCHED = Waits("could not be fetched")
FETCH: Mapping[str, Expected] = {
    name: NOT_FETCHED if isinstance(cell, (Waits, Blocked)) else cell for name, cell in READ.items()
}
UNKNOWN_MEANS_NONE = GoesOn("Not there means that there is none.")
STARTING = Blocked("Start it again when that answers")
START: Mapping[str, Expected] = {
    **{name: STARTING if isinstance(cell, (Waits, Blocked)) else cell for name, cell in READ.items()},
    "401": Blocked("set BATON_GITHUB_APP_ID"),
    "404": Blocked("set BATON_GITHUB_APP_ID"),
}
REPO = "/repos/{repo}"


def lost(method: str, path: str) -> tuple[tuple[str, str], ...]:
    return ((method, path),)


ROWS: Mapping[str, Row] = {
    # auth
    "GET /app": Row("GET", "/app", START, way="the start"),
    "POST /app/installations/{number}/access_tokens": Row(
        "POST", "/app/installations/*/access_tokens", TOKEN
    ),
    "GET /repos/{owner}/{repo}/installation": Row(
        "GET",
        f"{REPO}/installation",
        {**READ, "404": Blocked("Baton is not installed on")},
        way="a feature of an unknown installation",
    ),
    "GET /repos/{owner}/{repo}/collaborators/{login}/permission": Row(
        "GET",
        f"{REPO}/collaborators/*/permission",
        {
            **READ,
            "404": NotApplicable(
                "So GitHub says of somebody who is no collaborator; the labelling is refused."
            ),
        },
    ),
    # observe
    "GET /repos/{owner}/{repo}": Row("GET", REPO, READ),
    "GraphQL query Facts": Row(
        "POST", "/graphql", {**READ, **LAGS}, kind="GraphQL query*", after="awaiting_approval"
    ),
    "git fetch": Row("*", "/{repo}.git/*", FETCH, kind="git fetch"),
    # effects
    "POST /repos/{owner}/{repo}/issues/{number}/comments": Row("POST", f"{REPO}/issues/*/comments", WRITE),
    "POST /repos/{owner}/{repo}/git/trees": Row("POST", f"{REPO}/git/trees", WRITE),
    "POST /repos/{owner}/{repo}/git/commits": Row("POST", f"{REPO}/git/commits", WRITE),
    "POST /repos/{owner}/{repo}/git/refs": Row("POST", f"{REPO}/git/refs", WRITE),
    "POST /repos/{owner}/{repo}/pulls": Row("POST", f"{REPO}/pulls", WRITE),
    "POST /repos/{owner}/{repo}/check-runs": Row("POST", f"{REPO}/check-runs", WRITE),
    "POST /repos/{owner}/{repo}/labels": Row("POST", f"{REPO}/labels", SHOW),
    "GraphQL mutation": Row("POST", "/graphql", SHOW, kind="GraphQL mutation*"),
    "PATCH /repos/{owner}/{repo}/issues/{number}": Row("PATCH", f"{REPO}/issues/*", WRITE),
    "PATCH /repos/{owner}/{repo}/pulls/{number}": Row(
        "PATCH", f"{REPO}/pulls/*", WRITE, way="a cancelled feature"
    ),
    # settling
    "GET /repos/{owner}/{repo}/issues/{number}/comments": Row(
        "GET", f"{REPO}/issues/*/comments", {**READ, **LAGS}, first=lost("POST", f"{REPO}/issues/*/comments")
    ),
    "GET /repos/{owner}/{repo}/git/ref/{ref}": Row(
        "GET", f"{REPO}/git/ref/*", {**READ, "404": IN_THE_WAY}, first=lost("POST", f"{REPO}/git/refs")
    ),
    "GET /repos/{owner}/{repo}/pulls": Row(
        "GET", f"{REPO}/pulls", {**READ, **LAGS}, first=lost("POST", f"{REPO}/pulls")
    ),
    "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": Row(
        "GET", f"{REPO}/commits/*/check-runs", {**READ, **LAGS}, first=lost("POST", f"{REPO}/check-runs")
    ),
    "GET /repos/{owner}/{repo}/labels/{name}": Row(
        "GET",
        f"{REPO}/labels/*",
        {**READ, "404": GoesOn("A label that is not there is made; one that is there is not made again.")},
        first=lost("POST", f"{REPO}/labels"),
    ),
    # deliveries
    "GET /app/hook/deliveries": Row("GET", "/app/hook/deliveries", TURN, way="the redelivery"),
    "POST /app/hook/deliveries/{number}/attempts": Row(
        "POST",
        "/app/hook/deliveries/*/attempts",
        {**TURN, "5xx after": ASKED_NEXT, "drop after": ASKED_NEXT},
        way="the redelivery",
    ),
    # discovering
    "GET /app/installations": Row("GET", "/app/installations", TURN, way="the discovery"),
    "GET /installation/repositories": Row("GET", "/installation/repositories", TURN, way="the discovery"),
    "GET /repos/{owner}/{repo}/issues": Row(
        "GET", f"{REPO}/issues", {**TURN, "lag of 5 s": ASKED_NEXT}, way="the discovery"
    ),
    # houses
    "GET /repos/{owner}/.github/installation": Row(
        "GET",
        "/repos/acme/.github/installation",
        {**READ, "404": UNKNOWN_MEANS_NONE},
        way="the owner's set-up",
    ),
    "GET /repos/{owner}/.github": Row(
        "GET", "/repos/acme/.github", {**READ, "404": UNKNOWN_MEANS_NONE}, way="the owner's set-up"
    ),
    "GET /repos/{owner}/{repo}/contents/{path}": Row(
        "GET", "/repos/acme/.github/contents/*", {**READ, "404": UNKNOWN_MEANS_NONE}, way="the owner's set-up"
    ),
}
CELLS = tuple(
    (row, column)
    for row in ROWS
    for column in COLUMNS
    if not isinstance(ROWS[row].expected.get(column), NotApplicable)
)


def is_covered(kind: str) -> bool:
    """Whether the table has a row for a request of this kind, as the referee counts them."""
    return kind in ROWS or (kind.startswith("GraphQL mutation ") and "GraphQL mutation" in ROWS)
