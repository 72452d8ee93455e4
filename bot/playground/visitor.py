"""A person at this GitHub, acting by REST as people's own tools do."""

from __future__ import annotations

from typing import Any

import httpx2


class Visitor:
    """One of the people, in one repository."""

    def __init__(self, api_url: str, repository: str, login: str, token: str) -> None:
        self.login = login
        self._repo = f"/repos/{repository}"
        self._client = httpx2.Client(
            base_url=api_url, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )

    def asks(self, verb: str, path: str, data: Any = None) -> Any:
        """Any request below the repository; an answer of 400 or more is an error."""
        answer = self._client.request(verb, f"{self._repo}{path}", json=data)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def labels(self, issue: int, name: str = "baton") -> None:
        self.asks("POST", f"/issues/{issue}/labels", {"labels": [name]})

    def unlabels(self, issue: int, name: str = "baton") -> None:
        self.asks("DELETE", f"/issues/{issue}/labels/{name}")

    def comments(self, number: int, text: str) -> int:
        """The comment's id."""
        return int(self.asks("POST", f"/issues/{number}/comments", {"body": text})["id"])

    def edits_comment(self, comment: int, text: str) -> None:
        self.asks("PATCH", f"/issues/comments/{comment}", {"body": text})

    def merges(self, pull_request: int, method: str = "merge") -> str:
        """The merge commit's SHA."""
        return str(self.asks("PUT", f"/pulls/{pull_request}/merge", {"merge_method": method})["sha"])

    def closes(self, number: int) -> None:
        self.asks("PATCH", f"/issues/{number}", {"state": "closed"})

    def reopens(self, number: int) -> None:
        self.asks("PATCH", f"/issues/{number}", {"state": "open"})

    def reviews(self, pull_request: int, event: str, text: str) -> None:
        self.asks("POST", f"/pulls/{pull_request}/reviews", {"event": event, "body": text})

    def reads_issue(self, issue: int) -> dict[str, Any]:
        found: dict[str, Any] = self.asks("GET", f"/issues/{issue}")
        return found

    def reads_comments(self, number: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.asks("GET", f"/issues/{number}/comments?per_page=100")
        return found

    def reads_reactions(self, comment: int) -> list[str]:
        return [each["content"] for each in self.asks("GET", f"/issues/comments/{comment}/reactions")]

    def reads_pull_requests(self, state: str = "open") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.asks("GET", f"/pulls?state={state}&per_page=100")
        return found

    def reads_checks(self, sha: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.asks("GET", f"/commits/{sha}/check-runs?per_page=100")[
            "check_runs"
        ]
        return found

    def reads_files(self, pull_request: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.asks("GET", f"/pulls/{pull_request}/files?per_page=100")
        return found
