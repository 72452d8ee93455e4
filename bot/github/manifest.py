"""What Baton's App is allowed and told, as GitHub's App manifest, and how a manifest becomes an App."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from github import Github

from bot.github.connection import TIMEOUT_SECONDS
from bot.github.errors import GitHubError, OutcomeUnknown, from_exception

PERMISSIONS: Mapping[str, str] = {
    "contents": "write",
    "issues": "write",
    "pull_requests": "write",
    "checks": "write",
    "statuses": "read",
    "actions": "read",
    "metadata": "read",
    "members": "read",
}
EVENTS: tuple[str, ...] = (
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "check_suite",
    "check_run",
    "status",
    "push",
    "repository",
    "label",
)
# Every App is told of these; GitHub refuses a manifest that asks for them.
UNASKED_EVENTS: tuple[str, ...] = ("installation", "installation_repositories")
EXAMPLE_ADDRESS = "https://baton.example.org"


@dataclass(frozen=True)
class Registered:
    """An App that GitHub has just made."""

    app_id: int
    name: str
    page: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


def manifest(address: str) -> dict[str, Any]:
    """The App of a Baton that is reached at this address (GitHub, "Registering a GitHub App from a manifest")."""
    return {
        "name": "Baton",
        "description": "Turns a labelled issue into a feature, one reviewed pull request at a time.",
        "url": address,
        "hook_attributes": {"url": f"{address}/webhook", "active": True},
        "redirect_url": f"{address}/setup/callback",
        "public": False,
        "default_permissions": dict(PERMISSIONS),
        "default_events": list(EVENTS),
    }


def convert(api_url: str, code: str) -> Registered:
    """Exchange the code that GitHub gave for the App's credentials; it can be done once. Raises GitHubError."""
    client = Github(base_url=api_url, retry=None, timeout=TIMEOUT_SECONDS, user_agent="baton")
    path = f"/app-manifests/{quote(code, safe='')}/conversions"
    try:
        _, answer = client.requester.requestJsonAndCheck("POST", path)
    except GitHubError:
        raise
    except Exception as error:
        raise from_exception(error, wrote=True) from error
    try:
        return Registered(
            app_id=int(answer["id"]),
            name=str(answer["name"]),
            page=str(answer["html_url"]),
            private_key=str(answer["pem"]),
            webhook_secret=str(answer["webhook_secret"]),
        )
    except (KeyError, TypeError, ValueError):
        raise OutcomeUnknown(
            "GitHub's answer lacks the App's credentials. Look on GitHub, under Settings, Developer settings, "
            "whether the App is there, and generate a private key for it there."
        ) from None
