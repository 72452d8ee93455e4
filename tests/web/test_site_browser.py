"""The pages in a real browser: the policy stops nothing of ours, they refresh themselves, and they fit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.facts.states import FeatureState
from tests.web.a_busy_week import fill
from tests.web.opened import TOKEN, opened

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser says of a page."""
    return []


def a_page(browser: Browser, complaints: list[str], width: int = 1440) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_fits_and_breaks_no_rule(
    tmp_path: Path, browser: Browser, complaints: list[str], width: int
) -> None:
    with opened(tmp_path) as site:
        fill(site.features.database)
        page = a_page(browser, complaints, width)
        for path in ("/", "/features/acme/shop/12", "/features/acme/shop/19", "/features/acme/shop/2"):
            page.goto(site.address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("getComputedStyle(document.querySelector('.pill')).borderRadius") == "99px"
        page.close()
    assert complaints == []


def test_the_dashboard_shows_news_without_a_reload(
    tmp_path: Path, browser: Browser, complaints: list[str]
) -> None:
    with opened(tmp_path) as site:
        page = a_page(browser, complaints)
        page.goto(site.address)
        page.evaluate("window.here = true")
        site.features.begin(12, "Fresh <b>news</b>", FeatureState.PLANNING, "")
        page.get_by_text("Fresh <b>news</b>").wait_for(timeout=15_000)
        assert page.evaluate("window.here")
        assert page.locator("#live").count() == 1
        page.close()
    assert complaints == []


def test_somebody_signs_in_and_out(tmp_path: Path, browser: Browser, complaints: list[str]) -> None:
    with opened(tmp_path, {"BATON_DASHBOARD_TOKEN": TOKEN}) as site:
        site.features.begin(12, "Bells", FeatureState.PLANNING, "")
        page = a_page(browser, complaints)
        page.goto(f"{site.address}/features/acme/shop/12")
        page.get_by_label("Token").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("This is not the dashboard's token.").wait_for()
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Bells").wait_for()
        assert page.url == f"{site.address}/features/acme/shop/12"
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("heading", name="Sign in").wait_for()
        page.close()
    assert all("401" in each for each in complaints)  # the browser's own note about the answers


def test_without_scripts_everything_is_there(tmp_path: Path, browser: Browser) -> None:
    with opened(tmp_path) as site:
        fill(site.features.database)
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(site.address)
        page.get_by_role("link", name="Notification system with real-time updates").click()
        assert page.get_by_role("heading", name="Timeline").is_visible()
        context.close()
