"""The App's webhook deliveries: what was sent, what came back, and sending it again."""

from __future__ import annotations

import json

from bot.playground.github.asking import Answer
from bot.playground.pages.layout import redirect, shown
from bot.playground.pages.places import Room
from bot.playground.pages.visiting import Visit
from bot.playground.people import App
from bot.playground.refusals import Refused, not_found
from bot.playground.state import Delivery

places = Room()
PLACE = "/settings/apps/{slug}/advanced"
SHOWN = 100


@places.get(PLACE)
def list_deliveries(visit: Visit) -> Answer:
    app = the_app(visit)
    wanted = visit.query.get("event", "")
    found = [each for each in visit.site.deliveries.log.values() if wanted in ("", each.event)]
    newest = sorted(found, key=lambda each: -each.id)[:SHOWN]
    events = sorted({each.event for each in visit.site.deliveries.log.values()})
    return shown(
        visit, "deliveries", title="Recent deliveries", app=app, deliveries=newest, events=events, event=wanted,
        total=len(found), tab="deliveries",
    )  # fmt: skip


@places.get(f"{PLACE}/{{delivery#}}")
def show_delivery(visit: Visit) -> Answer:
    one = the_delivery(visit)
    payload = json.dumps(json.loads(one.body), indent=2, ensure_ascii=False)
    return shown(
        visit, "delivery", title=f"{one.event} · {one.guid}", app=the_app(visit), one=one, payload=payload,
        tab="deliveries",
    )  # fmt: skip


@places.post(f"{PLACE}/{{delivery#}}/attempts")
def redeliver(visit: Visit) -> Answer:
    """Only those who own what the App is installed on may."""
    owned = visit.hub.repositories.values()
    if not any(visit.caller.at_least(each, "admin") for each in owned):
        raise Refused(403, "Must have admin rights to the App.")
    again = visit.site.deliveries.redeliver(the_delivery(visit))
    return redirect(f"/settings/apps/{visit.names['slug']}/advanced#delivery-{again.id}")


def the_app(visit: Visit) -> App:
    app = next((each for each in visit.hub.apps.values() if each.slug == visit.names["slug"]), None)
    if app is None:
        raise not_found()
    return app


def the_delivery(visit: Visit) -> Delivery:
    found = visit.site.deliveries.log.get(int(visit.names["delivery"]))
    if found is None:
        raise not_found()
    return found
