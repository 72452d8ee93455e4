"""Which permissions each kind of write needs: a token that may commit cannot comment, and the reverse."""

from __future__ import annotations

from collections.abc import Mapping

Permissions = Mapping[str, str]

METADATA: Permissions = {"metadata": "read"}
CODE: Permissions = {**METADATA, "contents": "write"}
PULL_REQUESTS: Permissions = {**METADATA, "contents": "read", "pull_requests": "write"}
CHECKS: Permissions = {**METADATA, "checks": "write"}
WORDS: Permissions = {**METADATA, "issues": "write", "pull_requests": "write"}

_JOBS: tuple[tuple[str, Permissions], ...] = (
    ("/check-runs", CHECKS),
    ("/git/", CODE),
    ("/merges", CODE),
    ("/compare/", CODE),
    ("/pulls", PULL_REQUESTS),
)


def job_of(path: str) -> Permissions:
    """What a request to this path needs; whatever people are shown goes by the last (design, section 4)."""
    return next((permissions for part, permissions in _JOBS if part in path), WORDS)
