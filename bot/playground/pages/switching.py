"""The front page, the stylesheet, accounts, and the switch that says as whom one acts."""

from __future__ import annotations

from pathlib import Path

from bot.playground.github.asking import Answer
from bot.playground.pages.layout import back, redirect, shown
from bot.playground.pages.places import Room
from bot.playground.pages.visiting import COOKIE, Visit, people
from bot.playground.refusals import Refused, not_found

places = Room()
ASSETS = Path(__file__).parent / "assets"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@places.get("/")
def front(visit: Visit) -> Answer:
    repositories = [each for each in visit.hub.repositories.values() if visit.caller.sees(each)]
    happenings = list(reversed(visit.hub.happenings[-30:]))
    return shown(visit, "front", title="Repositories", repositories=repositories, happenings=happenings)


@places.get("/_assets/{name}")
def asset(visit: Visit) -> Answer:
    path = ASSETS / visit.names["name"]
    if path.suffix not in KINDS or path.parent != ASSETS or not path.is_file():
        raise not_found()
    return Answer(200, raw=path.read_bytes(), media=KINDS[path.suffix], headers={"Cache-Control": "no-cache"})


@places.post("/act-as")
def act_as(visit: Visit) -> Answer:
    wanted = visit.said("login")
    if wanted not in [each.user.login for each in people(visit.hub)]:
        raise Refused(422, f"Nobody here is called {wanted}.")
    cookie = f"{COOKIE}={wanted}; Path=/; HttpOnly; SameSite=Strict"
    return redirect(back(visit), {"Set-Cookie": cookie})


@places.get("/{owner}", "/apps/{owner}", "/organizations/{owner}/settings/installations/{number#}")
def account(visit: Visit) -> Answer:
    login = visit.names["owner"]
    known = (each for each in visit.hub.users.values())
    user = next((each for each in known if login.lower() in (each.login.lower(), each.short_login)), None)
    if user is None:
        raise not_found()
    owned = [each for each in visit.hub.repositories.values() if visit.caller.sees(each)]
    roles = [(each, visit.hub.role(each, user)) for each in owned]
    return shown(visit, "account", title=user.login, user=user, roles=roles)
