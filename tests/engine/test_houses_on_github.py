"""Each repository is set up by its default branch; the owner's fallback counts only where it really is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine.houses import Houses
from bot.engine.installed_agents import load_agents
from bot.facts.facts import House
from bot.github.auth import FETCHING
from bot.github.errors import Unreachable
from bot.playground.making import add_repository
from bot.workspace.mirror import Mirror, Mirrors
from tests.engine.lives import settings_of
from tests.github.homes import Home, Town
from tests.playground.github.town import small_repository


def houses_of(home: Home) -> Houses:
    settings = settings_of(home, home.town.directory)
    return Houses(settings, load_agents(settings.agents_dir), home.app, home.town.slug)


def mirror_of(home: Home, directory: Path) -> Mirror:
    url = f"{home.town.playground.url}/{home.full_name}.git"
    repository, installation = home.repository.id, home.town.installation
    return Mirrors(directory).of(repository, url, lambda: home.app.token(installation, repository, FETCHING))


def house(home: Home, directory: Path, houses: Houses | None = None, owner: str = "nobody") -> House:
    known = houses or houses_of(home)
    sha = home.repository.git.branch(home.repository.default_branch)
    return known.of(home.repository.id, owner, mirror_of(home, directory), sha)


def placed(town: Town, directory: Path, files: dict[str, str]) -> Home:
    return town.home(small_repository(directory / "source", files=files))


def test_without_a_configuration_the_defaults_hold(home: Home, tmp_path: Path) -> None:
    plain = placed(home.town, tmp_path, {"README.md": "# Plain\n"})
    found = house(plain, tmp_path / "mirrors")
    assert (found.problem, found.configuration.ci, found.label) == (None, "required", "baton")
    assert {agent.name for agent in found.agents} >= {"backend-developer", "implementation-orchestrator"}


def test_a_repository_without_a_commit_has_the_defaults(home: Home, tmp_path: Path) -> None:
    empty = home.town.home(empty=True)
    found = houses_of(empty).of(empty.repository.id, "nobody", mirror_of(empty, tmp_path), None)
    assert found.problem is None


def test_the_configuration_of_the_default_branch_counts(home: Home, tmp_path: Path) -> None:
    """L15."""
    assert house(home, tmp_path).configuration.ci == "optional"


def test_a_configuration_that_is_wrong_is_told_with_its_line(home: Home, tmp_path: Path) -> None:
    wrong = placed(home.town, tmp_path, {".github/baton.yml": "ci: optional\nci_checks: 1\n"})
    problem = house(wrong, tmp_path / "mirrors").problem
    assert problem is not None and "baton.yml" in problem and "line 2" in problem
    assert "default branch" in problem


def test_a_repositorys_own_agent_speaks_in_its_own_words(home: Home, tmp_path: Path) -> None:
    own = "---\nname: backend-developer\ndescription: ours\nmodel: opus\n---\nWrite Python our way.\n"
    repository = placed(home.town, tmp_path, {".claude/agents/backend-developer.md": own})
    agent = house(repository, tmp_path / "mirrors").agent("backend-developer")
    assert "our way" in agent.prompt and agent.model == "opus"


def test_a_commit_is_read_once(home: Home, tmp_path: Path) -> None:
    houses = houses_of(home)
    first = house(home, tmp_path, houses)
    before = home.town.requests()
    assert house(home, tmp_path, houses) == first
    after = home.town.requests()
    assert (after["reads"], after["git"]) == (before["reads"], before["git"])


@pytest.fixture
def fallback(home: Home, tmp_path: Path) -> Home:
    """The owner's `.github` repository; there is one for the whole town."""
    hub = home.town.playground.hub
    known = next((each for each in hub.repositories.values() if each.name == ".github"), None)
    if known is None:
        source = small_repository(tmp_path / "owners", files={".github/baton.yml": "ci: optional\n"})
        repositories = home.town.directory / "repositories"
        known = add_repository(hub, home.town.playground.inhabitants, ".github", repositories, source)
    return Home(home.town, known)


def test_the_owners_fallback_counts_where_there_is_no_configuration(
    fallback: Home, home: Home, tmp_path: Path
) -> None:
    plain = placed(home.town, tmp_path, {"README.md": "# Plain\n"})
    assert house(plain, tmp_path / "mirrors", owner="acme").configuration.ci == "optional"


def test_a_fallback_that_cannot_be_read_now_is_not_taken_for_none(
    fallback: Home, home: Home, tmp_path: Path
) -> None:
    plain = placed(home.town, tmp_path, {"README.md": "# Plain\n"})
    houses = houses_of(plain)
    home.town.fault("GET", f"/repos/{fallback.full_name}/contents/*", "error_before", status=502)
    with pytest.raises(Unreachable):
        house(plain, tmp_path / "mirrors", houses, "acme")
    home.town.calm()
    assert house(plain, tmp_path / "mirrors", houses, "acme").configuration.ci == "optional"
