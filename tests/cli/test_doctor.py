"""`baton doctor`: what is wrong is named with what to do, against a real GitHub on loopback."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.database import Database
from bot.engine.migrations import migrate
from bot.github.manifest import EVENTS, PERMISSIONS
from bot.playground.acts.installations import suspend
from bot.playground.start import Playground, start_playground
from bot.settings import PACKAGED_AGENTS
from tests.cli.commands import Said, baton, commit

pytestmark = pytest.mark.slow

LEAKY = """
on: [push, pull_request]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: deploy
        env:
          KEY: ${{ secrets.DEPLOY_KEY }}
"""


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    repository = tmp_path_factory.mktemp("repositories") / "shop"
    commit(repository, {"README.md": "# Shop\n", ".github/workflows/deploy.yml": LEAKY, "x.yml": LEAKY})
    up = start_playground(port=0, repo=repository, ci="off")
    yield up
    up.stop()


@pytest.fixture
def whole(github: Playground, tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is wrong but the repository's workflow."""
    return {
        **github.environment(),
        "BATON_PUBLIC_URL": "https://baton.example.org",
        "ANTHROPIC_API_KEY": "sk-test",
    }


def lines_of(said: Said, subject: str) -> list[str]:
    return [line for line in said.out.splitlines() if line[2:].startswith(f"{subject}: ")]


def test_a_workflow_that_hands_out_a_secret_is_the_one_thing_to_mend(
    whole: dict[str, str], tmp_path: Path
) -> None:
    said = baton("doctor", cwd=tmp_path, environment=whole)
    assert said.code == 1, said.out
    bad = [line for line in said.out.splitlines() if line.startswith("✗")]
    assert len(bad) == 1, said.out
    assert (
        "acme/shop, .github/workflows/deploy.yml: it runs on pull_request and pushes to any branch" in bad[0]
    )
    assert "secrets.DEPLOY_KEY" in bad[0]
    for subject in ("settings", "private key", "App", "permissions", "events", "installations", "model"):
        assert lines_of(said, subject)[0].startswith("✓"), said.out
    for subject in ("database", "agents", "work directory", "git"):
        assert lines_of(said, subject)[0].startswith("✓"), said.out
    assert said.out.endswith("\n1 thing to mend.\n")
    assert list(tmp_path.iterdir()) == []  # looking left nothing behind


