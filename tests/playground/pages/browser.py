"""A real Chromium, and a person who uses the pages with it."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Dialog, Page, sync_playwright

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 30.0


@contextmanager
def chromium() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert path, "Chromium is missing. On Debian: apt-get install --no-install-recommends chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Reader:
    """Somebody in front of the pages of one repository; what the browser complains of is kept."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)

    def opens(self, path: str = "") -> None:
        answer = self.page.goto(self.home + path)
        assert answer is not None and answer.ok, f"{path}: {answer and answer.status}"

    def becomes(self, login: str) -> None:
        self.page.get_by_label("Act as another person").click()
        self.page.locator(f"button[name=login][value={login}]").click()
        assert self.page.locator(".act-as b").first.inner_text() == login

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def says(self, text: str) -> None:
        """Comments on the issue or pull request that is open."""
        self.page.get_by_label("Add a comment").fill(text)
        self.presses("Comment")

    def sees(self, text: str) -> bool:
        return text in self.page.locator("main").inner_text()

    def waits_for(self, path: str, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            self.opens(path)
            if holds():
                return
            assert time.monotonic() < end, f"Not within {PATIENCE:.0f} s: {what}\n{self.page.url}"
            time.sleep(0.15)

    def hears(self, complaint: str) -> None:
        """A refusal is a page of its own; that it came with a status of 4xx is no complaint."""
        if not re.search(r"responded with a status of 4(03|05|09|22)", complaint):
            self.complaints.append(complaint)

    def is_asked(self, dialog: Dialog) -> None:
        """No page of ours opens one."""
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def overflows(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


Scheme = Literal["light", "dark"]


@contextmanager
def reading(browser: Browser, home: str, width: int = 1280, scheme: Scheme = "light") -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(15_000)
    reader = Reader(context.new_page(), home)
    reader.page.on("console", lambda said: reader.hears(said.text))
    reader.page.on("pageerror", lambda error: reader.complaints.append(str(error)))
    reader.page.on("dialog", reader.is_asked)
    try:
        yield reader
    finally:
        context.close()


def number_of(url: str) -> int:
    found = re.search(r"/(?:pull|issues)/(\d+)", url)
    assert found is not None, url
    return int(found[1])
