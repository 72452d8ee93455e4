"""A person at this GitHub, acting by REST as people's own tools do."""

from __future__ import annotations

import base64
from typing import Any

import httpx2

THREADS = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100) { nodes { id isResolved path comments(first: 50) { nodes { author { login } body } } } }
    }
  }
}
"""
RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"


class Visitor:
    """One of the people, in one repository."""

    def __init__(self, api_url: str, repository: str, login: str, token: str) -> None:
        self.login = login
        self._repository = repository
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

    def reviews(self, pull_request: int, event: str, text: str, *on_lines: tuple[str, int, str]) -> None:
        """`on_lines` are comments on the diff: path, line, words."""
        comments = [{"path": path, "line": line, "body": words} for path, line, words in on_lines]
        review = {"event": event, "body": text, "comments": comments}
        self.asks("POST", f"/pulls/{pull_request}/reviews", review)

    def resolves(self, thread: str) -> None:
        """A review thread, by its node id."""
        self._asks_graphql(RESOLVE, {"id": thread})

    def changes_file(self, path: str, old: str, new: str, message: str) -> str:
        """A commit straight to the default branch, as GitHub's editor makes one; its SHA."""
        found = self.asks("GET", f"/contents/{path}")
        text = base64.b64decode(found["content"]).decode()
        if old not in text:
            raise ValueError(f"{path} does not contain {old!r}.")
        content = base64.b64encode(text.replace(old, new).encode()).decode()
        change = {"message": message, "content": content, "sha": found["sha"]}
        return str(self.asks("PUT", f"/contents/{path}", change)["commit"]["sha"])

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

    def reads_text(self, path: str, ref: str) -> str:
        return base64.b64decode(self.asks("GET", f"/contents/{path}?ref={ref}")["content"]).decode()

    def reads_commits(self, pull_request: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.asks("GET", f"/pulls/{pull_request}/commits?per_page=100")
        return found

    def reads_threads(self, pull_request: int) -> list[dict[str, Any]]:
        """The review threads with their comments, in GraphQL's names."""
        owner, _, name = self._repository.partition("/")
        data = self._asks_graphql(THREADS, {"owner": owner, "name": name, "number": pull_request})
        found: list[dict[str, Any]] = data["repository"]["pullRequest"]["reviewThreads"]["nodes"]
        return found

    def _asks_graphql(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        answer = self._client.post("/graphql", json={"query": query, "variables": variables})
        answer.raise_for_status()
        said = answer.json()
        if said.get("errors"):
            raise RuntimeError(f"GitHub refused it: {said['errors'][0]['message']}")
        data: dict[str, Any] = said["data"]
        return data
