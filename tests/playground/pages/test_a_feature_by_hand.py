"""A feature from its label to its report, driven by a person in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser

from bot.playground.official.checking import Checker
from tests.playground.pages.browser import Reader, reading
from tests.story.cast import call
from tests.story.conftest import FILES, ISSUE, everybody_knows_their_part
from tests.story.world import World, a_world, git_repository

POLITE = "def greet(name: str) -> str:\n    return f'good day, {name}'\n"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Lives in a thread of its own: the browser's loop runs in this one, and Baton starts in none with a loop."""
    born: Queue[World | Exception] = Queue()
    over = threading.Event()
    thread = threading.Thread(target=live, args=(tmp_path, born, over))
    thread.start()
    try:
        world = born.get(timeout=60)
        if isinstance(world, Exception):
            raise world
        yield world
    finally:
        over.set()
        thread.join(60)


def live(home: Path, born: Queue[World | Exception], over: threading.Event) -> None:
    try:
        repository = git_repository(home / "greeter", FILES)
        with a_world(home / "home", repository, ISSUE, BATON_REVIEW_SETTLE_SECONDS="1") as world:
            everybody_knows_their_part(world)
            born.put(world)
            over.wait()
    except Exception as error:  # noqa: BLE001  the test that waits for this world tells it
        born.put(error)


def test_label_plan_approval_a_change_on_a_line_merges_and_the_report(world: World, browser: Browser) -> None:
    state = world.playground.state()
    with reading(browser, f"{state['html_url']}/{state['repository']}") as person:
        label_and_approve(world, person)
        first = merged_after_a_change_on_a_line(world, person)
        for _ in range(2):
            merge_the_next(world, person, first)
        issue = f"/issues/{world.issue}"
        person.waits_for(
            issue, lambda: person.sees("Feature Complete: Greeting by name"), "the report is read"
        )
        person.waits_for(issue, lambda: person.sees("closed this as completed"), "the issue is closed")
        assert person.complaints == []
    world.until_state("completed")
    assert world.referee()["doubled"] == []
    assert world.playground.recording.violations(Checker()) == []


def label_and_approve(world: World, person: Reader) -> None:
    issue = f"/issues/{world.issue}"
    person.opens(issue)
    person.page.get_by_label("Choose labels").click()
    person.page.get_by_label("A new label").fill("baton")
    person.presses("Save labels")
    person.waits_for(issue, lambda: person.sees("to start"), "the plan is shown")
    assert person.sees("Backend: Greet by name") and not person.sees("A name is greeted.")
    for fold in person.page.locator(".comment .md summary").all():
        fold.click()
    assert person.sees("A name is greeted.")
    assert "baton:{" not in person.page.locator("main").inner_html()
    person.says("/approve")


def merged_after_a_change_on_a_line(world: World, person: Reader) -> int:
    person.waits_for(
        "/pulls", lambda: person.page.locator(".issue-title").count() == 1, "a pull request is open"
    )
    person.page.locator(".issue-title a").first.click()
    number = world.open_pull()["number"]
    assert person.sees("Part of #1")
    person.page.get_by_role("link", name="Files changed").click()
    person.becomes("tomas")
    person.page.locator("tr.added", has_text="hello").locator(".plus").click()
    person.page.get_by_label("Comment on line 2", exact=True).fill("Politer, please.")
    person.presses("Start a review")
    person.page.get_by_text("Finish your review").first.click()
    person.page.get_by_label("Request changes").check()
    world.cast.plays(
        "backend-developer",
        [call("Write", file_path="backend/greet.py", content=POLITE)],
        [call("finish_stage", summary="It says good day now.", documents_used=[], learnings=[])],
    )
    person.presses("Submit review")
    assert person.sees("tomas requested changes")
    person.waits_for(
        f"/pull/{number}", lambda: person.sees("It says good day now."), "the thread is answered"
    )
    assert person.sees("The revision for this review is")
    person.waits_for(f"/pull/{number}/files", lambda: person.sees("good day"), "the change is made")
    person.page.get_by_text("Review changes").click()
    person.page.get_by_label("Approve").check()
    person.presses("Submit review")
    assert person.sees("tomas approved these changes")
    person.becomes("mara")
    merge(world, person, number)
    return int(number)


def merge_the_next(world: World, person: Reader, done: int) -> None:
    person.waits_for(
        "/pulls", lambda: person.page.locator(".issue-title").count() == 1, "the next one is open"
    )
    merge(world, person, world.open_pull()["number"])


def merge(world: World, person: Reader, number: int) -> None:
    world.ci.turns("green", world.open_pull()["head"]["sha"], "pull_request")
    world.until_baton_waits_for(f"#{number} is green and ready")
    person.opens(f"/pull/{number}")
    assert person.sees("All checks have passed")
    person.presses("Merge pull request")
    assert person.sees("Pull request successfully merged and closed")
    merged = world.mara.asks("GET", f"/pulls/{number}")["merge_commit_sha"]
    world.ci.turns("green", merged, "push")
