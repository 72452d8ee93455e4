"""Branches, what protects them, and the rules that hold for them."""

from __future__ import annotations

from bot.playground.acts.checks import required_of
from bot.playground.acts.refs import rename_branch
from bot.playground.acts.rulesets import rulesets_of
from bot.playground.github.asking import Answer, Ask, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import commits
from bot.playground.github.shapes.repositories import api_url, html_url
from bot.playground.github.shapes.times import Json
from bot.playground.refusals import Refused, not_found
from bot.playground.state import Repository

routes = Routes()
BRANCH = "/repos/{owner}/{repo}/branches/{branch+}"


@routes.get("/repos/{owner}/{repo}/branches")
def list_branches(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    return ask.page(
        list(repository.git.branches().items()),
        lambda each: short(ask, repository, *each),
        node=lambda each: f"ref:{repository.id}:refs/heads/{each[0]}",
    )


@routes.get(BRANCH)
def get_branch(ask: Ask) -> Answer:
    repository = ask.reads("contents")
    return ok(whole(ask, repository, ask.names["branch"]))


@routes.post(f"{BRANCH}/rename")
def rename(ask: Ask) -> Answer:
    """At once; GitHub takes a moment in the background."""
    repository = ask.writes("contents")
    name, new = ask.names["branch"], ask.needed("new_name")
    if name == repository.default_branch:
        ask.caller.needs(repository, "write", "administration", role="admin")
    rename_branch(ask.hub, repository, ask.actor, name, new)
    return Answer(201, whole(ask, repository, new))


def whole(ask: Ask, repository: Repository, name: str) -> Json:
    sha = repository.git.branch(name)
    if sha is None:
        raise Refused(404, "Branch not found")
    url = f"{api_url(ask.hub, repository)}/branches/{name}"
    return {
        **short(ask, repository, name, sha),
        "commit": commits.commit(ask.hub, repository, sha),
        "_links": {"self": url, "html": f"{html_url(ask.hub, repository)}/tree/{name}"},
        "protection": protection(repository, name),
        "protection_url": f"{url}/protection",
    }


def short(ask: Ask, repository: Repository, name: str, sha: str) -> Json:
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{api_url(ask.hub, repository)}/commits/{sha}"},
        "protected": bool(required_of(repository, name)),
    }


def protection(repository: Repository, name: str) -> Json:
    required = list(required_of(repository, name))
    return {
        "enabled": bool(required),
        "required_status_checks": {
            "enforcement_level": "everyone" if required else "off",
            "contexts": required,
            "checks": [{"context": each, "app_id": None} for each in required],
        },
    }


@routes.get("/repos/{owner}/{repo}/rules/branches/{branch+}")
def list_rules(ask: Ask) -> Answer:
    """The rules that are in force, required status checks among them."""
    repository = ask.reads("metadata")
    branch = ask.names["branch"]
    required = repository.required_checks.get(branch, ())
    rules: list[Json] = [
        {
            "type": "required_status_checks",
            "ruleset_source_type": "Repository",
            "ruleset_source": repository.full_name,
            "ruleset_id": repository.id,
            "parameters": {
                "required_status_checks": [{"context": each} for each in required],
                "strict_required_status_checks_policy": False,
            },
        }
    ]
    ruled = [
        {
            **rule,
            "ruleset_source_type": "Repository",
            "ruleset_source": repository.full_name,
            "ruleset_id": each.id,
        }
        for each in rulesets_of(repository, branch)
        for rule in each.rules
    ]
    return ask.page([*(rules if required else []), *ruled], lambda each: each)


@routes.put(f"{BRANCH}/protection")
def protect(ask: Ask) -> Answer:
    """What people set: the checks that must be green before a merge into the branch."""
    repository = ask.repository
    ask.caller.needs(repository, "write", "administration", role="admin")
    name = ask.names["branch"]
    if repository.git.branch(name) is None:
        raise Refused(404, "Branch not found")
    repository.required_checks[name] = tuple(dict.fromkeys(wished_checks(ask)))
    ask.hub.wake()
    return ok(protected(ask, repository, name))


def wished_checks(ask: Ask) -> list[str]:
    """The names of the wished checks, given as `checks` with a context or as `contexts`."""
    wished = ask.body.get("required_status_checks") or {}
    given = (wished.get("checks") or wished.get("contexts") or []) if isinstance(wished, dict) else wished
    if not isinstance(given, list):
        raise ask.wrong("required_status_checks", "object with checks or contexts", wished)
    return [str(each.get("context")) if isinstance(each, dict) else str(each) for each in given]


@routes.get(f"{BRANCH}/protection")
def get_protection(ask: Ask) -> Answer:
    repository = ask.repository
    ask.caller.needs(repository, "read", "administration", role="admin")
    if not required_of(repository, ask.names["branch"]):
        raise Refused(404, "Branch not protected")
    return ok(protected(ask, repository, ask.names["branch"]))


@routes.delete(f"{BRANCH}/protection")
def unprotect(ask: Ask) -> Answer:
    repository = ask.repository
    ask.caller.needs(repository, "write", "administration", role="admin")
    if repository.required_checks.pop(ask.names["branch"], None) is None:
        raise not_found()
    ask.hub.wake()
    return Answer(204)


def protected(ask: Ask, repository: Repository, name: str) -> Json:
    url = f"{api_url(ask.hub, repository)}/branches/{name}/protection"
    required = list(required_of(repository, name))
    checks = f"{url}/required_status_checks"
    return {
        "url": url,
        "required_status_checks": {
            "url": checks,
            "contexts_url": f"{checks}/contexts",
            "strict": False,
            "contexts": required,
            "checks": [{"context": each, "app_id": None} for each in required],
        },
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": True},
    }
