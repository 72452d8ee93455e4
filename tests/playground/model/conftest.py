"""A scripted model that plays the demo's recording, one for each test module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.playground.model.run import running_model
from tests.playground.model.talk import http


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_model() as url:
        yield url


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """The server with every fault switched off again afterwards."""
    yield server
    http().delete(f"{server}/_model/faults")
