"""A town with an issue and a pull request, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.playground.github.town import Town, opened
from tests.playground.pages.browser import Reader, chromium, reading


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For the tests of this directory only: while it is open a loop runs in this thread, and others start their own."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with opened(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def mara(town: Town, browser: Browser) -> Iterator[Reader]:
    """Who comes without a cookie is the maintainer."""
    with reading(browser, f"{town.state['html_url']}/{town.state['repository']}") as reader:
        yield reader
        assert reader.complaints == []
