"""The whole site as one ASGI application: the webhook in front, everything else behind it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import SecretStr

from bot.engine.inbox import Inbox
from bot.web.metrics import Metrics
from bot.web.webhook import Asgi, Webhook


def front(site: Asgi, inbox: Inbox, secrets: Sequence[SecretStr], metrics: Metrics) -> Asgi:
    """Deliveries never meet the framework; every other path goes on to the site."""
    return Webhook(
        site,
        inbox,
        [secret.get_secret_value().encode() for secret in secrets],
        answered=metrics.delivery_answered,
        signed_with=metrics.secret_used,
    )
