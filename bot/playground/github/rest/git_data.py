"""The Git Data API: blobs, trees, commits and refs made for real."""

from __future__ import annotations

import base64
from datetime import datetime

from bot.playground.acts import refs
from bot.playground.acts.identities import github, identity
from bot.playground.git import Person
from bot.playground.git.changes import brought_paths
from bot.playground.git.trees import BadTree, Leaf, changed_tree
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import commits
from bot.playground.github.shapes.times import Json, parsed
from bot.playground.refusals import Refused, forbidden, not_found
from bot.playground.state import Repository

routes = Routes()
GIT = "/repos/{owner}/{repo}/git"
MODES = ("100644", "100755", "040000", "160000", "120000")


# -- blobs
@routes.post(f"{GIT}/blobs")
def create_blob(ask: Ask) -> Answer:
    repository = ask.writes("contents")
    refuse_empty(repository)
    text = ask.needed("content")
    content = decoded(text) if ask.text("encoding") == "base64" else text.encode()
    sha = repository.git.write_blob(content)
    shown = commits.blob(ask.hub, repository, sha)
    return created({"url": shown["url"], "sha": sha})


def decoded(text: str) -> bytes:
    """The bytes behind Base64; line breaks are none to GitHub, though it writes them (hub4j/github-api#638)."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(422, "content is not valid Base64") from error


@routes.get(f"{GIT}/blobs/{{sha}}")
def get_blob(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    if repository.git.kind(ask.names["sha"]) != "blob":
        raise not_found()
    return ok(commits.blob(ask.hub, repository, ask.names["sha"]))


# -- trees
@routes.post(f"{GIT}/trees")
def create_tree(ask: Ask) -> Answer:
    repository = ask.writes("contents")
    refuse_empty(repository)
    base = base_tree(repository, ask.text("base_tree"))
    leaves = {}
    for each in ask.things("tree"):
        leaves[str(each.get("path", ""))] = leaf(repository, each)
    if not leaves:
        raise Refused(422, "Invalid tree info")
    try:
        sha = changed_tree(repository.git, base, leaves)
    except BadTree as bad:
        raise Refused(422, str(bad)) from bad
    return created(commits.tree(ask.hub, repository, sha, recursive=False))


def base_tree(repository: Repository, name: str | None) -> str | None:
    if name is None:
        return None
    kind = repository.git.kind(name)
    if kind == "commit":
        return repository.git.commit(name).tree
    if kind != "tree":
        raise Refused(422, "base_tree is not a valid tree oid")
    return name


def leaf(repository: Repository, each: Json) -> Leaf:
    """One entry: inline content, the SHA of something there, or null to take the path away."""
    mode = str(each.get("mode") or "100644")
    if mode not in MODES:
        raise Refused(422, "tree.mode must be one of 040000, 100644, 100755, 120000, 160000")
    if "content" in each:
        return mode, repository.git.write_blob(str(each["content"]).encode())
    if "sha" not in each:
        raise Refused(422, "Must supply a valid tree.sha or tree.content")
    sha = each["sha"]
    if sha is not None and mode != "160000" and repository.git.kind(str(sha)) is None:
        raise Refused(422, f"tree.sha {sha} is not a valid blob")
    return mode, sha


@routes.get(f"{GIT}/trees/{{name+}}")
def get_tree(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    name = ask.names["name"]
    sha = name if repository.git.kind(name) == "tree" else None
    if sha is None:
        commit = repository.git.resolve(name)
        if commit is None:
            raise not_found()
        sha = repository.git.commit(commit).tree
    recursive = ask.query.get("recursive", "").lower() not in ("", "0", "false")
    return ok(commits.tree(ask.hub, repository, sha, recursive))


# -- commits
@routes.post(f"{GIT}/commits")
def create_commit(ask: Ask) -> Answer:
    """A commit; without author and committer the App's is signed by this GitHub."""
    repository = ask.writes("contents")
    message, tree = ask.needed("message"), ask.needed("tree")
    if repository.git.kind(tree) != "tree":
        raise Refused(422, "Tree SHA does not exist")
    parents = tuple(ask.texts("parents"))
    if any(repository.git.kind(parent) != "commit" for parent in parents):
        raise Refused(422, "Parent SHA does not exist or is not a commit object")
    now = ask.hub.now()
    author = person(ask, "author") or identity(ask.actor, now)
    signed = ask.caller.installation is not None and not {"author", "committer"} & ask.body.keys()
    committer = github(now) if signed else person(ask, "committer") or author
    sha = repository.git.write_commit(tree, parents, author, committer, message, signed)
    return created(commits.git_commit(ask.hub, repository, sha))


