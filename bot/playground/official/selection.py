"""Which part of GitHub's descriptions is kept: operations, webhook events, GraphQL types and fields."""

from __future__ import annotations

REPOSITORY = "/repos/{owner}/{repo}"

# Paths kept whole, whatever the method.
PATHS: frozenset[str] = frozenset(
    {
        "/", "/meta", "/rate_limit", "/zen", "/versions", "/user", "/user/{account_id}", "/user/repos",
        "/users/{username}", "/users/{username}/repos", "/user/installations",
        "/user/installations/{installation_id}/repositories",
        "/user/installations/{installation_id}/repositories/{repository_id}",
        "/users/{username}/installation", "/orgs/{org}/installation", "/orgs/{org}",
        "/orgs/{org}/repos", "/orgs/{org}/members/{username}", "/app-manifests/{code}/conversions",
        "/apps/{app_slug}", "/repositories", REPOSITORY, f"{REPOSITORY}/compare/{{basehead}}",
        f"{REPOSITORY}/installation", f"{REPOSITORY}/languages", f"{REPOSITORY}/contributors",
        f"{REPOSITORY}/topics", f"{REPOSITORY}/tags", f"{REPOSITORY}/events", f"{REPOSITORY}/merges",
        f"{REPOSITORY}/dispatches", f"{REPOSITORY}/hooks", f"{REPOSITORY}/transfer",
    }
)  # fmt: skip

# Paths kept with everything below them.
BELOW: tuple[str, ...] = (
    "/app",
    "/installation",
    f"{REPOSITORY}/actions/jobs",
    f"{REPOSITORY}/actions/runs",
    f"{REPOSITORY}/actions/workflows",
    f"{REPOSITORY}/assignees",
    f"{REPOSITORY}/branches",
    f"{REPOSITORY}/check-runs",
    f"{REPOSITORY}/check-suites",
    f"{REPOSITORY}/collaborators",
    f"{REPOSITORY}/comments",
    f"{REPOSITORY}/commits",
    f"{REPOSITORY}/contents",
    f"{REPOSITORY}/git",
    f"{REPOSITORY}/issues",
    f"{REPOSITORY}/labels",
    f"{REPOSITORY}/milestones",
    f"{REPOSITORY}/pulls",
    f"{REPOSITORY}/readme",
    f"{REPOSITORY}/rules",
    f"{REPOSITORY}/rulesets",
    f"{REPOSITORY}/statuses",
)

# Below those, what no bot like ours meets and what would only make the copy heavier.
NOT: tuple[str, ...] = (
    "/pending_deployments", "/deployment_protection_rule", "/approvals", "/artifacts", "/timing",
    "/history", "/issue-field-values", "/merge-async", "/sub_issue", "/dependencies", "/parent",
    "/installation-requests", "/agents", "/codeowners",
)  # fmt: skip

EVENTS: frozenset[str] = frozenset(
    {
        "check_run", "check_suite", "installation", "installation_repositories", "installation_target",
        "issue_comment", "issues", "label", "merge_group", "ping", "pull_request", "pull_request_review",
        "pull_request_review_comment", "pull_request_review_thread", "push", "repository", "status",
        "workflow_job", "workflow_run",
    }
)  # fmt: skip


def keeps(path: str) -> bool:
    """Whether an operation at this path template is kept."""
    if path in PATHS:
        return True
    below = any(path == root or path.startswith(f"{root}/") for root in BELOW)
    return below and not any(part in path for part in NOT)
