"""Commit statuses."""

from __future__ import annotations

from bot.playground.acts.checks import latest_statuses, set_status
from bot.playground.github.asking import Answer, Ask, created
from bot.playground.github.rest.checks import at
from bot.playground.github.routes import Routes
from bot.playground.github.shapes.checks import combined, status

routes = Routes()


@routes.post("/repos/{owner}/{repo}/statuses/{sha}")
def create_status(ask: Ask) -> Answer:
    repository = ask.writes("statuses")
    made = set_status(
        ask.hub, repository, ask.actor, ask.names["sha"], ask.text("context") or "default",
        ask.needed("state"), ask.text("description"), ask.text("target_url"),
    )  # fmt: skip
    return created(status(ask.hub, made))


@routes.get("/repos/{owner}/{repo}/statuses/{ref+}")
@routes.get("/repos/{owner}/{repo}/commits/{ref+}/statuses")
def list_statuses(ask: Ask) -> Answer:
    repository = ask.reads("statuses")
    sha = at(repository, ask.names["ref"])
    found = [each for each in reversed(repository.statuses) if each.sha == sha]
    return ask.page(found, lambda each: status(ask.hub, each))


@routes.get("/repos/{owner}/{repo}/commits/{ref+}/status")
def get_combined(ask: Ask) -> Answer:
    repository = ask.reads("statuses")
    sha = at(repository, ask.names["ref"])
    shown, headers = ask.part(latest_statuses(repository, sha))
    return Answer(200, combined(ask.hub, repository, sha, shown), headers)
