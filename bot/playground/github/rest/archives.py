"""A commit's files as one archive, by a redirect to where they are stored; and the README."""

from __future__ import annotations

import re

from bot.playground.github.asking import Answer, Ask, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import commits
from bot.playground.refusals import not_found
from bot.playground.state import Repository

routes = Routes()
REPO = "/repos/{owner}/{repo}"
FORMATS = {"tar.gz": "application/x-gzip", "zip": "application/zip"}
_STORED = re.compile(r"(?P<sha>[0-9a-f]{40})\.(?P<format>tar\.gz|zip)")


@routes.get(f"{REPO}/tarball")
@routes.get(f"{REPO}/tarball/{{ref+}}")
def tarball(ask: Ask) -> Answer:
    return stored_at(ask, "tar.gz")


@routes.get(f"{REPO}/zipball")
@routes.get(f"{REPO}/zipball/{{ref+}}")
def zipball(ask: Ask) -> Answer:
    return stored_at(ask, "zip")


def stored_at(ask: Ask, form: str) -> Answer:
    repository = ask.reads("contents")
    sha = resolved(repository, ask.names.get("ref"))
    place = f"{ask.hub.url}/_archives/{repository.full_name}/{sha}.{form}"
    return Answer(302, raw=b"", headers={"Location": place}, media="text/html;charset=utf-8")


@routes.get("/_archives/{owner}/{repo}/{file}")
def archive(ask: Ask) -> Answer:
    """Needs no token and gives none away, as GitHub's storage."""
    repository = ask.hub.repository(ask.names["owner"], ask.names["repo"])
    match = _STORED.fullmatch(ask.names["file"])
    if match is None or repository.git.kind(match["sha"]) != "commit":
        raise not_found()
    form, sha = match["format"], match["sha"]
    name = f"{repository.owner.login}-{repository.name}-{sha[:7]}"
    packed = repository.git.run("archive", f"--format={form}", f"--prefix={name}/", sha)
    headers = {"Content-Disposition": f"attachment; filename={name}.{form}"}
    return Answer(200, raw=packed, media=FORMATS[form], headers=headers)


@routes.get(f"{REPO}/readme")
def readme(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    ref = ask.query.get("ref") or repository.default_branch
    tree = repository.git.commit(resolved(repository, ref)).tree
    for entry in repository.git.tree(tree):
        if entry.kind == "blob" and entry.name.lower() in ("readme.md", "readme", "readme.rst", "readme.txt"):
            return ok(commits.content(ask.hub, repository, ref, entry.name, entry, whole=True))
    raise not_found()


def resolved(repository: Repository, ref: str | None) -> str:
    sha = repository.git.resolve(ref or repository.default_branch)
    if sha is None:
        raise not_found()
    return sha
