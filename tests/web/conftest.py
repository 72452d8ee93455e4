"""A webhook on loopback in front of a page that says it was reached."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from bot.engine.database import Database
from bot.engine.inbox import Inbox
from bot.engine.tables import delivery, metadata
from bot.web.signature import signature
from bot.web.webhook import Webhook
from tests.web.site import serving

OLD, NEW = b"the-old-secret-of-at-least-32-bytes", b"the-new-secret-of-at-least-32-bytes"


@dataclass
class Site:
    """Baton's site as GitHub sees it, and what it stored."""

    port: int
    database: Database
    used_secrets: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    def deliver(
        self,
        payload: object,
        event: str = "issues",
        guid: str = "guid-1",
        secret: bytes = NEW,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> httpx2.Response:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": guid,
            "X-Hub-Signature-256": signature(body, secret).decode(),
            "Content-Type": "application/json",
        }
        sent.update(headers)
        kept = {name: value for name, value in sent.items() if value}
        return httpx2.post(self.address, content=body, headers=kept, timeout=60)

    def stored(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(delivery).order_by(delivery.c.id)).all())


async def page(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"the page behind"})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    metadata.create_all(database.engine)
    inbox = Inbox(database)
    inbox.start()
    used: list[int] = []
    webhook = Webhook(page, inbox, (OLD, NEW), signed_with=used.append, body_seconds=2.0, commit_seconds=0.5)
    with serving(webhook) as port:
        yield Site(port, database, used)
    inbox.stop()
    database.dispose()
