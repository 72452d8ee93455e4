"""The first start: GitHub's manifest flow up to the credentials in `.env`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.github.manifest import EXAMPLE_ADDRESS, UNASKED_EVENTS, manifest
from bot.settings import load_settings
from bot.web.env_file import EnvFile, changed
from bot.web.setup import Setup
from tests.web.opened import Opened, opened, settings_of
from tests.web.site import serving

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----\n"
REGISTERED = {
    "id": 4711,
    "slug": "baton-acme",
    "name": "Baton <of> Acme",
    "html_url": "https://github.com/apps/baton-acme",
    "pem": PEM,
    "webhook_secret": 'a"secret\\of $more than 32 bytes, with #odd letters',
}


class GitHub:
    """The one endpoint of GitHub that the flow asks, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.answer: tuple[int, Any] = (201, REGISTERED)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.asked.append((scope["method"], scope["raw_path"].decode(), headers.get("authorization", "")))
        status, body = self.answer
        kind = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})


class Form(HTMLParser):
    """The page's last form: where it goes and what it sends."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.fields = found["action"], {}
        if tag == "input":
            self.fields[found["name"]] = found.get("value", "")


@pytest.fixture
def github() -> Iterator[tuple[GitHub, str]]:
    github = GitHub()
    with serving(github) as port:
        yield github, f"http://127.0.0.1:{port}"


@pytest.fixture
def offered(tmp_path: Path, github: tuple[GitHub, str]) -> Iterator[tuple[Opened, Setup]]:
    environment = {
        "BATON_PUBLIC_URL": "https://baton.acme.example",
        "BATON_GITHUB_API_URL": github[1],
        # The set-up has a token of its own.
        "BATON_DASHBOARD_TOKEN": "the dashboard's",
    }
    setup = Setup(settings_of(environment), tmp_path / ".env")
    with opened(tmp_path, environment, setup) as site:
        yield site, setup


def test_the_form_sends_the_manifest_to_github(
    offered: tuple[Opened, Setup], github: tuple[GitHub, str]
) -> None:
    site, setup = offered
    answer = site.get(f"/setup?token={setup.token}")
    form = Form(answer.text)
    assert form.action == f"{github[1]}/settings/apps/new?state={setup.state}"
    assert json.loads(form.fields["manifest"]) == manifest("https://baton.acme.example")
    assert f"form-action 'self' {github[1]};" in answer.headers["content-security-policy"] + ";"
    assert answer.headers["referrer-policy"] == "strict-origin"
    assert setup.token not in form.action
    assert setup.address == f"https://baton.acme.example/setup?token={setup.token}"


def test_an_organisation_may_own_the_app(offered: tuple[Opened, Setup], github: tuple[GitHub, str]) -> None:
    site, setup = offered
    page = site.page(f"/setup?token={setup.token}&organization=acme-inc")
    assert Form(page).action.startswith(f"{github[1]}/organizations/acme-inc/settings/apps/new?state=")
    page = site.page(f"/setup?token={setup.token}&organization=a/../b")
    assert Form(page).action.startswith(f"{github[1]}/settings/apps/new?")
    assert "is no name of an organisation" in page


def test_the_credentials_are_written_down_for_the_next_start(
    offered: tuple[Opened, Setup], github: tuple[GitHub, str], tmp_path: Path
) -> None:
    site, setup = offered
    file = tmp_path / ".env"
    file.write_text('BATON_LABEL=ship it\nBATON_GITHUB_APP_ID="1"\n')
    form = Form(site.page(f"/setup/callback?code=c0/de&state={setup.state}"))
    assert github[0].asked == []  # coming back changes nothing yet
    answer = site.post(form.action, form.fields, Origin=site.address)
    assert answer.status_code == 200
    assert "Baton &lt;of&gt; Acme" in answer.text
    assert "Start Baton again" in answer.text
    assert PEM.splitlines()[1] not in answer.text
    assert github[0].asked == [("POST", "/app-manifests/c0%2Fde/conversions", "")]
    assert file.stat().st_mode & 0o777 == 0o600
    settings = load_settings({}, file)
    assert settings.app is not None
    assert (settings.app.app_id, settings.label) == (4711, "ship it")
    assert settings.app.private_key.get_secret_value() == PEM
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".env")] == [".env"]


def test_a_webhook_secret_survives_the_file(tmp_path: Path) -> None:
    secret = str(REGISTERED["webhook_secret"])
    with EnvFile(tmp_path / ".env") as file:
        file.write({"BATON_DASHBOARD_TOKEN": secret})
    token = load_settings({}, tmp_path / ".env", app_required=False).dashboard_token
    assert token is not None
    assert token.get_secret_value() == secret


def test_the_set_up_is_over_once_it_was_used(offered: tuple[Opened, Setup]) -> None:
    site, setup = offered
    fields = {"code": "c", "state": setup.state}
    assert site.post("/setup/credentials", fields, Origin=site.address).status_code == 200
    for path in (f"/setup?token={setup.token}", f"/setup/callback?code=c&state={setup.state}"):
        assert site.get(path).status_code == 404
    assert site.post("/setup/credentials", fields, Origin=site.address).status_code == 404


def test_nobody_sets_up_without_the_token(offered: tuple[Opened, Setup], github: tuple[GitHub, str]) -> None:
    site, setup = offered
    for path in ("/setup", "/setup?token=guess", "/setup/callback?code=c&state=guess", "/setup/callback"):
        answer = site.get(path)
        assert answer.status_code == 403
        assert "one-time token" in answer.text
    wrong = {"code": "c", "state": setup.token}
    assert site.post("/setup/credentials", wrong, Origin=site.address).status_code == 403
    right = {"code": "c", "state": setup.state}
    assert site.post("/setup/credentials", right, Origin="https://evil.example").status_code == 403
    assert github[0].asked == []
    for _ in range(10):
        site.get("/setup?token=guess")
    assert site.get(f"/setup?token={setup.token}").status_code == 429


@pytest.mark.parametrize("answer", [(404, {"message": "Not Found"}), (422, {}), (201, {"id": 1}), (500, "x")])
def test_what_github_refuses_is_told_and_nothing_is_written(
    offered: tuple[Opened, Setup], github: tuple[GitHub, str], tmp_path: Path, answer: tuple[int, Any]
) -> None:
    site, setup = offered
    github[0].answer = answer
    told = site.post("/setup/credentials", {"code": "used", "state": setup.state}, Origin=site.address)
    assert told.status_code == 502
    assert "begin the set-up anew" in told.text
    assert not list(tmp_path.glob(".env*"))
    assert len(github[0].asked) == 1
    assert site.get(f"/setup?token={setup.token}").status_code == 200  # still open


def test_a_file_that_cannot_be_written_is_told_before_the_code_is_used(
    tmp_path: Path, github: tuple[GitHub, str]
) -> None:
    environment = {"BATON_PUBLIC_URL": "https://b.example", "BATON_GITHUB_API_URL": github[1]}
    setup = Setup(settings_of(environment), tmp_path / "missing" / ".env")
    with opened(tmp_path, environment, setup) as site:
        told = site.post("/setup/credentials", {"code": "c", "state": setup.state}, Origin=site.address)
    assert told.status_code == 502
    assert "cannot be written" in told.text
    assert github[0].asked == []


def test_without_a_public_address_it_says_what_to_set(tmp_path: Path) -> None:
    setup = Setup(settings_of(), tmp_path / ".env")
    with opened(tmp_path, setup=setup) as site:
        page = site.page(f"/setup?token={setup.token}")
    assert "BATON_PUBLIC_URL" in page
    assert "manifest" not in page


def test_with_an_app_there_is_nothing_to_set_up(tmp_path: Path) -> None:
    with opened(tmp_path) as site:
        assert site.get("/setup?token=x").status_code == 404
        assert site.post("/setup/credentials", {"state": ""}, Origin=site.address).status_code == 404


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'A="1"\n'),
        ("A=0\nB=2\n", 'B=2\nA="1"\n'),
        ("export A = 0\n# A=3\n", '# A=3\nA="1"\n'),
        ('A="0\nB=hidden\n"\nC=3\n', 'C=3\nA="1"\n'),
        ('B="x\nA=inside\n"\n', 'B="x\nA=inside\n"\nA="1"\n'),
        ("AA=0", 'AA=0\nA="1"\n'),
    ],
)
def test_other_lines_of_the_file_stay(before: str, after: str) -> None:
    assert changed(before, {"A": "1"}) == after


def test_the_manifest_asks_for_what_the_design_says() -> None:
    asked = manifest(EXAMPLE_ADDRESS)
    assert asked["default_permissions"] == {
        "contents": "write",
        "issues": "write",
        "pull_requests": "write",
        "checks": "write",
        "statuses": "read",
        "actions": "read",
        "metadata": "read",
        "members": "read",
    }
    assert asked["public"] is False
    assert asked["hook_attributes"]["url"] == "https://baton.example.org/webhook"


def test_the_app_is_told_of_every_event_that_baton_uses() -> None:
    from bot.engine.hints import USED_EVENTS

    assert {*manifest("")["default_events"], *UNASKED_EVENTS} == USED_EVENTS


def test_the_manifest_in_deploy_is_the_codes() -> None:
    file = Path(__file__).parents[2] / "deploy" / "app-manifest.json"
    assert json.loads(file.read_text()) == manifest(EXAMPLE_ADDRESS)
