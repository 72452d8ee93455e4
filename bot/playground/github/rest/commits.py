"""Commits, comparisons and contents."""

from __future__ import annotations

import re
from datetime import datetime

from bot.playground.acts import pulls as pull_acts
from bot.playground.acts.branch_merges import merge_branch
from bot.playground.acts.identities import user_of
from bot.playground.git import Commit, Person
from bot.playground.git.changes import changes, text_in
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import commits, pulls
from bot.playground.refusals import Refused, not_found
from bot.playground.state import Repository

routes = Routes()
COMMITS = "/repos/{owner}/{repo}/commits"
_FORM = re.compile(r"application/vnd\.github\.(?:v3\.)?(diff|patch)\b")


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
    since, until = ask.moment("since"), ask.moment("until")
    wished = [each for each in shas if wanted(ask, repository.git.commit(each), since, until)]
    return ask.page(wished, lambda each: commits.commit(ask.hub, repository, each), node=lambda each: "")


def wanted(ask: Ask, each: Commit, since: datetime | None, until: datetime | None) -> bool:
    return (
        (since is None or each.committer.at >= since)
        and (until is None or each.committer.at <= until)
        and is_by(ask, each.author, ask.query.get("author"))
        and is_by(ask, each.committer, ask.query.get("committer"))
    )


def is_by(ask: Ask, person: Person, wish: str | None) -> bool:
    """Whether a login or an e-mail address means that person."""
    account = user_of(ask.hub, person)
    known = {person.email.lower(), account.login.lower() if account is not None else ""}
    return wish is None or wish.lower() in known


@routes.get(f"{COMMITS}/{{ref+}}")
def get_commit(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    name, _, below = ask.names["ref"].partition("/")
    if below and repository.git.resolve(ask.names["ref"]) is None and repository.git.resolve(name):
        raise not_found()  # something of a commit that is not offered here
    sha = found(repository, ask.names["ref"])
    parents = repository.git.commit(sha).parents
    before, form = parents[0] if parents else None, wanted_form(ask)
    if form is not None:
        return as_text(form, repository, before, sha)
    files = changes(repository.git, before, sha)[: commits.MOST_FILES]
    part, headers = ask.part(files, commits.FILES, commits.FILES)
    return Answer(200, commits.commit_with_files(ask.hub, repository, sha, part), headers)


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
    fork, form = repository.git.merge_base(base, head), wanted_form(ask)
    if form is not None:
        return as_text(form, repository, fork, head)
    if fork is None:
        raise Refused(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead = tuple(reversed(repository.git.log(head, base)))
    paged = bool({"page", "per_page"} & ask.query.keys())
    shown, headers = ask.part(ahead) if paged else (ahead[: commits.MOST_COMMITS], {})
    # Files are on the first page alone.
    files = changes(repository.git, fork, head)[: commits.FILES] if ask.integer("page", 1) <= 1 else ()
    return Answer(200, commits.comparison(ask.hub, repository, base, head, names, shown, files), headers)


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
    entry = commits.followed(repository, sha, path, entry)
    if entry.kind == "tree":
        below = [
            commits.listed_content(ask.hub, repository, name, f"{path}/{each.name}".strip("/"), each)
            for each in repository.git.tree(entry.sha)
        ]
        return ok(below)
    if "raw" in ask.headers.get("accept", "") and entry.kind == "blob":
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


def wanted_form(ask: Ask) -> str | None:
    """`diff` or `patch`, where the caller accepts one of them instead of JSON."""
    match = _FORM.search(ask.headers.get("accept", ""))
    return match[1] if match is not None else None


def as_text(form: str, repository: Repository, before: str | None, after: str) -> Answer:
    text = text_in(form, repository.git, before, after)
    media = f"application/vnd.github.{form}; charset=utf-8"
    return Answer(200, raw=text.encode(errors="surrogateescape"), media=media)
