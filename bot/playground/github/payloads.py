"""What webhooks say: the payload of every signal, in GitHub's shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.playground.git.objects import NO_OBJECT
from bot.playground.github.shapes import accounts, checks, commits, issues, pulls, repositories
from bot.playground.github.shapes.times import Json, when
from bot.playground.hub import Hub, Signal
from bot.playground.people import Installation, User
from bot.playground.state import Repository

PUSHED_AT_MOST = 20


def payload(hub: Hub, signal: Signal, installation: Installation | None) -> Json:
    """The whole payload: what happened, and where, by whom, to which installation."""
    said: Json = {} if signal.action is None else {"action": signal.action}
    said |= SAID[signal.event](hub, signal)
    if signal.about.get("changes") is not None:
        said["changes"] = signal.about["changes"]
    said |= where(hub, signal, installation)
    return said


def where(hub: Hub, signal: Signal, installation: Installation | None) -> Json:
    said: Json = {"sender": accounts.user(hub, signal.sender)}
    if signal.repository is not None:
        said["repository"] = repositories.repository(hub, signal.repository)
        if signal.event == "push":
            said["repository"] |= push_times(signal.repository)
        if signal.repository.owner.kind == "Organization":
            said["organization"] = organization(hub, signal.repository.owner)
    if installation is not None and signal.event not in ("installation", "installation_repositories"):
        said["installation"] = {"id": installation.id, "node_id": installation.node_id}
    return said


def push_times(repository: Repository) -> Json:
    """A push tells these two as seconds; nobody knows why."""
    created, pushed = repository.created_at, repository.pushed_at
    return {"created_at": int(created.timestamp()), "pushed_at": int(pushed.timestamp())}


def organization(hub: Hub, account: User) -> Json:
    url = f"{hub.url}/orgs/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": account.node_id,
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{hub.url}/avatars/{account.id}",
        "description": "",
    }


# -- each event
def said_issues(hub: Hub, signal: Signal) -> Json:
    issue = signal.about["issue"]
    said: Json = {"issue": issues.issue(hub, issue)}
    if "label" in signal.about:
        said["label"] = repositories.label(hub, issue.repository, signal.about["label"])
    if "assignee" in signal.about:
        said["assignee"] = accounts.user(hub, signal.about["assignee"])
    if "moved_to" in signal.about:
        moved = signal.about["moved_to"]
        said["changes"] = {
            "new_issue": issues.issue(hub, moved),
            "new_repository": repositories.repository(hub, moved.repository),
        }
    return said


def said_issue_comment(hub: Hub, signal: Signal) -> Json:
    return {
        "issue": issues.issue(hub, signal.about["issue"]),
        "comment": issues.comment(hub, signal.about["comment"]),
    }


def said_label(hub: Hub, signal: Signal) -> Json:
    assert signal.repository is not None
    return {"label": repositories.label(hub, signal.repository, signal.about["label"])}


def said_pull_request(hub: Hub, signal: Signal) -> Json:
    pull = signal.about["pull"]
    said: Json = {"number": pull.number, "pull_request": pulls.full_pull(hub, pull)}
    if "label" in signal.about:
        said["label"] = repositories.label(hub, pull.repository, signal.about["label"])
    for name in ("requested_reviewer", "assignee"):
        if name in signal.about:
            said[name] = accounts.user(hub, signal.about[name])
    for name in ("before", "after"):
        if name in signal.about:
            said[name] = signal.about[name]
    return said


def said_review(hub: Hub, signal: Signal) -> Json:
    return {
        "review": pulls.hooked_review(hub, signal.about["review"]),
        "pull_request": pulls.pull(hub, signal.about["pull"]),
    }


def said_review_comment(hub: Hub, signal: Signal) -> Json:
    return {
        "comment": pulls.review_comment(hub, signal.about["comment"]),
        "pull_request": pulls.pull(hub, signal.about["pull"]),
    }


def said_thread(hub: Hub, signal: Signal) -> Json:
    return {
        "thread": pulls.thread(hub, signal.about["thread"]),
        "pull_request": pulls.pull(hub, signal.about["pull"]),
        "updated_at": when(hub.now()),
    }


def said_check_run(hub: Hub, signal: Signal) -> Json:
    run = signal.about["run"]
    suite = checks.hooked_suite(hub, run.suite)
    kept = (
        "id", "node_id", "head_branch", "head_sha", "status", "conclusion", "url", "before", "after",
        "pull_requests", "app", "created_at", "updated_at",
    )  # fmt: skip
    return {"check_run": {**checks.check_run(hub, run), "check_suite": {name: suite[name] for name in kept}}}


def said_check_suite(hub: Hub, signal: Signal) -> Json:
    return {"check_suite": checks.hooked_suite(hub, signal.about["suite"])}


def said_status(hub: Hub, signal: Signal) -> Json:
    status = signal.about["status"]
    repository = status.repository
    branches = [
        {
            "name": name,
            "commit": {"sha": sha, "url": f"{repositories.api_url(hub, repository)}/commits/{sha}"},
            "protected": bool(repository.required_checks.get(name)),
        }
        for name, sha in repository.git.branches().items()
        if sha == status.sha
    ]
    return {
        "id": status.id,
        "sha": status.sha,
        "name": repository.full_name,
        "avatar_url": accounts.user(hub, status.creator)["avatar_url"],
        "target_url": status.target_url,
        "context": status.context,
        "description": status.description,
        "state": status.state,
        "commit": commits.commit(hub, repository, status.sha),
        "branches": branches[:10],
        "created_at": when(status.created_at),
        "updated_at": when(status.created_at),
    }


def said_push(hub: Hub, signal: Signal) -> Json:
    repository, about = signal.repository, signal.about
    assert repository is not None
    before, after = about["before"], about["after"]
    branch = about["ref"].startswith("refs/heads/") and after != NO_OBJECT
    shas = pushed(repository, before, after) if branch else []
    shown = [commits.pushed_commit(hub, repository, sha) for sha in shas]
    head = commits.pushed_commit(hub, repository, after) if branch else None
    name = signal.sender.login
    return {
        "ref": about["ref"],
        "before": before,
        "after": after,
        "created": before == NO_OBJECT,
        "deleted": after == NO_OBJECT,
        "forced": about["forced"],
        "base_ref": None,
        "compare": f"{repositories.html_url(hub, repository)}/compare/{before[:12]}...{after[:12]}",
        "commits": shown,
        "head_commit": head,
        "pusher": {"name": name, "email": f"{name}@users.noreply.github.com"},
    }


def pushed(repository: Repository, before: str, after: str) -> list[str]:
    """The new commits of a push, oldest first; of a new branch what it has beyond the default branch."""
    git = repository.git
    if before == NO_OBJECT:
        default = git.branch(repository.default_branch)
        known = default if default is not None and default != after else None
        new = git.log(after, known, PUSHED_AT_MOST) if known else (after,)
    else:
        new = git.log(after, before, PUSHED_AT_MOST)
    return list(reversed(new))


def said_installation(hub: Hub, signal: Signal) -> Json:
    installation = signal.about["installation"]
    held = [hub.repositories[each] for each in sorted(installation.repository_ids)]
    return {
        "installation": accounts.installation(hub, installation),
        "repositories": [brief(each) for each in held],
        "requester": None,
    }


def said_installation_repositories(hub: Hub, signal: Signal) -> Json:
    return {
        "installation": accounts.installation(hub, signal.about["installation"]),
        "repository_selection": "selected",
        "repositories_added": [brief(each) for each in signal.about.get("added", [])],
        "repositories_removed": [brief(each) for each in signal.about.get("removed", [])],
        "requester": None,
    }


def brief(each: Repository) -> Json:
    return {
        "id": each.id,
        "node_id": each.node_id,
        "name": each.name,
        "full_name": each.full_name,
        "private": each.private,
    }


def said_repository(hub: Hub, signal: Signal) -> Json:
    return {}


def said_merge_group(hub: Hub, signal: Signal) -> Json:
    entry = signal.about["entry"]
    repository = entry.pull.repository
    said: Json = {
        "merge_group": {
            "head_sha": entry.head_sha,
            "head_ref": f"refs/heads/{entry.head_ref}",
            "base_sha": entry.base_sha,
            "base_ref": f"refs/heads/{entry.pull.base_ref}",
            "head_commit": commits.simple_commit(repository, entry.head_sha),
        }
    }
    return said | ({"reason": signal.about["reason"]} if "reason" in signal.about else {})


def said_ping(hub: Hub, signal: Signal) -> Json:
    app = signal.about["app"]
    return {
        "zen": "Keep it logically awesome.",
        "hook_id": app.hook_id,
        "hook": {
            "type": "App",
            "id": app.hook_id,
            "name": "web",
            "active": True,
            "events": list(app.events),
            "config": {
                "content_type": "json",
                "insecure_ssl": "0",
                "secret": "********",
                "url": app.webhook_url or "",
            },
            "updated_at": when(app.created_at),
            "created_at": when(app.created_at),
            "app_id": app.id,
            "deliveries_url": f"{hub.url}/app/hook/deliveries",
        },
    }


SAID: dict[str, Callable[[Hub, Signal], dict[str, Any]]] = {
    "issues": said_issues,
    "issue_comment": said_issue_comment,
    "label": said_label,
    "pull_request": said_pull_request,
    "pull_request_review": said_review,
    "pull_request_review_comment": said_review_comment,
    "pull_request_review_thread": said_thread,
    "check_run": said_check_run,
    "check_suite": said_check_suite,
    "status": said_status,
    "push": said_push,
    "installation": said_installation,
    "installation_repositories": said_installation_repositories,
    "repository": said_repository,
    "merge_group": said_merge_group,
    "ping": said_ping,
}
# Sent to every App, whatever it subscribed to.
ALWAYS = ("installation", "installation_repositories", "ping")
