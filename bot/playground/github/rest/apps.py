"""The App, its installations, their tokens, and its webhook's deliveries."""

from __future__ import annotations

from typing import Any

from bot.playground.acts import installations as acts
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.authentication import mint
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import accounts, repositories
from bot.playground.github.shapes.deliveries import delivery, full_delivery
from bot.playground.github.shapes.times import Json, when
from bot.playground.people import App, Installation
from bot.playground.refusals import Refused, forbidden, not_found
from bot.playground.state import Delivery, Repository

routes = Routes()


@routes.get("/app")
def get_app(ask: Ask) -> Answer:
    app = the_app(ask)
    count = sum(each.app is app and not each.deleted for each in ask.hub.installations.values())
    return ok({**accounts.app(ask.hub, app), "installations_count": count})


@routes.get("/app/installations")
def list_installations(ask: Ask) -> Answer:
    app = the_app(ask)
    found = [each for each in ask.hub.installations.values() if each.app is app and not each.deleted]
    return ask.page(found, lambda each: listed(ask, each))


def listed(ask: Ask, each: Installation) -> Json:
    """GitHub's description of this list alone says that an account is user and enterprise at once."""
    shown = accounts.installation(ask.hub, each)
    times = {name: when(each.account.created_at) for name in ("created_at", "updated_at")}
    names = {"name": each.account.name or each.account.login, "slug": each.account.login}
    return {**shown, "account": {**shown["account"], **names, **times}}


@routes.get("/app/installations/{number}")
def get_installation(ask: Ask) -> Answer:
    return ok(accounts.installation(ask.hub, the_installation(ask)))


@routes.get("/repos/{owner}/{repo}/installation")
def get_repository_installation(ask: Ask) -> Answer:
    app = the_app(ask)
    repository = ask.hub.repository(ask.names["owner"], ask.names["repo"])
    installation = ask.hub.installation_of(repository)
    if installation is None or installation.app is not app:
        raise not_found()
    return ok(accounts.installation(ask.hub, installation))


@routes.get("/orgs/{owner}/installation")
@routes.get("/users/{owner}/installation")
def get_account_installation(ask: Ask) -> Answer:
    app = the_app(ask)
    for each in ask.hub.installations.values():
        if each.app is app and not each.deleted and each.account.login.lower() == ask.names["owner"].lower():
            return ok(accounts.installation(ask.hub, each))
    raise not_found()


@routes.post("/app/installations/{number}/access_tokens")
def create_token(ask: Ask) -> Answer:
    installation = the_installation(ask)
    wished = ask.body.get("permissions")
    if wished is not None and not isinstance(wished, dict):
        raise ask.wrong("permissions", "object", wished)
    chosen = chosen_repositories(ask, installation)
    # An empty object narrows nothing, as on GitHub.
    token = mint(ask.hub, installation, ask.site.token_lifetime, wished or None, chosen)
    assert token.expires_at is not None
    body: Json = {
        "token": token.value,
        "expires_at": when(token.expires_at),
        "permissions": dict(token.permissions),
        "repository_selection": "selected",
    }
    if chosen is not None:
        body["repositories"] = [
            repositories.repository(ask.hub, each) for each in within(ask, installation, chosen)
        ]
    return created(body)


def chosen_repositories(ask: Ask, installation: Installation) -> frozenset[int] | None:
    """The repositories that the token shall be narrowed to, by id or by name."""
    ids, names = ask.body.get("repository_ids"), ask.texts("repositories")
    if ids is not None and not (isinstance(ids, list) and all(isinstance(each, int) for each in ids)):
        raise ask.wrong("repository_ids", "array of integers", ids)
    if not ids and not names:
        return None
    by_name = {
        each.name: each.id for each in within(ask, installation, frozenset(installation.repository_ids))
    }
    # A name that is not there becomes an id that is not there.
    return frozenset([*(ids or []), *(by_name.get(name, -1) for name in names)])


def within(ask: Ask, installation: Installation, ids: frozenset[int]) -> list[Repository]:
    return [ask.hub.repositories[each] for each in sorted(ids & installation.repository_ids)]


@routes.put("/app/installations/{number}/suspended")
def suspend(ask: Ask) -> Answer:
    acts.suspend(ask.hub, the_installation(ask), the_app(ask).owner)
    return gone()


