"""The fixtures of the playground's GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.playground.github.town import Receiver, Town, opened


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with opened(tmp_path) as each:
        yield each


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    each = Receiver()
    yield each
    each.close()


@pytest.fixture
def hooked(tmp_path: Path, receiver: Receiver) -> Iterator[Town]:
    """A town whose webhooks go to `receiver`."""
    with opened(tmp_path, webhook_url=receiver.url) as each:
        yield each
