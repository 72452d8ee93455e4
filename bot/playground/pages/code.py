"""The code: a repository's files with its README, one file, branches, commits."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground.acts.checks import latest_runs, latest_statuses, standing
from bot.playground.acts.identities import user_of
from bot.playground.git.changes import changes, text_in
from bot.playground.git.objects import Commit, Entry
from bot.playground.github.asking import Answer
from bot.playground.hub import Hub
from bot.playground.pages.diffs import LONGEST, File, rows_of
from bot.playground.pages.layout import shown
from bot.playground.pages.places import Room
from bot.playground.pages.visiting import Visit
from bot.playground.people import User
from bot.playground.refusals import not_found
from bot.playground.state import Repository

places = Room()
HOME = "/{owner}/{repo}"
PAGE = 50
LARGEST = 500_000  # bytes of a file that are shown as text


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit as lists show it."""

    commit: Commit
    subject: str
    body: str
    author: str
    account: User | None
    checks: str  # "", success, failure or pending


@places.get(HOME)
def front(visit: Visit) -> Answer:
    return tree_page(visit, visit.repository.default_branch, "")


@places.get(f"{HOME}/tree/{{rest+}}")
def tree(visit: Visit) -> Answer:
    ref, path = split(visit.repository, visit.names["rest"])
    return tree_page(visit, ref, path)


def tree_page(visit: Visit, ref: str, path: str) -> Answer:
    repository = visit.repository
    sha = resolved(repository, ref)
    if sha is None:
        if repository.git.branches() or path:
            raise not_found()
        return shown(visit, "empty", title=repository.full_name, repository=repository, tab="code")
    entry = repository.git.entry_at(sha, path)
    if entry is None or entry.kind != "tree":
        raise not_found()
    entries = sorted(repository.git.tree(entry.sha), key=lambda each: (each.kind != "tree", each.name))
    return shown(
        visit, "tree", title=repository.full_name, repository=repository, tab="code", ref=ref, path=path,
        entries=entries, readme=readme(repository, entries), head=committed(visit.hub, repository, sha),
        branches=list(repository.git.branches()), commits=len(repository.git.log(sha)),
    )  # fmt: skip


def readme(repository: Repository, entries: list[Entry]) -> tuple[str, str] | None:
    found = next(
        (each for each in entries if each.kind == "blob" and each.name.lower() in ("readme.md", "readme")),
        None,
    )
    return (found.name, repository.git.blob(found.sha).decode(errors="replace")) if found else None


@places.get(f"{HOME}/blob/{{rest+}}")
def blob(visit: Visit) -> Answer:
    ref, path = split(visit.repository, visit.names["rest"])
    content = content_at(visit.repository, ref, path)
    text = None if b"\0" in content[:8000] or len(content) > LARGEST else content.decode(errors="replace")
    source = visit.query.get("plain") == "1" or not path.lower().endswith(".md")
    return shown(
        visit, "blob", title=path, repository=visit.repository, tab="code", ref=ref, path=path, text=text,
        size=len(content), source=source,
    )  # fmt: skip


@places.get(f"{HOME}/raw/{{rest+}}")
def raw(visit: Visit) -> Answer:
    """As it is; a text is never taken for a page, and a picture runs nothing."""
    ref, path = split(visit.repository, visit.names["rest"])
    kinds = {"png": "image/png", "gif": "image/gif", "jpg": "image/jpeg", "svg": "image/svg+xml"}
    media = kinds.get(path.rpartition(".")[2].lower(), "text/plain; charset=utf-8")
    safe = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
    return Answer(200, raw=content_at(visit.repository, ref, path), media=media, headers=safe)


@places.get(f"{HOME}/branches")
def branches(visit: Visit) -> Answer:
    repository = visit.repository
    found = [(name, committed(visit.hub, repository, sha)) for name, sha in repository.git.branches().items()]
    return shown(visit, "branches", title="Branches", repository=repository, tab="code", branches=found)


