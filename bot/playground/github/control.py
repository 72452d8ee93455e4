"""The controls of the playground: faults, the webhooks' weather, tokens, the referee, what happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.github.asking import Answer
from bot.playground.github.deliveries import weather_of
from bot.playground.github.faults import number, shown
from bot.playground.github.site import Site
from bot.playground.hub import Happening
from bot.playground.pages.answering import is_from_here


def answer(
    site: Site,
    method: str,
    path: str,
    query: Mapping[str, str],
    body: bytes,
    headers: Mapping[str, str],
) -> Answer:
    if "origin" in headers and not is_from_here(headers):
        return Answer(403, {"message": "Pages of other sites may not use the controls of this GitHub."})
    try:
        wish = json.loads(body) if body.strip() else {}
        if isinstance(wish, dict):
            return decided(site, method, path.removeprefix("/_playground"), query, wish)
        return Answer(422, {"message": "The body is a JSON object."})
    except (ValueError, TypeError) as wrong:
        return Answer(422, {"message": str(wrong)})


def decided(site: Site, method: str, path: str, query: Mapping[str, str], wish: dict[str, Any]) -> Answer:
    match method, path:
        case "POST", "/faults":
            return Answer(201, shown(site.faults.add(wish)))
        case "GET", "/faults":
            return Answer(200, [shown(each) for each in site.faults.all()])
        case "DELETE", "/faults":
            site.faults.clear()
            return Answer(204)
        case "POST", "/deliveries":
            return changed_weather(site, wish)
        case "GET", "/deliveries":
            return Answer(200, weather_shown(site))
        case "DELETE", "/deliveries":
            return changed_weather(site, {"delay": 0})
        case "POST", "/tokens":
            return changed_lifetime(site, wish)
        case "GET", "/tokens":
            return Answer(200, {"lifetime": site.token_lifetime})
        case "POST" | "DELETE", "/limits":
            with site.hub.lock:
                site.limits.change(wish if method == "POST" else {})
            return Answer(200, site.limits.shown())
        case "GET", "/limits":
            return Answer(200, site.limits.shown())
        case "GET", "/referee":
            with site.hub.lock:
                return Answer(200, site.referee.report())
        case "GET", "/log":
            with site.hub.lock:
                after = int(query.get("after") or 0)
                return Answer(200, [told(each) for each in site.hub.happenings[max(0, after) :]])
        case _:
            return Answer(404, {"message": f"There is no {method} /_playground{path}. {KNOWN}"})


KNOWN = (
    "There are POST, GET and DELETE /_playground/faults, POST and GET /_playground/deliveries, "
    "POST and GET /_playground/tokens, POST, GET and DELETE /_playground/limits, GET /_playground/referee and GET /_playground/log?after=N."
)


def changed_weather(site: Site, wish: dict[str, Any]) -> Answer:
    site.deliveries.weather = weather_of(wish, site.deliveries.weather)
    return Answer(200, weather_shown(site))


def weather_shown(site: Site) -> dict[str, Any]:
    now = site.deliveries.weather
    return {"drop": now.drop, "duplicate": now.duplicate, "reorder": now.reorder, "delay": list(now.delay)}


def changed_lifetime(site: Site, wish: dict[str, Any]) -> Answer:
    if wish.get("lifetime") is None or number(wish["lifetime"], "lifetime") == 0:
        raise ValueError('Say for how many seconds tokens live: {"lifetime": 60}.')
    site.token_lifetime = number(wish["lifetime"], "lifetime")
    return Answer(200, {"lifetime": site.token_lifetime})


def told(each: Happening) -> dict[str, Any]:
    return {"number": each.number, "at": each.at.isoformat(), "actor": each.actor, "text": each.text}
