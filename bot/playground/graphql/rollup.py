"""All checks and statuses of a commit as one: the newest of each, and what they come to."""

from __future__ import annotations

from bot.playground.acts.checks import PASSING, latest_runs, latest_statuses
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.fields import Fields, attribute, listed
from bot.playground.graphql.objects import Commit, Rollup
from bot.playground.ids import object_node_id
from bot.playground.state import CheckRun, Status

# The first of these that any check or status comes to is the whole's.
WORST_FIRST = ("ERROR", "FAILURE", "PENDING", "SUCCESS")


def has_checks(commit: Commit) -> bool:
    repository = commit.repository
    return bool(latest_runs(repository, commit.oid) or latest_statuses(repository, commit.oid))


def contexts(rollup: Rollup, asking: Asking) -> list[CheckRun | Status]:
    """Check runs and statuses that the token may read."""
    repository, sha = rollup.commit.repository, rollup.commit.oid
    runs = latest_runs(repository, sha) if asking.caller.may(repository, "checks", "read") else []
    statuses = latest_statuses(repository, sha) if asking.caller.may(repository, "statuses", "read") else []
    return [*runs, *statuses]


def state_of(context: CheckRun | Status) -> str:
    if isinstance(context, Status):
        return context.state.upper()
    if context.status != "completed":
        return "PENDING"
    return "SUCCESS" if context.conclusion in PASSING else "FAILURE"


def state(rollup: Rollup, asking: Asking) -> str:
    states = {state_of(each) for each in contexts(rollup, asking)}
    return next((each for each in WORST_FIRST if each in states), "SUCCESS")


def counted(kind: type[CheckRun | Status], everything: list[CheckRun | Status]) -> int:
    return sum(isinstance(each, kind) for each in everything)


FIELDS: dict[str, Fields] = {
    "StatusCheckRollup": {
        "commit": attribute("commit"),
        "contexts": listed("contexts", contexts, lambda each: str(each.node_id)),
        "id": lambda rollup, asking: object_node_id("SCR", rollup.commit.repository.id, rollup.commit.oid),
        "state": state,
    },
    "StatusCheckRollupContextConnection": {
        "checkRunCount": lambda page, asking: counted(CheckRun, page.everything),
        "statusContextCount": lambda page, asking: counted(Status, page.everything),
    },
}
