"""Deliveries of webhooks as the App sees them afterwards."""

from __future__ import annotations

import json

from bot.playground.github.shapes.times import Json, when
from bot.playground.people import App
from bot.playground.state import Delivery


def delivery(each: Delivery) -> Json:
    return {
        "id": each.id,
        "guid": each.guid,
        "delivered_at": when(each.delivered_at or each.created_at),
        "redelivery": each.redelivery,
        "duration": round(each.duration, 3),
        "status": each.status,
        "status_code": each.status_code,
        "event": each.event,
        "action": each.action,
        "installation_id": each.installation_id,
        "repository_id": each.repository_id,
        "throttled_at": None,
    }


def full_delivery(app: App, each: Delivery) -> Json:
    return {
        **delivery(each),
        "url": app.webhook_url or "",
        "request": {"headers": dict(each.request_headers), "payload": json.loads(each.body)},
        "response": {"headers": dict(each.response_headers), "payload": each.response_body},
    }
