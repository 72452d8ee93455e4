"""What a delivery hints at: where to look, never what to believe. Any shape of payload gives a hint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

USED_EVENTS: Final = frozenset(
    {
        "check_run",
        "check_suite",
        "installation",
        "installation_repositories",
        "issue_comment",
        "issues",
        "label",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_review_thread",
        "push",
        "repository",
        "status",
    }
)
LARGEST_ID, LARGEST_NUMBER = 2**63 - 1, 2**31 - 1
LONGEST_NAME, LONGEST_BRANCH, LONGEST_SHA = 100, 255, 64


@dataclass(frozen=True)
class Hint:
    """One delivery: its identity, and the few fields that say which features it may concern."""

    guid: str
    event: str
    action: str | None = None
    installation_id: int | None = None
    repository_id: int | None = None
    owner: str | None = None
    name: str | None = None
    issue: int | None = None
    pull_request: int | None = None
    sha: str | None = None
    branch: str | None = None
    default_branch: str | None = None
    sender_id: int | None = None
    sender_login: str | None = None


def read_hint(guid: str, event: str, payload: object) -> Hint:
    """The hint in a payload; whatever is missing, null or of another type than expected is None."""
    there = _At(payload)
    owner = there["repository"]["owner"]
    return Hint(
        guid=guid,
        event=event,
        action=there["action"].word(),
        installation_id=there["installation"]["id"].id(),
        repository_id=there["repository"]["id"].id(),
        owner=owner["login"].word() or owner["name"].word(),
        name=there["repository"]["name"].word(),
        issue=None if there["issue"]["pull_request"].present else there["issue"]["number"].number(),
        pull_request=_pull_request(there),
        sha=_sha(there),
        branch=_branch(there),
        default_branch=there["repository"]["default_branch"].word(LONGEST_BRANCH),
        sender_id=there["sender"]["id"].id(),
        sender_login=there["sender"]["login"].word(),
    )


class _At:
    """A place in a payload that may not be there."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __getitem__(self, key: str | int) -> _At:
        value = self._value
        if isinstance(value, dict) and isinstance(key, str):
            return _At(value.get(key))
        if isinstance(value, list) and isinstance(key, int) and key < len(value):
            return _At(value[key])
        return _At(None)

    @property
    def present(self) -> bool:
        return self._value is not None

    def id(self) -> int | None:
        return self.number(LARGEST_ID)

    def number(self, largest: int = LARGEST_NUMBER) -> int | None:
        value = self._value
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return value if is_number and isinstance(value, int) and 0 < value <= largest else None

    def word(self, longest: int = LONGEST_NAME) -> str | None:
        """Text that both databases can hold: no NUL, no half of a surrogate pair, not too long."""
        value = self._value
        if not isinstance(value, str) or not 0 < len(value) <= longest or "\x00" in value:
            return None
        return None if any("\ud800" <= letter <= "\udfff" for letter in value) else value


def _pull_request(there: _At) -> int | None:
    if there["issue"]["pull_request"].present:
        return there["issue"]["number"].number()
    return (
        there["pull_request"]["number"].number()
        or there["check_run"]["pull_requests"][0]["number"].number()
        or there["check_suite"]["pull_requests"][0]["number"].number()
    )


def _sha(there: _At) -> str | None:
    places = (
        there["pull_request"]["head"]["sha"],
        there["check_run"]["head_sha"],
        there["check_suite"]["head_sha"],
        there["sha"],
        there["after"],
    )
    return next((sha for place in places if (sha := place.word(LONGEST_SHA))), None)


def _branch(there: _At) -> str | None:
    ref = there["ref"].word(LONGEST_BRANCH) or ""
    if ref.startswith("refs/heads/"):
        return ref.removeprefix("refs/heads/")
    places = (
        there["pull_request"]["head"]["ref"],
        there["check_run"]["check_suite"]["head_branch"],
        there["check_suite"]["head_branch"],
        there["branches"][0]["name"],
    )
    return next((branch for place in places if (branch := place.word(LONGEST_BRANCH))), None)
