"""Repositories, labels and collaborators' permissions."""

from __future__ import annotations

from urllib.parse import quote

from bot.playground.access import Caller
from bot.playground.github.shapes.accounts import user
from bot.playground.github.shapes.times import Json, when
from bot.playground.hub import Hub
from bot.playground.people import ROLES, Role, User
from bot.playground.state import Label, Repository

PATHS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


def api_url(hub: Hub, repository: Repository) -> str:
    return f"{hub.url}/repos/{repository.full_name}"


def html_url(hub: Hub, repository: Repository) -> str:
    return f"{hub.url}/{repository.full_name}"


def minimal(hub: Hub, each: Repository) -> Json:
    """What stands inside other things: a commit's, a check suite's, a run's repository."""
    url = api_url(hub, each)
    return {
        "id": each.id,
        "node_id": each.node_id,
        "name": each.name,
        "full_name": each.full_name,
        "private": each.private,
        "owner": user(hub, each.owner),
        "html_url": html_url(hub, each),
        "description": each.description,
        "fork": False,
        "url": url,
        **{name: url + path for name, path in PATHS.items()},
    }


def repository(hub: Hub, each: Repository) -> Json:
    open_issues = sum(issue.state == "open" for issue in each.issues.values())
    page = html_url(hub, each)
    return {
        **minimal(hub, each),
        "created_at": when(each.created_at),
        "updated_at": when(each.pushed_at),
        "pushed_at": when(each.pushed_at),
        "git_url": f"git://{page.partition('://')[2]}.git",
        "ssh_url": f"git@{page.partition('://')[2].replace('/', ':', 1)}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "size": 100,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": None,
        "has_issues": True,
        "has_projects": False,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "has_pull_requests": True,
        "pull_request_creation_policy": "all",
        "forks_count": 0,
        "archived": each.archived,
        "disabled": False,
        "open_issues_count": open_issues,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": list(each.topics),
        "visibility": "private" if each.private else "public",
        "forks": 0,
        "open_issues": open_issues,
        "watchers": 0,
        "default_branch": each.default_branch,
    }


def full(hub: Hub, each: Repository, caller: Caller) -> Json:
    """A repository as it is asked for itself."""
    return {
        **repository(hub, each),
        "permissions": permissions(hub, each, caller),
        "allow_rebase_merge": True,
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_auto_merge": False,
        "allow_update_branch": False,
        "delete_branch_on_merge": each.delete_branch_on_merge,
        "use_squash_pr_title_as_default": False,
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
        "merge_commit_message": "PR_TITLE",
        "merge_commit_title": "MERGE_MESSAGE",
        "network_count": 0,
        "subscribers_count": 0,
    }


def permissions(hub: Hub, each: Repository, caller: Caller) -> Json:
    if caller.installation is not None:
        writes = caller.may(each, "contents", "write")
        return {"admin": False, "maintain": False, "push": writes, "triage": writes, "pull": True}
    role = hub.role(each, caller.user) if caller.user is not None else "read"
    rank = ROLES.index(role) if role is not None else -1
    names = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
    return {name: rank >= ROLES.index(wanted) for name, wanted in reversed(names.items())}


def collaborator_permission(hub: Hub, each: Repository, account: User) -> Json:
    role: Role | None = hub.role(each, account)
    if account.kind != "User" and account is not each.owner:
        role = None
    old_names = {"maintain": "write", "triage": "read", None: "none"}
    return {
        "permission": old_names.get(role, role),
        "user": {**user(hub, account), "permissions": flags(role), "role_name": role or "none"},
        "role_name": role or "none",
    }


def flags(role: Role | None) -> Json:
    rank = -1 if role is None else ROLES.index(role)
    return {
        "admin": rank >= 4,
        "maintain": rank >= 3,
        "push": rank >= 2,
        "triage": rank >= 1,
        "pull": rank >= 0,
    }


def label(hub: Hub, repository: Repository, each: Label) -> Json:
    return {
        "id": each.id,
        "node_id": each.node_id,
        "url": f"{api_url(hub, repository)}/labels/{quote(each.name, safe='')}",
        "name": each.name,
        "color": each.color,
        "default": each.default,
        "description": each.description,
    }
