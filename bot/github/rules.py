"""What the rules of a branch demand that GraphQL does not say: from which App a required check has to come."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from bot.github.connection import Connection
from bot.github.errors import Gone, Refused

LIFE_SECONDS = 600.0
Apps = Mapping[str, frozenset[int]]


class Rules:
    """The Apps that required checks are bound to, by the check's name; asked rarely, and what GitHub answers is
    remembered for ten minutes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[int, str], tuple[float, Apps]] = {}

    def apps_of(self, connection: Connection, full_name: str, repository: int, branch: str) -> Apps:
        """`GET /repos/{owner}/{repo}/rules/branches/{branch}`: rulesets only; who may read no rules knows of none.

        Branch protection of the older kind shows its Apps to administrators alone.
        """
        known = self._known.get((repository, branch))
        if known is None or self._clock() - known[0] > LIFE_SECONDS:
            asked_at, rules = self._clock(), _ask(connection, full_name, branch)
            if rules is None:
                return {}
            known = (asked_at, _apps(rules))
            self._known[(repository, branch)] = known
        return known[1]


def _ask(connection: Connection, full_name: str, branch: str) -> list[Mapping[str, Any]] | None:
    path = f"/repos/{full_name}/rules/branches/{quote(branch, safe='')}"
    try:
        return connection.get_all(path)
    except Refused as error:
        if isinstance(error, Gone) or error.status == 403:
            return None
        raise


def _apps(rules: list[Mapping[str, Any]]) -> Apps:
    """Several rules may bind one name; a check of any of these Apps is no forgery."""
    found: dict[str, frozenset[int]] = {}
    for rule in rules:
        for each in (rule.get("parameters") or {}).get("required_status_checks") or ():
            app = int(each.get("integration_id") or 0)
            if app > 0:
                found[str(each["context"])] = found.get(str(each["context"]), frozenset()) | {app}
    return found
