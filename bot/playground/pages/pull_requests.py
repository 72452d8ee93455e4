"""Pull requests: conversation with the merge box, commits, checks, changed files with comments on lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.playground.acts import merges, pulls
from bot.playground.acts.checks import blocking, is_required, latest_runs, latest_statuses, standing
from bot.playground.acts.merge_queue import entry_of
from bot.playground.acts.rulesets import rules_of
from bot.playground.git.changes import text_in
from bot.playground.github.asking import Answer
from bot.playground.pages.code import committed, plain
from bot.playground.pages.diffs import files_of, pending_of
from bot.playground.pages.discussions import conversation
from bot.playground.pages.layout import address, redirect, shown
from bot.playground.pages.places import Room
from bot.playground.pages.visiting import Visit
from bot.playground.refusals import not_found
from bot.playground.state import CheckRun, PullRequest, Status

places = Room()
PULL = "/{owner}/{repo}/pull/{number#}"


@dataclass(frozen=True, slots=True)
class MergeBox:
    """Whether it can be merged, and if not, why."""

    open: bool
    headline: str
    reason: str
    mark: Literal["success", "failure", "pending", "draft"]
    behind: bool


@places.get(PULL)
def show_pull(visit: Visit) -> Answer:
    issue = visit.issue
    if issue.pull is None:
        return redirect(address(issue))
    pull = issue.pull
    return conversation(visit, issue, box=merge_box(visit, pull), **around(visit, pull))


def around(visit: Visit, pull: PullRequest) -> dict[str, Any]:
    """What every tab of a pull request shows."""
    checks = checks_of(pull)
    return {
        "commit_count": len(pulls.commits(pull)),
        "file_count": len(pulls.files(pull)),
        "checks": checks,
        "states": [standing(each) for each in checks],
        "is_required": lambda name: is_required(pull, name),
        "verdicts": verdicts(pull),
        "queued": entry_of(pull) is not None,
        "by_queue": bool(rules_of(pull.repository, pull.base_ref, "merge_queue")),
        "pending": pending_of(pull, visit.person.user),
    }


def checks_of(pull: PullRequest) -> list[CheckRun | Status]:
    repository, sha = pull.repository, pull.head_sha
    return [*latest_runs(repository, sha), *latest_statuses(repository, sha)]


def verdicts(pull: PullRequest) -> list[tuple[str, str]]:
    """The newest word of each reviewer, and who is asked and has not spoken."""
    found: dict[str, str] = {}
    for review in pull.reviews:
        stays = review.state == "COMMENTED" and found.get(review.author.login) in (
            "APPROVED",
            "CHANGES_REQUESTED",
        )
        if review.state != "PENDING" and review.author is not pull.issue.author and not stays:
            found[review.author.login] = review.state
    found |= {user.login: "WAITING" for user in pull.requested_reviewers}
    return sorted(found.items())


def merge_box(visit: Visit, pull: PullRequest) -> MergeBox:
    """GitHub computes in the background whether it can be merged; a page waits for it."""
    if pull.issue.state == "closed":
        return MergeBox(False, "", "", "draft", False)
    state = pull.mergeable if pull.mergeable != "UNKNOWN" else merges.settle_mergeability(visit.hub, pull)
    behind = not pull.repository.git.is_ancestor(pull.base_sha, pull.head_sha)
    if pull.draft:
        text = "Draft pull requests cannot be merged."
        return MergeBox(False, "This pull request is still a work in progress", text, "draft", behind)
    if state == "CONFLICTING":
        text = f"Use the command line to resolve conflicts with {pull.base_ref} before continuing."
        return MergeBox(False, "This branch has conflicts that must be resolved", text, "failure", behind)
    if entry_of(pull) is not None:
        return MergeBox(
            False, "Queued to merge", "It is merged when its checks in the queue pass.", "pending", behind
        )
    reason = blocking(pull)
    if reason is not None:
        return MergeBox(False, "Merging is blocked", reason, "failure", behind)
    if not visit.may("write"):
        text = "Only those with write access to this repository can merge pull requests."
        return MergeBox(False, "This branch has no conflicts with the base branch", text, "success", behind)
    text = "Merging can be performed automatically."
    return MergeBox(True, "No conflicts with base branch", text, "success", behind)


@places.get(f"{PULL}/commits")
def show_commits(visit: Visit) -> Answer:
    pull = visit.pull
    found = [committed(visit.hub, pull.repository, each) for each in pulls.commits(pull)]
    return tab(visit, pull, "commits", commits=found)


@places.get(f"{PULL}/commits/{{sha}}")
def show_commit(visit: Visit) -> Answer:
    return redirect(f"{address(visit.repository)}/commit/{visit.names['sha']}")


@places.get(f"{PULL}/checks")
def show_checks(visit: Visit) -> Answer:
    runs = latest_runs(visit.repository, visit.pull.head_sha)
    wanted = visit.query.get("check_run_id", "")
    chosen = next((each for each in runs if str(each.id) == wanted), runs[0] if runs else None)
    return tab(visit, visit.pull, "checks", run=chosen)


@places.get(f"{PULL}/files")
def show_files(visit: Visit) -> Answer:
    pull = visit.pull
    place = (visit.query.get("path", ""), visit.query.get("side", ""), visit.query.get("line", ""))
    return tab(visit, pull, "files", files=files_of(pull, visit.person.user), place=place)


@places.get("/{owner}/{repo}/pull/{number#}.{form}")
def show_text(visit: Visit) -> Answer:
    pull = visit.pull
    if visit.names["form"] not in ("diff", "patch"):
        raise not_found()
    return plain(text_in(visit.names["form"], pull.repository.git, pulls.fork_point(pull), pull.head_sha))


def tab(visit: Visit, pull: PullRequest, section: str, **more: Any) -> Answer:
    return shown(
        visit, f"pull_{section}", title=f"{pull.issue.title} · #{pull.number}", repository=pull.repository,
        tab="pulls", issue=pull.issue, pull=pull, section=section, editing="", **around(visit, pull), **more,
    )  # fmt: skip
