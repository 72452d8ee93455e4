"""Every page can be read on a wide screen and on a phone, by day and by night, and no link leads nowhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from playwright.sync_api import Browser

from bot.playground.ci.ports import Annotation, StepResult
from bot.playground.github.reporter import HubReporter
from tests.playground.github.town import Town
from tests.playground.pages.browser import Reader, Scheme, reading

LONG = "averylongnamewithoutanyblankinit" * 4


def furnish(town: Town) -> int:
    """An issue with everything in it, and a pull request with review and red checks; its number."""
    api = town.maintainer
    api.post(
        "/issues/1/labels",
        {"labels": ["baton", "bug", "A label of the longest length that GitHub allows to "[:50].strip()]},
    )
    body = f"| a | {LONG} |\n|---|---|\n| 1 | 2 |\n\n```\n{LONG}{LONG}\n```\n\n{LONG}\n\n<details><summary>x</summary>y</details>"
    api.post("/issues/1/comments", {"body": body})
    made = town.pull(
        api,
        "baton/1-notifications/1-database",
        {"src/a.txt": f"one\n{LONG}{LONG}\n", f"docs/{LONG}.md": "x\n"},
    )
    line = {"path": "src/a.txt", "line": 2, "body": f"See #1, @tomas. {LONG}"}
    town.person("reviewer").post(
        f"/pulls/{made['number']}/reviews", {"event": "REQUEST_CHANGES", "body": "No.", "comments": [line]}
    )
    reporter, at = HubReporter(town.playground.hub), datetime.now(UTC)
    run = reporter.run_started(
        town.state["repository"],
        made["head"]["sha"],
        "pull_request",
        "CI",
        ".github/workflows/ci.yml",
        "x",
        made["number"],
    )
    job = reporter.job_queued(run, "Backend tests")
    reporter.job_started(job)
    reporter.job_finished(
        job,
        "failure",
        f"line\n{LONG}{LONG}\n",
        (StepResult(1, "Test", "failure", at, at),),
        (Annotation("src/a.txt", 2, 2, "failure", LONG),),
    )
    reporter.run_finished(run, "failure")
    return int(made["number"])


def places(number: int) -> list[str]:
    pull = f"/pull/{number}"
    return [
        "", "/issues", "/issues/new", "/issues/1", "/pulls", "/pulls?state=closed", pull, f"{pull}/commits", f"{pull}/files",
        f"{pull}/files?path=src/a.txt&side=RIGHT&line=2", f"{pull}/checks", "/actions", "/branches", "/commits/main",
        "/blob/main/README.md", "/blob/main/src/a.txt", "/tree/main/src", "/issues/1?edit=title", "/issues/1?edit=body",
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
def test_no_page_is_wider_than_its_window(town: Town, browser: Browser, width: int, scheme: Scheme) -> None:
    number = furnish(town)
    with reading(browser, f"{town.state['html_url']}/{town.state['repository']}", width, scheme) as reader:
        wider = {}
        for path in places(number):
            reader.opens(path)
            if (pixels := reader.overflows()) > 0:
                wider[path] = pixels
        assert wider == {}
        assert reader.complaints == []


def test_dark_is_dark_and_light_is_light(town: Town, browser: Browser) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        with reading(browser, f"{town.state['html_url']}/{town.state['repository']}", 800, scheme) as reader:
            reader.opens("/issues/1")
            shades[scheme] = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert shades == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}


def test_no_link_leads_nowhere(town: Town) -> None:
    """From the front page on, as far as links of this GitHub reach."""
    number = furnish(town)
    root = town.state["html_url"]
    home = f"{root}/{town.state['repository']}"
    waiting = [f"{home}{path}" for path in ("", f"/pull/{number}", f"/pull/{number}/checks", "/issues/1")]
    seen: set[str] = set()
    client = town.client(None).http
    while waiting and len(seen) < 150:
        url = waiting.pop(0).partition("#")[0]
        if url in seen:
            continue
        seen.add(url)
        answer = client.get(url, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, url
        if "text/html" in answer.headers["content-type"]:
            links = [unescape(each) for each in re.findall(r'<a [^>]*?href="([^"]*)"', answer.text)]
            waiting += [root + each for each in links if each.startswith("/")]
    assert len(seen) > 40


def test_what_a_commit_and_a_check_say_is_read_on_their_pages(town: Town, mara: Reader) -> None:
    number = furnish(town)
    mara.opens(f"/pull/{number}/checks")
    assert mara.sees("Backend tests") and mara.sees("1 annotation") and mara.sees("src/a.txt:2")
    assert mara.page.locator(".terminal span").first.inner_text().strip() == "line"
    mara.page.get_by_role("link", name="Files changed").click()
    assert mara.page.locator("tr.added").count() == 2
    mara.opens("")
    assert mara.page.locator("article h1").inner_text() == "Small"


def test_a_page_that_is_none_says_so_to_people_and_in_json_to_programs(town: Town) -> None:
    client = town.client(None).http
    page = client.get("/acme/nothing", headers={"Accept": "text/html"})
    assert (page.status_code, "Not Found" in page.text) == (404, True)
    assert client.get("/acme/nothing/here").json()["message"] == "Not Found"
    api = {"Accept": "application/vnd.github+json"}
    for path in ("/nope/x", "/orgs/acme", "/acme/small/branches"):
        assert client.get(path, headers=api).json()["message"] == "Not Found"
    assert client.get("/nope/x").json()["message"] == "Not Found"
