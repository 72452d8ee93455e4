"""What has to happen for Baton to make each request: stories from label to end, with which errors may interfere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import update

from bot.engine import tables
from bot.playground.making import add_repository
from tests.engine.lives import FILES, Life
from tests.github.homes import Town
from tests.playground.github.town import small_repository

UNCONFIGURED = {path: text for path, text in FILES.items() if path != ".github/baton.yml"}


@dataclass(frozen=True)
class Story:
    """How a feature goes: what there is before it, what people do, and how it ends."""

    ends: str = "completed"
    people: Callable[[Life], None] = Life.do_peoples_part
    files: Mapping[str, str] = field(default_factory=lambda: FILES)
    before: Callable[[Life, Path], None] = lambda life, directory: None


def unknown_installation(life: Life, directory: Path) -> None:
    with life.outside.writing() as connection:
        connection.execute(update(tables.repository).values(installation_id=None))


def owners_set_up(life: Life, directory: Path) -> None:
    """The owner's `.github` repository; there is one for the whole town."""
    town: Town = life.home.town
    hub = town.playground.hub
    if not any(each.name == ".github" for each in hub.repositories.values()):
        source = small_repository(directory / "owners", files={".github/baton.yml": "ci: optional\n"})
        add_repository(hub, town.playground.inhabitants, ".github", town.directory / "repositories", source)


def another_issue(life: Life, directory: Path) -> None:
    home = life.home
    other = home.maintainer.post("/issues", {"title": "Who is told", "body": "Those who watch."})
    home.maintainer.patch(f"/issues/{home.issue_number}", {"body": f"As in #{other['number']}."})


def said(life: Life, words: str) -> bool:
    return any(each["body"] == words for each in life.home.comments())


def cancelling(life: Life) -> None:
    """Somebody has had enough of it once there is a pull request."""
    if life.state != "in_review":
        life.do_peoples_part()
    elif not said(life, "/cancel"):
        life.home.say("/cancel")


def planning_twice(life: Life) -> None:
    """The first plan is not what was meant."""
    if life.state != "awaiting_approval":
        life.do_peoples_part()
    elif not said(life, "/revise Make it small."):
        life.home.say("/revise Make it small.")
    elif "v2" in life.waiting_for and not said(life, "/approve v2"):
        life.home.say("/approve v2")


STORIES: Mapping[str, Story] = {
    "a feature": Story(),
    "a feature of an unknown installation": Story(before=unknown_installation),
    "a feature that is planned twice": Story(people=planning_twice),
    "a feature that refers to another issue": Story(before=another_issue),
    "a cancelled feature": Story("cancelled", people=cancelling),
    "the owner's set-up": Story(files=UNCONFIGURED, before=owners_set_up),
}
