"""How a repository is set up: its own wishes, within what the installation allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine.houses import Houses
from bot.engine.installed_agents import load_agents
from bot.github.auth import App
from bot.plan.configuration import Caps
from bot.settings import PACKAGED_AGENTS, load_settings
from bot.workspace.mirror import Mirror

UNREACHED = "https://github.invalid"


def caps_with(tmp_path: Path, **settings: str) -> Caps:
    houses = Houses(
        load_settings(settings, None, app_required=False),
        load_agents(PACKAGED_AGENTS),
        App(1, "no key is needed", UNREACHED),
        "baton-app",
    )
    mirror = Mirror(tmp_path / "1.git", f"{UNREACHED}/acme/shop.git", lambda: "")
    return houses.of(1, "acme", mirror, None).configuration.caps


def test_the_repository_may_spend_what_it_says(tmp_path: Path) -> None:
    assert caps_with(tmp_path) == Caps()


@pytest.mark.parametrize(
    ("variable", "cap"),
    [
        ("BATON_TURNS_PER_RUN", "turns"),
        ("BATON_DOLLARS_PER_RUN", "run_usd"),
        ("BATON_DOLLARS_PER_FEATURE", "feature_usd"),
        ("BATON_DOLLARS_PER_REPOSITORY_MONTH", "month_usd"),
    ],
)
def test_where_the_installation_allows_less_less_counts(tmp_path: Path, variable: str, cap: str) -> None:
    assert getattr(caps_with(tmp_path, **{variable: "4"}), cap) == 4
    assert getattr(caps_with(tmp_path, **{variable: "9999"}), cap) == getattr(Caps(), cap)


def test_an_unreadable_configuration_gives_nobody_more_rights() -> None:
    """A slip in the file must not let those command whom it had left out."""
    houses = Houses(
        load_settings({}, None, app_required=False),
        load_agents(PACKAGED_AGENTS),
        App(1, "no key is needed", UNREACHED),
        "baton-app",
    )
    readable = houses._make("commands:\n  permission: maintain\n", {})
    assert (readable.problem, readable.configuration.commands.permission) == (None, "maintain")
    unreadable = houses._make("commands:\n  permission: maintain\nci: somtimes\n", {})
    assert unreadable.problem and unreadable.configuration.commands.permission == "admin"
