"""What an owner does to the installation while a feature lives: it is said, and the feature goes on when it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.playground.acts import installations
from bot.playground.making import install
from tests.engine.lives import FILES, Life, QuickDatabase, begun
from tests.github.homes import Town, town_in
from tests.playground.github.town import small_repository


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A GitHub of its own: its only installation is taken away here."""
    with town_in(tmp_path / "github") as each:
        yield each


@pytest.fixture
def life(town: Town, tmp_path: Path) -> Iterator[Life]:
    home = town.home(small_repository(tmp_path / "lived-in", files=FILES))
    life = begun(home, QuickDatabase(f"sqlite:///{tmp_path / 'baton.db'}"), tmp_path)
    home.label()
    life.until("in_review")
    yield life
    life.close()


def test_an_app_that_is_installed_anew_goes_on_under_its_new_id(life: Life) -> None:
    """I2: no delivery has told of it."""
    hub, here = life.home.town.playground.hub, life.home.town.playground.inhabitants
    with hub.lock:
        installations.uninstall(hub, here.installation, here.owner)
    assert life.look().startswith(f"Baton is suspended or no longer installed on {life.home.full_name}: ")
    assert life.waiting_for.endswith("Install it there, or unsuspend it, to go on.")
    assert life.state == "blocked"
    with hub.lock:
        anew = install(hub, here.app, here.owner)
        anew.repository_ids.add(life.home.repository.id)
    assert life.look() == f"Baton was installed anew on {life.home.full_name}; it goes on at once."
    life.until("completed")


def without(life: Life, **permissions: str) -> None:
    """The owner takes permissions away; tokens from before are no good any more."""
    hub, here = life.home.town.playground.hub, life.home.town.playground.inhabitants
    given = {**here.app.permissions, **permissions}
    with hub.lock:
        installations.change_permissions(hub, here.installation, here.owner, given)
        for value in [value for value, token in hub.tokens.items() if token.installation is not None]:
            del hub.tokens[value]


def test_a_permission_that_was_taken_away_is_named_and_awaited(life: Life) -> None:
    """I3."""
    without(life, issues="read")
    life.home.say("/status")
    assert life.look() == (
        "GitHub answered 422: The permissions requested are not granted to this installation. Baton asked for "
        "issues: write, metadata: read, pull_requests: write. "
        "Give them to the App and accept them in the installation's settings, to go on."
    )
    assert life.state == "blocked"
    without(life)
    life.clock.forward(301)
    life.until("completed")


def test_a_token_of_git_that_was_revoked_is_replaced_at_the_next_look(life: Life) -> None:
    """I1."""
    without(life)
    life.home.maintainer.put("/contents/new.txt", {"message": "More", "content": "bmV3Cg=="})
    assert life.look().startswith("The repository could not be fetched: ")
    life.clock.forward(5)
    assert "ready: review and merge it" in life.look()
