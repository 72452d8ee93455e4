"""Pull requests, reviews, and comments on lines."""

from __future__ import annotations

from bot.playground.acts import merges, pulls
from bot.playground.github.shapes.accounts import association, maybe_user, user
from bot.playground.github.shapes.issues import page, rollup
from bot.playground.github.shapes.repositories import api_url, label, repository
from bot.playground.github.shapes.times import Json, maybe, when
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import Mergeable, PullRequest, Review, ReviewComment, Thread

MERGEABLE = {"MERGEABLE": True, "CONFLICTING": False, "UNKNOWN": None}


def pull(hub: Hub, each: PullRequest) -> Json:
    """As lists show it."""
    issue, home = each.issue, each.repository
    url = f"{api_url(hub, home)}/pulls/{each.number}"
    issue_url = f"{api_url(hub, home)}/issues/{each.number}"
    statuses = f"{api_url(hub, home)}/statuses/{each.head_sha}"
    return {
        "url": url,
        "id": each.id,
        "node_id": each.node_id,
        "html_url": page(hub, issue),
        "diff_url": f"{page(hub, issue)}.diff",
        "patch_url": f"{page(hub, issue)}.patch",
        "issue_url": issue_url,
        "number": each.number,
        "state": issue.state,
        "locked": issue.locked,
        "title": issue.title,
        "user": user(hub, issue.author),
        "body": issue.body,
        "created_at": when(issue.created_at),
        "updated_at": when(issue.updated_at),
        "closed_at": maybe(issue.closed_at),
        "merged_at": maybe(each.merged_at),
        "merge_commit_sha": each.merge_commit_sha or each.test_merge_sha,
        "assignee": maybe_user(hub, issue.assignees[0] if issue.assignees else None),
        "assignees": [user(hub, one) for one in issue.assignees],
        "requested_reviewers": [user(hub, one) for one in each.requested_reviewers],
        "requested_teams": [],
        "labels": [label(hub, home, one) for one in issue.labels],
        "milestone": None,
        "draft": each.draft,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{api_url(hub, home)}/pulls/comments{{/number}}",
        "comments_url": f"{issue_url}/comments",
        "statuses_url": statuses,
        "head": end(hub, each, each.head_ref, each.head_sha),
        "base": end(hub, each, each.base_ref, each.base_sha),
        "_links": {
            "self": {"href": url},
            "html": {"href": page(hub, issue)},
            "issue": {"href": issue_url},
            "comments": {"href": f"{issue_url}/comments"},
            "review_comments": {"href": f"{url}/comments"},
            "review_comment": {"href": f"{api_url(hub, home)}/pulls/comments{{/number}}"},
            "commits": {"href": f"{url}/commits"},
            "statuses": {"href": statuses},
        },
        "author_association": association(hub, home, issue.author),
        "auto_merge": None,
        "active_lock_reason": None,
    }


def end(hub: Hub, each: PullRequest, ref: str, sha: str) -> Json:
    home = each.repository
    return {
        "label": f"{home.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(hub, home.owner),
        "repo": {
            **repository(hub, home),
            "allow_squash_merge": True,
            "allow_merge_commit": True,
            "allow_rebase_merge": True,
            "allow_auto_merge": False,
            "delete_branch_on_merge": home.delete_branch_on_merge,
            "allow_update_branch": False,
            "use_squash_pr_title_as_default": False,
            "squash_merge_commit_message": "COMMIT_MESSAGES",
            "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
            "merge_commit_message": "PR_TITLE",
            "merge_commit_title": "MERGE_MESSAGE",
        },
    }


