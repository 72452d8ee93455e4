"""Commits, comparisons and contents."""

from __future__ import annotations

from bot.playground.acts import pulls as pull_acts
from bot.playground.acts.branch_merges import merge_branch
from bot.playground.git.changes import diff_text
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import commits, pulls
from bot.playground.refusals import Refused, not_found
from bot.playground.state import Repository

routes = Routes()
COMMITS = "/repos/{owner}/{repo}/commits"


@routes.get(COMMITS)
def list_commits(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    if not repository.git.branches():
        raise Refused(409, "Git Repository is empty.")
    start = found(repository, ask.query.get("sha") or repository.default_branch)
    path = ask.query.get("path")
    shas = (
        tuple(repository.git.ask("rev-list", start, "--", path).split())
        if path
        else repository.git.log(start)
    )
    return ask.page(shas, lambda each: commits.commit(ask.hub, repository, each), node=lambda each: "")


@routes.get(f"{COMMITS}/{{ref+}}")
def get_commit(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    sha = found(repository, ask.names["ref"])
    if "diff" in ask.headers.get("accept", ""):
        parents = repository.git.commit(sha).parents
        return diff(repository, parents[0] if parents else None, sha)
    return ok(commits.commit_with_files(ask.hub, repository, sha))


@routes.post("/repos/{owner}/{repo}/merges")
def merge(ask: Ask) -> Answer:
    """A branch into a branch, without a pull request."""
    repository = ask.writes("contents")
    base, head = ask.needed("base"), ask.needed("head")
    sha = merge_branch(ask.hub, repository, ask.actor, base, head, ask.text("commit_message"))
    return gone() if sha is None else created(commits.commit_with_files(ask.hub, repository, sha))


@routes.get(f"{COMMITS}/{{ref+}}/pulls")
def list_pulls_of(ask: Ask) -> Answer:
    repository = ask.reads("pull_requests")
    sha = found(repository, ask.names["ref"])
    inside = [
        each
        for each in repository.pulls
        if sha in (each.head_sha, each.merge_commit_sha) or sha in pull_acts.commits(each)
    ]
    return ask.page(inside, lambda each: pulls.pull(ask.hub, each))


@routes.get("/repos/{owner}/{repo}/compare/{names+}")
def compare(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    names = ask.names["names"]
    separator = "..." if "..." in names else ".."
    base_name, _, head_name = names.partition(separator)
    base, head = (
        found(repository, local(repository, base_name)),
        found(repository, local(repository, head_name)),
    )
    if "diff" in ask.headers.get("accept", ""):
        return diff(repository, repository.git.merge_base(base, head), head)
    if repository.git.merge_base(base, head) is None:
        raise Refused(404, f"No common ancestor between {base_name} and {head_name}.")
    return ok(commits.comparison(ask.hub, repository, base, head, names))


@routes.get("/repos/{owner}/{repo}/contents")
@routes.get("/repos/{owner}/{repo}/contents/{path+}")
def get_contents(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    name = ask.query.get("ref") or repository.default_branch
    sha = repository.git.resolve(name)
    if sha is None:
        empty = not repository.git.branches()
        raise Refused(404, "This repository is empty." if empty else f"No commit found for the ref {name}")
    path = ask.names.get("path", "").strip("/")
    entry = repository.git.entry_at(sha, path)
    if entry is None:
        raise not_found()
    if entry.kind == "tree":
        below = [
            commits.content(ask.hub, repository, name, f"{path}/{each.name}".strip("/"), each, False)
            for each in repository.git.tree(entry.sha)
        ]
        return ok(below)
    if "raw" in ask.headers.get("accept", ""):
        return Answer(
            200, raw=repository.git.blob(entry.sha), media="application/vnd.github.raw; charset=utf-8"
        )
    return ok(commits.content(ask.hub, repository, name, path, entry, True))


def found(repository: Repository, name: str) -> str:
    """The commit of that name, or GitHub's 422."""
    sha = repository.git.resolve(name)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return sha


def local(repository: Repository, name: str) -> str:
    return name.removeprefix(f"{repository.owner.login}:")


def diff(repository: Repository, before: str | None, after: str) -> Answer:
    text = diff_text(repository.git, before, after)
    return Answer(
        200, raw=text.encode(errors="surrogateescape"), media="application/vnd.github.diff; charset=utf-8"
    )
