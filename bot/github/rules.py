"""What the rules of a branch demand that GraphQL does not say: from which App a required check has to come."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from bot.github.connection import Connection
from bot.github.errors import Gone, Refused

LIFE_SECONDS = 600.0


class Rules:
    """The Apps that required checks are bound to, by the check's name; asked rarely and remembered for ten minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[int, str], tuple[float, Mapping[str, int]]] = {}

    def apps_of(
        self, connection: Connection, full_name: str, repository: int, branch: str
    ) -> Mapping[str, int]:
        """`GET /repos/{owner}/{repo}/rules/branches/{branch}`: rulesets only; who may read no rules knows of none.

        Branch protection of the older kind shows its Apps to administrators alone.
        """
        known = self._known.get((repository, branch))
        if known is None or self._clock() - known[0] > LIFE_SECONDS:
            known = (self._clock(), _apps(_ask(connection, full_name, branch)))
            self._known[(repository, branch)] = known
        return known[1]


def _ask(connection: Connection, full_name: str, branch: str) -> list[Mapping[str, Any]]:
    path = f"/repos/{full_name}/rules/branches/{quote(branch, safe='')}"
    try:
        return connection.get_all(path)
    except Refused as error:
        if isinstance(error, Gone) or error.status == 403:
            return []
        raise


def _apps(rules: list[Mapping[str, Any]]) -> Mapping[str, int]:
    return {
        str(each["context"]): int(each["integration_id"])
        for rule in rules
        if rule["type"] == "required_status_checks"
        for each in rule["parameters"]["required_status_checks"]
        if each.get("integration_id") is not None
    }