def full_pull(hub: Hub, each: PullRequest, known: Mergeable | None = None) -> Json:
    """As it is asked for itself, and as webhooks bring it."""
    changed = pulls.files(each)
    mergeable = each.mergeable if known is None else known
    return {
        **pull(hub, each),
        "merged": each.merged,
        "mergeable": None if each.issue.state == "closed" else MERGEABLE[mergeable],
        "rebaseable": None if each.issue.state == "closed" else MERGEABLE[mergeable],
        "mergeable_state": "unknown" if mergeable == "UNKNOWN" else merges.merge_state(hub, each),
        "merged_by": maybe_user(hub, each.merged_by),
        "comments": len(each.issue.comments),
        "review_comments": sum(len(thread.comments) for thread in each.threads),
        "maintainer_can_modify": each.maintainer_can_modify,
        "commits": len(pulls.commits(each)),
        "additions": sum(one.additions for one in changed),
        "deletions": sum(one.deletions for one in changed),
        "changed_files": len(changed),
    }


def small_pull(hub: Hub, each: PullRequest) -> Json:
    """As checks name it."""
    home = each.repository
    place = {"id": home.id, "url": api_url(hub, home), "name": home.name}
    return {
        "url": f"{api_url(hub, home)}/pulls/{each.number}",
        "id": each.id,
        "number": each.number,
        "head": {"ref": each.head_ref, "sha": each.head_sha, "repo": place},
        "base": {"ref": each.base_ref, "sha": each.base_sha, "repo": place},
    }


def review(hub: Hub, each: Review) -> Json:
    home = each.pull.repository
    url = f"{api_url(hub, home)}/pulls/{each.pull.number}"
    html = f"{page(hub, each.pull.issue)}#pullrequestreview-{each.id}"
    shown: Json = {
        "id": each.id,
        "node_id": each.node_id,
        "user": user(hub, each.author),
        "body": each.body,
        "state": each.state,
        "html_url": html,
        "pull_request_url": url,
        "author_association": association(hub, home, each.author),
        "_links": {"html": {"href": html}, "pull_request": {"href": url}},
        "commit_id": each.commit_sha,
    }
    if each.submitted_at is not None:
        shown["submitted_at"] = when(each.submitted_at)
    return shown


def hooked_review(hub: Hub, each: Review) -> Json:
    """As webhooks bring it: states in small letters, no empty body."""
    submitted = maybe(each.submitted_at)
    shown = {**review(hub, each), "state": each.state.lower(), "body": each.body or None}
    return {**shown, "submitted_at": submitted, "updated_at": submitted}


def review_comment(hub: Hub, each: ReviewComment) -> Json:
    thread, home = each.thread, each.thread.pull.repository
    url = f"{api_url(hub, home)}/pulls/comments/{each.id}"
    pull_url = f"{api_url(hub, home)}/pulls/{thread.pull.number}"
    html = f"{page(hub, thread.pull.issue)}#discussion_r{each.id}"
    shown: Json = {
        "url": url,
        "pull_request_review_id": each.review.id,
        "id": each.id,
        "node_id": each.node_id,
        "diff_hunk": each.diff_hunk,
        "path": thread.path,
        "commit_id": each.commit_sha,
        "original_commit_id": each.original_commit_sha,
        "user": user(hub, each.author),
        "body": each.body,
        "created_at": when(each.created_at),
        "updated_at": when(each.updated_at),
        "html_url": html,
        "pull_request_url": pull_url,
        "author_association": association(hub, home, each.author),
        "_links": {"self": {"href": url}, "html": {"href": html}, "pull_request": {"href": pull_url}},
        "reactions": rollup(f"{url}/reactions", each.reactions),
        "start_line": thread.start_line,
        "original_start_line": thread.start_line,
        "start_side": thread.side if thread.start_line else None,
        "line": thread.line,
        "original_line": thread.original_line,
        "side": thread.side,
        "original_position": each.position,
        "position": None if thread.outdated else each.position,
        "subject_type": thread.subject_type,
    }
    if each.in_reply_to is not None:
        shown["in_reply_to_id"] = each.in_reply_to.id
    return shown


def thread(hub: Hub, each: Thread) -> Json:
    return {"node_id": each.node_id, "comments": [review_comment(hub, one) for one in each.comments]}


def requested(hub: Hub, reviewers: list[User]) -> Json:
    return {"users": [user(hub, each) for each in reviewers], "teams": []}
