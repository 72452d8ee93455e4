"""What Baton is deployed with names settings that exist, files that are there, and no power that it does not need."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from configparser import RawConfigParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values
from pathspec import PathSpec

from bot.settings import VARIABLES, load_settings
from tests.house.modules import ROOT

OF_COMPOSE = {"POSTGRES_PASSWORD", "CADDY_SITE"}
EXAMPLE = ROOT / ".env.example"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def stages() -> list[str]:
    return ["FROM " + stage for stage in re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
    return found


def unit() -> dict[str, list[str]]:
    """The service section; a key may stand in it several times."""
    values: dict[str, list[str]] = {}
    section = (
        (ROOT / "deploy/baton.service")
        .read_text(encoding="utf-8")
        .partition("[Service]")[2]
        .partition("[Inst")
    )
    for line in section[0].splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            values.setdefault(name, []).append(value)
    return values


def uncommented() -> str:
    """The example with every line in use that is switched off in it."""
    return re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_example_names_only_settings_that_exist() -> None:
    named = set(dotenv_values(stream=StringIO(uncommented())))
    assert named - set(VARIABLES) == OF_COMPOSE


def test_the_example_starts_as_it_is_apart_from_the_app() -> None:
    assert load_settings({}, env_file=EXAMPLE, app_required=False).database_url == "sqlite:///baton.db"


def test_the_example_filled_in_is_valid(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n")
    key.chmod(0o600)
    filled = tmp_path / ".env"
    text = uncommented()
    for name, value in {
        "BATON_GITHUB_APP_ID": "12",
        "BATON_GITHUB_PRIVATE_KEY_PATH": str(key),
        "BATON_GITHUB_WEBHOOK_SECRET": "0123456789abcdef0123456789abcdef",
    }.items():
        text = re.sub(rf"^{name}=$", f"{name}={value}", text, flags=re.MULTILINE)
    filled.write_text(text)
    settings = load_settings({}, env_file=filled)
    assert settings.app is not None
    assert settings.warnings == ()


def test_everything_that_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = PathSpec.from_lines("gitignore", (ROOT / ".dockerignore").read_text().splitlines())
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert {"pyproject.toml", "uv.lock", "bot", "agents"} <= set(sources)
    assert all((ROOT / source).exists() and not ignored.match_file(source) for source in sources)


@pytest.mark.parametrize(
    "secret", [".env", "baton.db", "key.pem", ".git/config", "tests/world.py", "bot/x/__pycache__/a.pyc"]
)
def test_nothing_else_reaches_the_image(secret: str) -> None:
    ignored = PathSpec.from_lines("gitignore", (ROOT / ".dockerignore").read_text().splitlines())
    assert ignored.match_file(secret)


def test_the_image_installs_what_is_locked_with_the_uv_of_the_makefile() -> None:
    version = re.search(
        r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert version is not None
    assert f'"uv=={version[1]}"' in stages()[0]
    assert all("--frozen" in line for line in DOCKERFILE.splitlines() if "uv sync" in line)


def test_the_image_runs_as_nobody_in_particular_without_a_compiler() -> None:
    last = stages()[-1]
    assert re.search(r"^USER \d+:\d+$", last, re.MULTILINE)
    assert "build-essential" not in last
    assert "gcc" not in last
    assert "uv" not in re.sub(r"^#.*$", "", last, flags=re.MULTILINE).replace("uvicorn", "").split()


@pytest.mark.parametrize(("code", "is_healthy"), [(200, True), (503, False)])
def test_the_image_is_healthy_as_long_as_baton_says_so(code: int, is_healthy: bool) -> None:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(code if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    program, *arguments = json.loads(
        DOCKERFILE.partition("HEALTHCHECK")[2].partition("CMD ")[2].partition("\n")[0]
    )
    assert program == "python"
    server = HTTPServer(("127.0.0.1", 0), Health)
    threading.Thread(target=server.handle_request, daemon=True).start()
    environment = {"BATON_PORT": str(server.server_port)}
    asked = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)
    server.server_close()
    assert (asked.returncode == 0) is is_healthy


def test_the_image_and_the_services_set_only_settings_that_exist(compose: dict[str, Any]) -> None:
    in_image = set(re.findall(r"\b(BATON_[A-Z_]+)=", DOCKERFILE))
    in_compose = set(compose["services"]["baton"]["environment"])
    in_unit = {value.partition("=")[0] for value in unit()["Environment"]} - {"PYTHONDONTWRITEBYTECODE"}
    assert in_image
    assert (in_image | in_compose | in_unit) - set(VARIABLES) == set()


def test_the_services_have_no_power_that_baton_does_not_need(compose: dict[str, Any]) -> None:
    baton = compose["services"]["baton"]
    assert baton["read_only"]
    assert baton["cap_drop"] == ["ALL"]
    assert all(str(port).startswith("127.0.0.1:") for port in baton["ports"])
    assert unit()["ProtectSystem"] == ["strict"]
    assert unit()["CapabilityBoundingSet"] == [""]


def test_the_service_of_systemd_is_well_formed() -> None:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ROOT / "deploy/baton.service", encoding="utf-8")
    assert parser.sections() == ["Unit", "Service", "Install"]
    assert parser["Service"]["ExecStart"].endswith("/bin/baton serve")
