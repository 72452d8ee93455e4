"""Rulesets of a repository."""

from __future__ import annotations

from typing import Any

from bot.playground.acts import rulesets as acts
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes.repositories import api_url, html_url
from bot.playground.github.shapes.times import Json, when
from bot.playground.refusals import Refused, not_found
from bot.playground.state import Repository, Ruleset

routes = Routes()
RULESETS = "/repos/{owner}/{repo}/rulesets"


@routes.get(RULESETS)
def list_rulesets(ask: Ask) -> Answer:
    repository = ask.reads("metadata")
    return ask.page(repository.rulesets, lambda each: shown(ask, repository, each))


@routes.post(RULESETS)
def create(ask: Ask) -> Answer:
    repository = administered(ask)
    refuse_unkept(ask)
    include, exclude = conditions(ask)
    made = acts.create_ruleset(
        ask.hub, repository, ask.actor, ask.needed("name"), ask.needed("enforcement"), include, exclude,
        ask.things("rules"),
    )  # fmt: skip
    return created(whole(ask, repository, made))


@routes.get(f"{RULESETS}/{{ruleset}}")
def get(ask: Ask) -> Answer:
    repository = ask.reads("metadata")
    return ok(whole(ask, repository, the_ruleset(ask, repository)))


@routes.put(f"{RULESETS}/{{ruleset}}")
def edit(ask: Ask) -> Answer:
    repository = administered(ask)
    found = the_ruleset(ask, repository)
    refuse_unkept(ask)
    changes: dict[str, Any] = {
        name: ask.body[name] for name in ("name", "enforcement") if isinstance(ask.body.get(name), str)
    }
    if "rules" in ask.body:
        changes["rules"] = ask.things("rules")
    if "conditions" in ask.body:
        changes["include"], changes["exclude"] = conditions(ask)
    acts.edit_ruleset(ask.hub, found, ask.actor, **changes)
    return ok(whole(ask, repository, found))


@routes.delete(f"{RULESETS}/{{ruleset}}")
def delete(ask: Ask) -> Answer:
    repository = administered(ask)
    acts.delete_ruleset(ask.hub, repository, the_ruleset(ask, repository), ask.actor)
    return gone()


def refuse_unkept(ask: Ask) -> None:
    """Refuses what a ruleset is at GitHub and not here: of tags or pushes, or with people who bypass it."""
    if ask.text("target", "branch") != "branch":
        raise Refused(422, "Validation Failed", ["This GitHub has rulesets of branches only"])
    if ask.things("bypass_actors"):
        raise Refused(422, "Validation Failed", ["Nobody bypasses a ruleset of this GitHub"])


def conditions(ask: Ask) -> tuple[list[str], list[str]]:
    given = ask.body.get("conditions") or {}
    if not isinstance(given, dict) or given.keys() - {"ref_name"}:
        raise ask.wrong("conditions", "object with ref_name alone", given)
    names = given.get("ref_name")
    if names is None:
        return ["~DEFAULT_BRANCH"], []
    if not isinstance(names, dict):
        raise ask.wrong("conditions", "object with ref_name", given)
    found = [names.get(kind) or [] for kind in ("include", "exclude")]
    if not all(isinstance(each, list) and all(isinstance(name, str) for name in each) for each in found):
        raise ask.wrong("conditions", "object with lists of patterns", given)
    return found[0], found[1]


def administered(ask: Ask) -> Repository:
    repository = ask.repository
    ask.caller.needs(repository, "write", "administration", role="admin")
    return repository


def the_ruleset(ask: Ask, repository: Repository) -> Ruleset:
    number = ask.number("ruleset")
    found = next((each for each in repository.rulesets if each.id == number), None)
    if found is None:
        raise not_found()
    return found


def shown(ask: Ask, repository: Repository, each: Ruleset) -> Json:
    return {
        "id": each.id,
        "node_id": each.node_id,
        "name": each.name,
        "target": "branch",
        "source_type": "Repository",
        "source": repository.full_name,
        "enforcement": each.enforcement,
        "created_at": when(each.created_at),
        "updated_at": when(each.updated_at),
        "_links": {
            "self": {"href": f"{api_url(ask.hub, repository)}/rulesets/{each.id}"},
            "html": {"href": f"{html_url(ask.hub, repository)}/rules/{each.id}"},
        },
    }


def whole(ask: Ask, repository: Repository, each: Ruleset) -> Json:
    names = {"include": list(each.include), "exclude": list(each.exclude)}
    more = {"conditions": {"ref_name": names}, "rules": list(each.rules), "bypass_actors": []}
    return {**shown(ask, repository, each), **more}
