"""Finds the operation of GitHub's description that a request's path means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

PREFIX = "/api/v3"  # GitHub Enterprise Server's; the playground answers there too
# Not described, though GitHub redirects renamed repositories there: the same answers as by name.
BY_ID = re.compile(r"^/repositories/\d+(?=/|$)")
# “Also available via a legacy route”, says the text of the operation that is described.
LEGACY = re.compile(r"^(/repos/[^/]+/[^/]+)/statuses/(.+)$")
NUMBERS = frozenset({"account_id"})  # told from words in its place, as in /user/repos
PARAMETER = re.compile(r"\{(\w+)\}")
MAY_BE_EMPTY = frozenset(
    {
        "/repos/{owner}/{repo}/contents/{path}",
        "/repos/{owner}/{repo}/git/matching-refs/{ref}",
    }
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one path template, with the schemas of its answers by status."""

    id: str
    method: str
    path: str
    responses: dict[str, Any]


class Paths:
    """The described operations, to be looked up by a real request's method and path."""

    def __init__(self, described: Iterable[dict[str, Any]]) -> None:
        rules = [(_pattern(each["path"], each["spanning"]), _operation(each)) for each in described]
        # What spells out more goes first: /commits/{ref}/status before /commits/{ref}, whose ref may span.
        self._rules = sorted(rules, key=lambda rule: -_spelled_out(rule[1].path))

    def find(self, method: str, path: str) -> Operation | None:
        """The operation meant, or None where the description has none."""
        plain = plain_path(path)
        if method == "GET":
            plain = LEGACY.sub(r"\1/commits/\2/statuses", plain)
        for pattern, operation in self._rules:
            if operation.method == method and pattern.fullmatch(plain):
                return operation
        return None


def plain_path(path: str) -> str:
    """The path as the description writes it: no prefix, no query, repositories by name."""
    bare = path.partition("?")[0].removeprefix(PREFIX) or "/"
    return BY_ID.sub("/repos/owner/repo", bare)


def _operation(described: dict[str, Any]) -> Operation:
    return Operation(described["id"], described["method"], described["path"], described["responses"])


def _pattern(template: str, spanning: list[str]) -> re.Pattern[str]:
    def group(found: re.Match[str]) -> str:
        if found[1] in spanning:
            return ".+"
        return r"\d+" if found[1] in NUMBERS else "[^/]+"

    if template in MAY_BE_EMPTY:
        template = template.rpartition("/")[0]
        return re.compile(PARAMETER.sub(group, template) + "(/.*)?")
    return re.compile(PARAMETER.sub(group, template))


def _spelled_out(template: str) -> int:
    return sum(not part.startswith("{") for part in template.split("/"))