@routes.delete("/app/installations/{number}/suspended")
def unsuspend(ask: Ask) -> Answer:
    acts.suspend(ask.hub, the_installation(ask), the_app(ask).owner, suspended=False)
    return gone()


@routes.delete("/app/installations/{number}")
def uninstall(ask: Ask) -> Answer:
    acts.uninstall(ask.hub, the_installation(ask), the_app(ask).owner)
    return gone()


@routes.delete("/installation/token")
def revoke_token(ask: Ask) -> Answer:
    if ask.caller.token is None or ask.caller.installation is None:
        raise forbidden()
    del ask.hub.tokens[ask.caller.token.value]
    return gone()


@routes.get("/installation/repositories")
def list_repositories(ask: Ask) -> Answer:
    installation = ask.caller.installation
    if installation is None:
        raise forbidden(
            "You must authenticate with an installation access token in order to list repositories for an "
            "installation."
        )
    seen = [
        each
        for each in within(ask, installation, frozenset(installation.repository_ids))
        if ask.caller.sees(each)
    ]
    answer = ask.page(seen, lambda each: repositories.full(ask.hub, each, ask.caller), inside="repositories")
    return Answer(200, {**answer.body, "repository_selection": "selected"}, answer.headers)


@routes.put("/user/installations/{number}/repositories/{repository}")
def give_repository(ask: Ask) -> Answer:
    """An owner chooses one more repository for the App."""
    installation, repository = owned(ask)
    acts.add_repositories(ask.hub, installation, ask.actor, [repository])
    return gone()


@routes.delete("/user/installations/{number}/repositories/{repository}")
def take_repository(ask: Ask) -> Answer:
    installation, repository = owned(ask)
    acts.remove_repositories(ask.hub, installation, ask.actor, [repository])
    return gone()


def owned(ask: Ask) -> tuple[Installation, Repository]:
    installation = ask.hub.installations.get(ask.number("number"))
    repository = ask.hub.repositories.get(ask.number("repository"))
    if installation is None or repository is None or not ask.caller.at_least(repository, "admin"):
        raise not_found()
    return installation, repository


@routes.get("/app/hook/config")
def get_hook(ask: Ask) -> Answer:
    app = the_app(ask)
    return ok(
        {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": app.webhook_url or ""}
    )


@routes.patch("/app/hook/config")
def edit_hook(ask: Ask) -> Answer:
    app = the_app(ask)
    app.webhook_url = ask.text("url", app.webhook_url)
    app.webhook_secret = ask.text("secret", app.webhook_secret) or ""
    return get_hook(ask)


@routes.get("/app/hook/deliveries")
def list_deliveries(ask: Ask) -> Answer:
    the_app(ask)
    size = min(max(ask.integer("per_page", 30), 1), 100)
    found = sorted(ask.site.deliveries.log.values(), key=lambda each: -each.id)
    if ask.query.get("status") in ("success", "failure"):
        wanted = ask.query["status"] == "success"
        found = [each for each in found if (200 <= each.status_code < 400) == wanted]
    before = ask.integer("cursor", 0)
    found = [each for each in found if each.delivered_at is not None and (not before or each.id < before)]
    shown, rest = found[:size], found[size:]
    link = (
        {"Link": f'<{ask.hub.url}{ask.path}?per_page={size}&cursor={shown[-1].id}>; rel="next"'}
        if rest
        else {}
    )
    return Answer(200, [delivery(each) for each in shown], link)


@routes.get("/app/hook/deliveries/{number}")
def get_delivery(ask: Ask) -> Answer:
    app = the_app(ask)
    return ok(full_delivery(app, the_delivery(ask)))


@routes.post("/app/hook/deliveries/{number}/attempts")
def redeliver(ask: Ask) -> Answer:
    the_app(ask)
    ask.site.deliveries.redeliver(the_delivery(ask))
    return Answer(202, {})


def the_app(ask: Ask) -> App:
    """The App that asks; only a JWT will do."""
    if ask.caller.app is None:
        raise Refused(401, "A JSON web token could not be decoded")
    return ask.caller.app


def the_installation(ask: Ask) -> Installation:
    app = the_app(ask)
    found = ask.hub.installations.get(ask.number("number"))
    if found is None or found.app is not app or found.deleted:
        raise not_found()
    return found


def the_delivery(ask: Ask) -> Delivery:
    found: Any = ask.site.deliveries.log.get(ask.number("number"))
    if found is None:
        raise not_found()
    return found  # type: ignore[no-any-return]