def test_where_nothing_is_wrong_baton_can_work(tmp_path: Path) -> None:
    repository = tmp_path / "tidy"
    commit(repository, {"README.md": "# Tidy\n"})
    up = start_playground(port=0, repo=repository, ci="off")
    try:
        environment = {**up.environment(), "ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}
        said = baton("doctor", cwd=tmp_path, environment=environment)
    finally:
        up.stop()
    assert (said.code, "✗" in said.out) == (0, False), said.out
    assert said.out.endswith("\nBaton can work.\n")
    assert "none in 1 repository hands secrets" in lines_of(said, "workflows")[0]


def test_missing_settings_are_named_and_what_hangs_on_them_is_not_checked(tmp_path: Path) -> None:
    said = baton("doctor", cwd=tmp_path)
    assert said.code == 1
    for variable in ("BATON_GITHUB_APP_ID", "BATON_GITHUB_PRIVATE_KEY", "BATON_GITHUB_WEBHOOK_SECRET"):
        assert f"✗ settings: {variable}: " in said.out
    for subject in ("private key", "App", "permissions", "events", "installations", "workflows"):
        assert "not checked, because" in lines_of(said, subject)[0]
    assert lines_of(said, "git")[0].startswith("✓")


def test_settings_that_cannot_be_read_leave_the_rest_unchecked(tmp_path: Path) -> None:
    said = baton("doctor", cwd=tmp_path, environment={"BATON_PORT": "many"})
    assert said.code == 1
    assert "✗ settings: BATON_PORT: " in said.out
    for subject in ("database", "agents", "work directory", "model"):
        assert lines_of(said, subject)[0].endswith("not checked, because the settings are wrong")


def test_a_key_of_another_app_is_told(whole: dict[str, str], tmp_path: Path) -> None:
    said = baton("doctor", cwd=tmp_path, environment={**whole, "BATON_GITHUB_APP_ID": "4711"})
    assert said.code == 1
    assert lines_of(said, "App")[0].startswith("✗")
    assert "BATON_GITHUB_APP_ID and the private key belong together" in said.out
    assert lines_of(said, "installations") == [
        "! installations: not checked, because GitHub did not accept the App"
    ]
    assert "PRIVATE KEY-----" not in said.out


def test_a_key_that_is_none_is_told(whole: dict[str, str], tmp_path: Path) -> None:
    broken = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
    said = baton("doctor", cwd=tmp_path, environment={**whole, "BATON_GITHUB_PRIVATE_KEY": broken})
    assert lines_of(said, "private key")[0].startswith("✗")
    assert "not checked" in lines_of(said, "App")[0]


def test_a_github_that_is_not_there_is_told(whole: dict[str, str], tmp_path: Path) -> None:
    away = {**whole, "BATON_GITHUB_API_URL": "http://127.0.0.1:9"}
    said = baton("doctor", cwd=tmp_path, environment=away)
    assert lines_of(said, "App")[0].startswith("✗")
    assert "BATON_GITHUB_API_URL" in lines_of(said, "App")[0]


def test_permissions_and_events_are_held_against_what_is_needed(
    github: Playground, whole: dict[str, str], tmp_path: Path
) -> None:
    app = github.inhabitants.app
    (installation,) = github.hub.installations.values()
    permissions, events, granted = dict(app.permissions), app.events, dict(installation.permissions)
    try:
        app.permissions = {**PERMISSIONS, "checks": "read", "administration": "write"}
        app.events = tuple(event for event in EVENTS if event != "issue_comment")
        installation.permissions = {
            name: level for name, level in PERMISSIONS.items() if name not in ("members", "issues")
        }
        said = baton("doctor", cwd=tmp_path, environment=whole)
    finally:
        app.permissions, app.events, installation.permissions = permissions, events, granted
    assert said.code == 1
    lacks, more = lines_of(said, "permissions")
    assert lacks.startswith("✗ permissions: the App lacks checks: write.")
    assert more.startswith("! permissions: the App may more than it needs (administration: write).")
    assert "is not told of issue_comment" in lines_of(said, "events")[0]
    assert "has not accepted issues: write, members: read" in lines_of(said, "installations")[0]


def test_a_suspended_installation_is_told(github: Playground, whole: dict[str, str], tmp_path: Path) -> None:
    (installation,) = github.hub.installations.values()
    suspend(github.hub, installation, github.inhabitants.app.owner)
    try:
        said = baton("doctor", cwd=tmp_path, environment=whole)
    finally:
        suspend(github.hub, installation, github.inhabitants.app.owner, suspended=False)
    assert lines_of(said, "installations")[0].startswith("! installations: acme has suspended the App.")
    assert "no installation could be asked" in lines_of(said, "workflows")[0]


def test_a_broken_agent_is_told_with_its_line(tmp_path: Path) -> None:
    shutil.copytree(PACKAGED_AGENTS, tmp_path / "mine")
    file = tmp_path / "mine" / "api-designer.md"
    file.write_text(file.read_text().replace("kind: api", "kind: apii"))
    said = baton("doctor", cwd=tmp_path, environment={"BATON_AGENTS_DIR": "mine"})
    assert any(line.startswith("✗ agents: mine/api-designer.md:") for line in lines_of(said, "agents"))


def test_a_database_is_looked_at(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    migrate(database)
    database.dispose()
    before = (tmp_path / "baton.db").read_bytes()
    said = baton("doctor", cwd=tmp_path)
    (line,) = lines_of(said, "database")
    assert line == "✓ database: baton.db answers and can be written; its tables are up to date"
    assert (tmp_path / "baton.db").read_bytes() == before


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:///broken.db", "it does not answer: file is not a database"),
        ("postgresql://baton:sesame@127.0.0.1:9/x", "it does not answer: "),
    ],
)
def test_a_database_that_does_not_answer_is_told(tmp_path: Path, url: str, told: str) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database at all" * 500)
    said = baton("doctor", cwd=tmp_path, environment={"BATON_DATABASE_URL": url})
    (line,) = lines_of(said, "database")
    assert line.startswith(f"✗ database: {told}")
    assert "sesame" not in said.out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    said = baton("doctor", cwd=tmp_path, environment={"BATON_WORKDIR": str(locked / "work")})
    assert lines_of(said, "work directory")[0].startswith("✗")


def test_a_directory_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = baton("doctor", cwd=tmp_path, environment={"BATON_WORKDIR": str(tmp_path / "file")})
    assert lines_of(said, "work directory")[0].startswith("✗")