@places.get(f"{HOME}/commits", f"{HOME}/commits/{{ref+}}")
def commits(visit: Visit) -> Answer:
    repository = visit.repository
    ref = visit.names.get("ref", repository.default_branch)
    sha = resolved(repository, ref)
    if sha is None:
        raise not_found()
    found = [committed(visit.hub, repository, each) for each in repository.git.log(sha, limit=PAGE)]
    return shown(
        visit, "commits", title=f"Commits · {ref}", repository=repository, tab="code", ref=ref, commits=found
    )


@places.get(f"{HOME}/commit/{{sha}}", f"{HOME}/commit/{{sha}}/checks")
def commit(visit: Visit) -> Answer:
    repository = visit.repository
    name, _, form = visit.names["sha"].partition(".")
    sha = repository.git.resolve(name)
    if sha is None:
        raise not_found()
    one = repository.git.commit(sha)
    before = one.parents[0] if one.parents else None
    if form in ("diff", "patch"):
        return plain(text_in(form, repository.git, before, sha))
    files = [
        File(each, rows_of(each.patch)[:LONGEST], 0, []) for each in changes(repository.git, before, sha)
    ]
    return shown(
        visit, "commit", title=one.message.partition("\n")[0], repository=repository, tab="code",
        commit=committed(visit.hub, repository, sha), files=files, runs=latest_runs(repository, sha),
        statuses=latest_statuses(repository, sha),
    )  # fmt: skip


@places.get(f"{HOME}/compare/{{names+}}")
def compare(visit: Visit) -> Answer:
    repository = visit.repository
    base, _, head = visit.names["names"].partition("...")
    form = head.rpartition(".")[2] if resolved(repository, head) is None else ""
    head = head.removesuffix(f".{form}") if form in ("diff", "patch") else head
    ends = [resolved(repository, each) for each in (base, head)]
    if ends[0] is None or ends[1] is None:
        raise not_found()
    fork = repository.git.merge_base(ends[0], ends[1])
    if form in ("diff", "patch"):
        return plain(text_in(form, repository.git, fork, ends[1]))
    files = [
        File(each, rows_of(each.patch)[:LONGEST], 0, []) for each in changes(repository.git, fork, ends[1])
    ]
    between = [
        committed(visit.hub, repository, each) for each in reversed(repository.git.log(ends[1], ends[0]))
    ]
    return shown(
        visit, "compare", title=f"Comparing {base}...{head}", repository=repository, tab="code", base=base,
        head=head, files=files, commits=between, branches=list(repository.git.branches()),
    )  # fmt: skip


def committed(hub: Hub, repository: Repository, sha: str) -> Committed:
    one = repository.git.commit(sha)
    subject, _, body = one.message.strip().partition("\n")
    account = user_of(hub, one.author)
    name = account.login if account is not None else one.author.name
    return Committed(one, subject, body.strip(), name, account, checks_of(repository, sha))


def checks_of(repository: Repository, sha: str) -> str:
    states = {standing(each) for each in latest_runs(repository, sha)}
    states |= {standing(each) for each in latest_statuses(repository, sha)}
    return next((each for each in ("failing", "pending", "success") if each in states), "").replace(
        "failing", "failure"
    )


def split(repository: Repository, rest: str) -> tuple[str, str]:
    """`feature/x/src/a.py` is a branch with a slash and a path; the longest branch that fits counts."""
    parts = rest.strip("/").split("/")
    for size in range(len(parts), 0, -1):
        name = "/".join(parts[:size])
        if repository.git.branch(name) is not None:
            return name, "/".join(parts[size:])
    return parts[0], "/".join(parts[1:])


def resolved(repository: Repository, ref: str) -> str | None:
    return repository.git.resolve(ref)


def content_at(repository: Repository, ref: str, path: str) -> bytes:
    sha = resolved(repository, ref)
    entry = repository.git.entry_at(sha, path) if sha else None
    if entry is None or entry.kind != "blob":
        raise not_found()
    return repository.git.blob(entry.sha)


def plain(text: str) -> Answer:
    return Answer(200, raw=text.encode(errors="surrogateescape"), media="text/plain; charset=utf-8")
