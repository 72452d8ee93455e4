"""Files written one at a time, each as a commit on a branch."""

from __future__ import annotations

from bot.playground.acts import refs
from bot.playground.acts.identities import github, identity
from bot.playground.acts.protection import refuse_protected
from bot.playground.git.objects import Entry
from bot.playground.git.trees import BadTree, Leaf, changed_tree
from bot.playground.github.asking import Answer, Ask
from bot.playground.github.rest.git_data import decoded, person, refuse_workflows
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import commits
from bot.playground.refusals import Refused, not_found
from bot.playground.state import Repository

routes = Routes()
FILE = "/repos/{owner}/{repo}/contents/{path+}"


@routes.put(FILE)
def write_file(ask: Ask) -> Answer:
    """Creates a file, or changes the one whose `sha` the caller names."""
    repository = ask.writes("contents")
    name, path = ask.text("branch") or repository.default_branch, ask.names["path"].strip("/")
    content = decoded(ask.needed("content"))
    there = entry_at(repository, name, path)
    if there is not None and there.kind == "tree":
        raise Refused(422, f"{path} is a directory")
    known = there.sha if there is not None and there.kind == "blob" else None
    if known is not None and known != ask.text("sha"):
        raise Refused(*unseen(path, ask.text("sha")))
    blob = repository.git.write_blob(content)
    act = "update" if known else "create"
    sha = commit(ask, repository, name, {path: ("100644", blob)}, act)
    entry = repository.git.entry_at(sha, path)
    assert entry is not None
    shown = {
        "content": commits.content(ask.hub, repository, name, path, entry, whole=False),
        "commit": commits.git_commit(ask.hub, repository, sha),
    }
    return Answer(200 if known else 201, shown)


@routes.delete(FILE)
def delete_file(ask: Ask) -> Answer:
    repository = ask.writes("contents")
    name, path = ask.text("branch") or repository.default_branch, ask.names["path"].strip("/")
    there = entry_at(repository, name, path)
    if there is None or there.kind != "blob":
        raise not_found()
    if there.sha != ask.needed("sha"):
        raise Refused(*unseen(path, ask.text("sha")))
    sha = commit(ask, repository, name, {path: ("100644", None)}, "delete")
    return Answer(200, {"content": None, "commit": commits.git_commit(ask.hub, repository, sha)})


def commit(ask: Ask, repository: Repository, name: str, leaves: dict[str, Leaf], act: str) -> str:
    """Commits the change and moves the branch; the first commit of an empty repository makes it."""
    git, now = repository.git, ask.hub.now()
    head = git.branch(name)
    if head is None and git.branches():
        raise Refused(404, f"Branch {name} not found")
    try:
        tree = changed_tree(git, git.commit(head).tree if head else None, leaves)
    except BadTree as bad:
        raise Refused(422, str(bad)) from bad
    author = person(ask, "author") or identity(ask.actor, now)
    committer = person(ask, "committer") or github(now)
    parents = (head,) if head else ()
    sha = git.write_commit(tree, parents, author, committer, ask.needed("message"), signed=True)
    refuse_workflows(ask, repository, head, sha)
    refuse_protected(
        ask.hub, repository, ask.actor, refs.HEADS + name, head, sha, 409, f"Could not {act} file: "
    )
    refs.move(ask.hub, repository, ask.actor, refs.HEADS + name, head, sha)
    return sha


def entry_at(repository: Repository, name: str, path: str) -> Entry | None:
    head = repository.git.branch(name)
    return repository.git.entry_at(head, path) if head else None


def unseen(path: str, named: str | None) -> tuple[int, str]:
    """Why a write that does not name the file as it is is refused."""
    if named is None:
        return 422, 'Invalid request.\n\n"sha" wasn\'t supplied.'
    return 409, f"{path} does not match {named}"
