"""What `baton serve` and `baton worker` say when they cannot start: the variable or file, and what to do."""

from __future__ import annotations

import json
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.outside import (
    ROOT,
    Baton,
    GitHub,
    baton,
    beside,
    github,
    running,
    sentence_without_traceback,
)

pytestmark = pytest.mark.slow

WRONG = [
    ("BATON_GITHUB_APP_ID", "abc"),
    ("BATON_GITHUB_APP_ID", "0"),
    ("BATON_GITHUB_PRIVATE_KEY", "not a key"),
    (
        "BATON_GITHUB_PRIVATE_KEY",
        "-----BEGIN RSA PRIVATE KEY-----\nbm90IGEga2V5\n-----END RSA PRIVATE KEY-----",
    ),
    ("BATON_GITHUB_WEBHOOK_SECRET", "changeme"),
    ("BATON_GITHUB_WEBHOOK_SECRET", "one-good-secret,,another"),
    ("BATON_GITHUB_API_URL", "github.com"),
    ("BATON_DATABASE_URL", "mysql://nobody@nowhere/db"),
    ("BATON_DATABASE_URL", "sqlite:///"),
    ("BATON_PORT", "eighty"),
    ("BATON_PORT", "70000"),
    ("BATON_LABEL", "x" * 51),
    ("BATON_SWEEP_SECONDS", "soon"),
    ("BATON_SWEEP_SECONDS", "0"),
    ("BATON_SETTLE_SECONDS", "-1"),
    ("BATON_CHECKS_SETTLE_SECONDS", "nan"),
    ("BATON_REVIEW_SETTLE_SECONDS", "inf"),
    ("BATON_PUBLIC_URL", "baton.example.org"),
    ("ANTHROPIC_BASE_URL", "127.0.0.1:1"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    with github(tmp_path_factory.mktemp("place"), "--ci", "off") as place:
        yield place


@pytest.fixture
def environment(place: GitHub, tmp_path: Path) -> dict[str, str]:
    return {
        **place.environment,
        "BATON_DATABASE_URL": f"sqlite:///{tmp_path}/b.db",
        "BATON_WORKDIR": str(tmp_path / "work"),
        "BATON_PORT": "0",
    }


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_a_wrong_setting_stops_the_start_with_its_name(
    variable: str, value: str, environment: dict[str, str], tmp_path: Path
) -> None:
    done = baton("serve", home=tmp_path, environment={**environment, variable: value}, seconds=30)
    sentence_without_traceback(done, 2, variable)


@pytest.mark.parametrize(
    "variable", ["BATON_GITHUB_APP_ID", "BATON_GITHUB_PRIVATE_KEY", "BATON_GITHUB_WEBHOOK_SECRET"]
)
@pytest.mark.parametrize("command", [("worker",), ("serve",)])
def test_a_missing_setting_stops_the_start_with_its_name(
    command: tuple[str, ...], variable: str, environment: dict[str, str], tmp_path: Path
) -> None:
    del environment[variable]
    sentence_without_traceback(
        baton(*command, home=tmp_path, environment=environment, seconds=30), 2, variable
    )


def test_all_that_is_wrong_is_told_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    wrong = {"BATON_PORT": "x", "BATON_SWEEP_SECONDS": "y", "BATON_GITHUB_APP_ID": "z"}
    done = baton("serve", home=tmp_path, environment={**environment, **wrong})
    sentence_without_traceback(done, 2, *wrong)


def test_a_key_file_that_is_not_there_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    del environment["BATON_GITHUB_PRIVATE_KEY"]
    environment["BATON_GITHUB_PRIVATE_KEY_PATH"] = str(tmp_path / "gone.pem")
    done = baton("serve", home=tmp_path, environment=environment)
    sentence_without_traceback(done, 2, "BATON_GITHUB_PRIVATE_KEY_PATH", "gone.pem")


def test_a_broken_agent_stops_the_start_with_file_and_line(
    environment: dict[str, str], tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "agents", tmp_path / "agents")
    broken = tmp_path / "agents" / "api-designer.md"
    broken.write_text(broken.read_text().replace("baton:", "baton:\n  ownz: [docs/**]", 1))
    done = baton(
        "serve", home=tmp_path, environment={**environment, "BATON_AGENTS_DIR": str(tmp_path / "agents")}
    )
    sentence_without_traceback(done, 2, "api-designer.md", "ownz")
    assert re.search(r"api-designer\.md(:| line )\d+", done.stderr), done.stderr


@pytest.mark.parametrize("made", [True, False])
def test_a_directory_without_agents_is_named(made: bool, environment: dict[str, str], tmp_path: Path) -> None:
    directory = tmp_path / "none"
    if made:
        directory.mkdir()
    done = baton("serve", home=tmp_path, environment={**environment, "BATON_AGENTS_DIR": str(directory)})
    sentence_without_traceback(done, 2, str(directory))


def test_a_taken_port_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = baton("serve", home=tmp_path, environment={**environment, "BATON_PORT": port})
        sentence_without_traceback(done, 1, port, "BATON_PORT")
        done = baton("playground", "--port", port, home=tmp_path)
        sentence_without_traceback(done, 1, port)


def test_a_second_serve_on_the_same_sqlite_file_is_refused(place: GitHub, tmp_path: Path) -> None:
    first = beside(place)
    with running(first):
        second = {**first.environment, "BATON_PORT": "0"}
        for command in ("serve", "worker"):
            done = baton(command, home=tmp_path, environment=second)
            sentence_without_traceback(done, 1, "Baton already runs on baton.db", "BATON_DATABASE_URL")
        listed = baton("features", "--json", home=tmp_path, environment=second)
        assert (listed.returncode, json.loads(listed.stdout)) == (0, []), listed.stderr
        assert first._ready()


def test_a_github_that_does_not_answer_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    environment["BATON_GITHUB_API_URL"] = "http://127.0.0.1:9"
    done = baton("serve", home=tmp_path, environment=environment)
    sentence_without_traceback(done, 1, "127.0.0.1:9")


def test_a_database_that_does_not_answer_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    environment["BATON_DATABASE_URL"] = "postgresql+psycopg://baton:secret-word@127.0.0.1:9/baton"
    done = baton("serve", home=tmp_path, environment=environment)
    sentence_without_traceback(done, 1, "BATON_DATABASE_URL")
    assert "secret-word" not in done.stdout + done.stderr


def test_a_key_of_another_app_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    environment["BATON_GITHUB_APP_ID"] = "424242"
    done = baton("serve", home=tmp_path, environment=environment)
    sentence_without_traceback(done, 1, "BATON_GITHUB_APP_ID")


def test_it_ends_at_once_when_it_is_told_to(place: GitHub) -> None:
    one: Baton = beside(place)
    with running(one):
        pass
    assert one.process is not None
    assert one.process.returncode == 0
    assert "Traceback" not in one.said()