def person(ask: Ask, name: str) -> Person | None:
    given = ask.body.get(name)
    if given is None:
        return None
    if not isinstance(given, dict) or not given.get("name") or not given.get("email"):
        raise Refused(422, f"Invalid request.\n\nFor 'properties/{name}', name and email are needed.")
    return Person(str(given["name"]), str(given["email"]), moment(ask, given.get("date")))


def moment(ask: Ask, text: object) -> datetime:
    if text is None:
        return ask.hub.now()
    try:
        return parsed(str(text))
    except ValueError as error:
        raise Refused(422, f"Invalid request.\n\n“{text}” is no time.") from error


@routes.get(f"{GIT}/commits/{{sha}}")
def get_commit(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    if repository.git.kind(ask.names["sha"]) != "commit":
        raise not_found()
    return ok(commits.git_commit(ask.hub, repository, ask.names["sha"]))


# -- refs
@routes.get(f"{GIT}/ref/{{ref+}}")
def get_ref(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    refuse_empty(repository)
    name = f"refs/{ask.names['ref'].removeprefix('refs/')}"
    sha = repository.git.refs.get(name)
    if sha is None:
        raise not_found()
    return ok(commits.ref(ask.hub, repository, name, sha))


@routes.get(f"{GIT}/matching-refs/{{ref+}}")
def matching_refs(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    prefix = f"refs/{ask.names['ref'].removeprefix('refs/')}"
    found = sorted((name, sha) for name, sha in repository.git.refs.items() if name.startswith(prefix))
    return ask.page(
        found,
        lambda each: commits.ref(ask.hub, repository, *each),
        node=lambda each: f"ref:{repository.id}:{each[0]}",
    )


@routes.post(f"{GIT}/refs")
def create_ref(ask: Ask) -> Answer:
    repository = ask.writes("contents")
    refuse_empty(repository)
    name, sha = ask.needed("ref"), ask.needed("sha")
    refuse_workflows(ask, repository, None, sha)
    refs.create_ref(ask.hub, repository, ask.actor, name, sha)
    return created(commits.ref(ask.hub, repository, name, sha))


@routes.patch(f"{GIT}/refs/{{ref+}}")
def update_ref(ask: Ask) -> Answer:
    repository = ask.writes("contents")
    name, sha = f"refs/{ask.names['ref'].removeprefix('refs/')}", ask.needed("sha")
    refuse_workflows(ask, repository, repository.git.refs.get(name), sha)
    refs.update_ref(ask.hub, repository, ask.actor, name, sha, ask.flag("force"))
    return ok(commits.ref(ask.hub, repository, name, sha))


@routes.delete(f"{GIT}/refs/{{ref+}}")
def delete_ref(ask: Ask) -> Answer:
    repository = ask.writes("contents")
    refs.delete_ref(ask.hub, repository, ask.actor, f"refs/{ask.names['ref'].removeprefix('refs/')}")
    return gone()


def refuse_workflows(ask: Ask, repository: Repository, before: str | None, after: str) -> None:
    """GitHub lets no App write workflow files without the permission of that name."""
    if ask.caller.may(repository, "workflows", "write") or repository.git.kind(after) != "commit":
        return
    path = changed_workflow(repository, before, after)
    if path is not None:
        ask.caller.outside(f"write of {path} on {repository.full_name} needs workflows in this token")
        raise forbidden(
            f"refusing to allow a GitHub App to create or update workflow `{path}` without `workflows` "
            "permission"
        )


def changed_workflow(repository: Repository, before: str | None, after: str) -> str | None:
    default = repository.git.branch(repository.default_branch)
    paths = sorted(brought_paths(repository.git, default, before, after))
    return next((path for path in paths if path.startswith(".github/workflows/")), None)


def refuse_empty(repository: Repository) -> None:
    if not repository.git.refs:
        raise Refused(409, "Git Repository is empty.")
