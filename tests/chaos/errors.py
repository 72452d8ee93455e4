"""What must become of each request that Baton makes when GitHub answers it with each of its errors."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
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
    """The feature does not wait for this request; what it was for is made up for when the error stops.

    `asks`: meanwhile people may be asked something that is no longer asked afterwards.
    """

    why: str
    asks: bool = False


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
    """A request; `way` is the part of Baton that makes it (`tests/chaos/ways.py`), from the state `after` on.

    `first` are requests whose answer must be lost before, for reads that look what became of them.
    """

    expected: Mapping[str, Expected]
    way: str = "a feature"
    first: tuple[str, ...] = ()
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
UNKNOWN_MEANS_NONE = GoesOn(
    "Not there means that there is none; ten minutes later it is asked again.", asks=True
)
STARTING = Blocked("Start it again when that answers")
START: Mapping[str, Expected] = {
    **{name: STARTING if isinstance(cell, (Waits, Blocked)) else cell for name, cell in READ.items()},
    "401": Blocked("set BATON_GITHUB_APP_ID"),
    "404": Blocked("set BATON_GITHUB_APP_ID"),
}
LEFT_OUT = GoesOn("An issue that is referred to and cannot be read is left out of what is planned from.")
LINKED: Mapping[str, Expected] = {
    name: LEFT_OUT if isinstance(cell, Blocked) else cell for name, cell in READ.items()
}

WITHOUT_BASE = NotApplicable(
    "Then the check is mended without base, which is another story with another end."
)
NOT_ASKED = NotApplicable(
    "GitHub says so of people who are no collaborators, and only collaborators are asked."
)
BY_PEOPLE = GoesOn("GitHub does not run it again, so people are asked to.", asks=True)
WITHOUT_RULES = GoesOn("Who may not read the rules takes a required check from whoever reports it.")
LEFT_NAMELESS = GoesOn("What Baton may not see of a check is left out; its name is enough to go on.")

# To add a request: its name as the playground's referee gives it (`tests/chaos/asked.py` lists what is missing),
# READ, WRITE or SHOW, what is different in single cells, and a way if no feature of those there are makes it.
ROWS: Mapping[str, Row] = {
    # auth
    "GET /app": Row(START, way="the start"),
    "POST /app/installations/{number}/access_tokens": Row(TOKEN),
    "GET /repos/{owner}/{repo}/installation": Row(
        {**READ, "404": Blocked("Baton is not installed on")}, way="a feature of an unknown installation"
    ),
    "GET /repos/{owner}/{repo}/collaborators/{login}/permission": Row(
        {
            **READ,
            "404": NotApplicable(
                "So GitHub says of somebody who is no collaborator; the labelling is refused."
            ),
        }
    ),
    # observe
    "GET /repos/{owner}/{repo}": Row(READ),
    "GraphQL query Facts": Row({**READ, **LAGS}, after="awaiting_approval"),
    "git fetch": Row(FETCH),
    "GET /repos/{owner}/{repo}/rules/branches/{branch}": Row(
        {
            **READ,
            **dict.fromkeys(("403 not accessible", "404"), WITHOUT_RULES),
        },
        way="a feature of which checks are required",
    ),
    # effects
    "POST /repos/{owner}/{repo}/issues/{number}/comments": Row(WRITE),
    "PATCH /repos/{owner}/{repo}/issues/comments/{comment}": Row(
        WRITE, way="a feature that is planned twice"
    ),
    "POST /repos/{owner}/{repo}/git/trees": Row(WRITE),
    "POST /repos/{owner}/{repo}/git/commits": Row(WRITE),
    "POST /repos/{owner}/{repo}/git/refs": Row(WRITE),
    "POST /repos/{owner}/{repo}/pulls": Row(WRITE),
    "POST /repos/{owner}/{repo}/check-runs": Row(WRITE),
    "POST /repos/{owner}/{repo}/labels": Row(SHOW),
    "GraphQL mutation": Row(SHOW),
    "PATCH /repos/{owner}/{repo}/issues/{number}": Row(WRITE),
    "PATCH /repos/{owner}/{repo}/pulls/{number}": Row(WRITE, way="a cancelled feature"),
    "DELETE /repos/{owner}/{repo}/issues/comments/{comment}": Row(
        {
            **WRITE,
            "404": NotApplicable("So GitHub says of a comment that is gone, which is just what was wanted."),
            "truncated": GoesOn("The answer has no body that could be cut short."),
        },
        way="a feature whose plan stands there twice",
    ),
    "PATCH /repos/{owner}/{repo}/git/refs/{ref}": Row(WRITE, way="a reviewed feature"),
    "POST /repos/{owner}/{repo}/merges": Row(
        {
            **WRITE,
            **dict.fromkeys(("403 not accessible", "404", "409", "422 invalid", "422 exists"), WITHOUT_BASE),
        },
        way="a red feature that base has left behind",
    ),
    "POST /repos/{owner}/{repo}/pulls/{number}/comments/{comment}/replies": Row(
        WRITE, way="a reviewed feature"
    ),
    "POST /repos/{owner}/{repo}/pulls/{number}/requested_reviewers": Row(
        {**WRITE, **dict.fromkeys(("422 invalid", "422 exists"), NOT_ASKED)}, way="a reviewed feature"
    ),
    "POST /repos/{owner}/{repo}/check-runs/{run}/rerequest": Row(
        {**WRITE, **dict.fromkeys(("403 not accessible", "404", "422 invalid", "422 exists"), BY_PEOPLE)},
        way="a feature whose check is interrupted",
    ),
    # mending
    "GET /repos/{owner}/{repo}/actions/jobs/{number}": Row(
        {**READ, **dict.fromkeys(("403 not accessible", "404"), LEFT_NAMELESS)}, way="a red feature"
    ),
    "GET /repos/{owner}/{repo}/actions/jobs/{number}/logs": Row(
        {
            **READ,
            **dict.fromkeys(("403 not accessible", "404"), LEFT_NAMELESS),
            **dict.fromkeys(("HTML", "truncated"), GoesOn("A log is any text, and a page is one, too.")),
        },
        way="a red feature",
    ),
    "GET /repos/{owner}/{repo}/check-runs/{run}": Row(
        {**READ, **dict.fromkeys(("403 not accessible", "404"), LEFT_NAMELESS)},
        way="a feature that another App finds fault with",
    ),
    # settling
    "GET /repos/{owner}/{repo}/pulls/{number}/comments": Row(
        {**READ, **LAGS},
        way="a reviewed feature",
        first=("POST /repos/{owner}/{repo}/pulls/{number}/comments/{comment}/replies",),
    ),
    "GET /repos/{owner}/{repo}/compare/{names}": Row(
        {
            **READ,
            "404": NotApplicable("So GitHub says of a commit that it has not, which is pushed then."),
        },
        way="a reviewed feature that somebody pushes to",
        first=("PATCH /repos/{owner}/{repo}/git/refs/{ref}",),
    ),
    "GET /repos/{owner}/{repo}/issues/{number}/comments": Row(
        {**READ, **LAGS}, first=("POST /repos/{owner}/{repo}/issues/{number}/comments",)
    ),
    "GET /repos/{owner}/{repo}/git/ref/{ref}": Row(
        {**READ, "404": IN_THE_WAY}, first=("POST /repos/{owner}/{repo}/git/refs",)
    ),
    "GET /repos/{owner}/{repo}/pulls": Row({**READ, **LAGS}, first=("POST /repos/{owner}/{repo}/pulls",)),
    "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": Row(
        {**READ, **LAGS}, first=("POST /repos/{owner}/{repo}/check-runs",)
    ),
    "GET /repos/{owner}/{repo}/labels/{name}": Row(
        {**READ, "404": GoesOn("A label that is not there is made; one that is there is not made again.")},
        first=("POST /repos/{owner}/{repo}/labels",),
    ),
    # briefing
    "GET /repos/{owner}/{repo}/issues/{number}": Row(LINKED, way="a feature that refers to another issue"),
    # deliveries
    "GET /app/hook/deliveries": Row(TURN, way="the redelivery"),
    "POST /app/hook/deliveries/{number}/attempts": Row(
        {**TURN, "5xx after": ASKED_NEXT, "drop after": ASKED_NEXT}, way="the redelivery"
    ),
    # discovering
    "GET /app/installations": Row(TURN, way="the discovery"),
    "GET /installation/repositories": Row(TURN, way="the discovery"),
    "GET /repos/{owner}/{repo}/issues": Row({**TURN, "lag of 5 s": ASKED_NEXT}, way="the discovery"),
    # houses
    "GET /repos/{owner}/.github/installation": Row(
        {**READ, "404": UNKNOWN_MEANS_NONE}, way="the owner's set-up"
    ),
    "GET /repos/{owner}/.github": Row({**READ, "404": UNKNOWN_MEANS_NONE}, way="the owner's set-up"),
    "GET /repos/{owner}/.github/contents/{path}": Row(
        {**READ, "404": UNKNOWN_MEANS_NONE}, way="the owner's set-up"
    ),
}


def cells(names: Iterable[str] = tuple(ROWS)) -> Iterator[tuple[str, str]]:
    """What can be met: row and column."""
    for name in names:
        for column in COLUMNS:
            if not isinstance(ROWS[name].expected.get(column), NotApplicable):
                yield name, column


def without_expectation() -> Iterator[tuple[str, str]]:
    """The cells that nobody has decided about, and those of columns that there are not."""
    for name, row in ROWS.items():
        yield from ((name, column) for column in sorted(set(row.expected) ^ set(COLUMNS)))


def is_covered(kind: str) -> bool:
    """Whether the table has a row for a request of this kind, as the referee counts them."""
    kinds = {where(name, "")["kind"] for name in ROWS}
    return any(fnmatch.fnmatchcase(kind, each) for each in kinds)


def where(name: str, repository: str) -> dict[str, str]:
    """Which requests meet a row's faults, as the playground is told: those of one repository, where they name it."""
    if name == "git fetch":
        return {"method": "*", "path": f"/{repository}.git/*", "kind": name}
    if name.startswith("GraphQL"):
        return {"method": "POST", "path": "/graphql", "kind": f"{name}*"}
    method, _, path = name.partition(" ")
    owner = repository.partition("/")[0]
    path = path.replace("{owner}/{repo}", repository).replace("{owner}", owner)
    kind = name.replace("{owner}/.github", "{owner}/{repo}")
    return {"method": method, "path": re.sub(r"\{\w+\}", "*", path), "kind": kind}
