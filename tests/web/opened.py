"""Baton's site on loopback over a real SQLite file, for tests of its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2

from bot.engine.database import Database
from bot.engine.tables import metadata
from bot.settings import Settings, load_settings
from bot.web.setup import Setup
from bot.web.site import make_site
from tests.web.features import Features
from tests.web.site import serving

TOKEN = "a long token that only the maintainers know"


@dataclass(frozen=True)
class Opened:
    """The site as somebody reaches it, and the features that it shows."""

    port: int
    features: Features
    # Not following redirects, and without reading this machine's certificates, which takes longer than a page.
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(verify=False, timeout=30))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.client.get(self.address + path, headers=headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx2.Response:
        return self.client.post(self.address + path, data=dict(fields), headers=headers)

    def data(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


def settings_of(environment: Mapping[str, str] = MappingProxyType({})) -> Settings:
    return load_settings(environment, None, app_required=False)


@contextmanager
def opened(
    directory: Path,
    environment: Mapping[str, str] = MappingProxyType({}),
    setup: Setup | None = None,
) -> Iterator[Opened]:
    database = Database(f"sqlite:///{directory / 'baton.db'}")
    metadata.create_all(database.engine)
    with serving(make_site(database, settings_of(environment), setup=setup)) as port:
        yield Opened(port, Features(database))
    database.dispose()
