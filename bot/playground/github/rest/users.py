"""Users, the rate limit, and the root."""

from __future__ import annotations

from bot.playground.github.asking import Answer, Ask, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import accounts
from bot.playground.refusals import Refused, forbidden, not_found

routes = Routes()


@routes.get("/user")
def get_me(ask: Ask) -> Answer:
    if ask.caller.installation is not None or ask.caller.app is not None:
        raise forbidden()
    if ask.caller.user is None:
        raise Refused(401, "Requires authentication")
    return ok(accounts.profile(ask.hub, ask.caller.user))


@routes.get("/users/{login}")
def get_user(ask: Ask) -> Answer:
    return ok(accounts.profile(ask.hub, ask.hub.user(ask.names["login"])))


@routes.get("/user/{number}")
def get_user_by_id(ask: Ask) -> Answer:
    found = ask.hub.users.get(ask.number("number"))
    if found is None:
        raise not_found()
    return ok(accounts.profile(ask.hub, found))


@routes.get("/apps/{slug}")
def get_app_by_slug(ask: Ask) -> Answer:
    for app in ask.hub.apps.values():
        if app.slug == ask.names["slug"]:
            return ok(accounts.app(ask.hub, app))
    raise not_found()


@routes.get("/rate_limit")
def get_rate_limit(ask: Ask) -> Answer:
    return ok(ask.site.limits.overview(ask.caller))


@routes.get("/zen")
def get_zen(ask: Ask) -> Answer:
    return Answer(200, raw=b"Keep it logically awesome.", media="text/plain;charset=utf-8")


@routes.get("/")
def get_root(ask: Ask) -> Answer:
    url = ask.hub.url
    return ok({"current_user_url": f"{url}/user", "rate_limit_url": f"{url}/rate_limit"})
