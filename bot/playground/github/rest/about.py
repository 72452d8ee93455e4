"""Small questions about a repository: tags, languages, topics; and of an account its repositories."""

from __future__ import annotations

from urllib.parse import quote

from bot.playground.github.asking import Answer, Ask, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import repositories
from bot.playground.github.shapes.repositories import api_url
from bot.playground.github.shapes.times import Json
from bot.playground.ids import object_node_id
from bot.playground.refusals import Refused
from bot.playground.state import Repository

routes = Routes()
REPO = "/repos/{owner}/{repo}"
TAGS = "refs/tags/"
LANGUAGES = {
    ".py": "Python", ".ts": "TypeScript", ".tsx": "TypeScript", ".js": "JavaScript", ".jsx": "JavaScript",
    ".sql": "SQL", ".css": "CSS", ".html": "HTML", ".sh": "Shell", ".go": "Go", ".rs": "Rust", ".java": "Java",
    ".rb": "Ruby", ".c": "C", ".cpp": "C++", ".php": "PHP",
}  # fmt: skip


@routes.get(f"{REPO}/tags")
def list_tags(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    found = sorted((ref for ref in repository.git.refs if ref.startswith(TAGS)), reverse=True)
    return ask.page(found, lambda ref: tag(ask, repository, ref), node=lambda _: "")


def tag(ask: Ask, repository: Repository, ref: str) -> Json:
    name, url = ref.removeprefix(TAGS), api_url(ask.hub, repository)
    sha = repository.git.resolve(ref) or repository.git.refs[ref]
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{url}/commits/{sha}"},
        "zipball_url": f"{url}/zipball/{quote(ref)}",
        "tarball_url": f"{url}/tarball/{quote(ref)}",
        "node_id": object_node_id("REF", repository.id, ref),
    }


@routes.get(f"{REPO}/languages")
def languages(ask: Ask) -> Answer:
    """Bytes by language, told by the files' names."""
    repository = ask.reads("metadata")
    sha = repository.git.branch(repository.default_branch)
    found: dict[str, int] = {}
    for path, entry, size in repository.git.walk(repository.git.commit(sha).tree) if sha else []:
        name = LANGUAGES.get(f".{path.rpartition('.')[2]}")
        if entry.kind == "blob" and name is not None and size:
            found[name] = found.get(name, 0) + size
    return ok(dict(sorted(found.items(), key=lambda each: -each[1])))


@routes.get(f"{REPO}/topics")
def topics(ask: Ask) -> Answer:
    return ok({"names": list(ask.reads("metadata").topics)})


@routes.put(f"{REPO}/topics")
def set_topics(ask: Ask) -> Answer:
    repository = ask.repository
    ask.caller.needs(repository, "write", "administration", role="admin")
    names = [each.lower() for each in ask.texts("names")]
    if any(not each or len(each) > 50 for each in names):
        raise Refused(422, "Topics must be 1 to 50 characters long.")
    repository.topics = names
    return ok({"names": names})


@routes.get("/users/{login}/repos")
@routes.get("/orgs/{login}/repos")
def repositories_of(ask: Ask) -> Answer:
    owner = ask.hub.user(ask.names["login"])
    found = [each for each in ask.hub.repositories.values() if each.owner is owner and ask.caller.sees(each)]
    return ask.page(found, lambda each: repositories.repository(ask.hub, each))


@routes.get("/versions")
def versions(ask: Ask) -> Answer:
    return ok(["2022-11-28"])
