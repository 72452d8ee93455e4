"""Who is let in to the dashboard and its API, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.engine.database import Database
from bot.engine.tables import metadata
from bot.facts.states import FeatureState
from bot.web.guard import COOKIE, TRIES, TRIES_SECONDS, Guard, Tries, equal
from bot.web.site import make_site
from tests.web.opened import TOKEN, Opened, opened, settings_of

GUARDED = ("/", "/features/acme/shop/12", "/api/features", "/api/features/acme/shop/12")
OPEN = ("/healthz", "/readyz", "/static/site.css")


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Opened]:
    """A site with a token."""
    with opened(tmp_path, {"BATON_DASHBOARD_TOKEN": TOKEN}) as site:
        site.features.begin(12, "Secret plans", FeatureState.PLANNING, "")
        yield site


def sign_in(site: Opened, token: str = TOKEN, back: str = "/", **headers: str) -> httpx2.Response:
    sent = {"Origin": site.address, **headers}
    return site.post("/sign-in", {"token": token, "next": back}, **{k: v for k, v in sent.items() if v})


# --- with a token ---


@pytest.mark.parametrize("path", GUARDED)
def test_nobody_is_let_in_without_the_token(closed: Opened, path: str) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
        {"Cookie": f"{COOKIE}=9999999999.{'0' * 64}"},
        {"Cookie": f"{COOKIE}={TOKEN}"},
    ):
        answer = closed.get(path, **headers)
        assert answer.status_code == 401
        assert "Secret plans" not in answer.text
    if path.startswith("/api/"):
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "BATON_DASHBOARD_TOKEN" not in answer.text or answer.json()["error"]


@pytest.mark.parametrize("path", GUARDED)
def test_the_token_lets_in(closed: Opened, path: str) -> None:
    assert "Secret plans" in closed.get(path, Authorization=f"Bearer {TOKEN}").text


@pytest.mark.parametrize("path", OPEN)
def test_probes_and_style_need_no_token(closed: Opened, path: str) -> None:
    assert closed.get(path).status_code in (200, 503)


def test_the_token_typed_once_is_kept_by_a_cookie_that_does_not_hold_it(closed: Opened) -> None:
    answer = sign_in(closed, back="/features/acme/shop/12")
    assert (answer.status_code, answer.headers["location"]) == (303, "/features/acme/shop/12")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    kept = {"Cookie": cookie.partition(";")[0]}
    for path in GUARDED:
        assert "Secret plans" in closed.get(path, **kept).text
    assert "Sign out" in closed.get("/", **kept).text


def test_a_cookie_ends_with_a_change_of_the_token_and_by_itself() -> None:
    clock = [1_000_000.0]
    guard = Guard("old token", lambda: clock[0])
    cookie = guard.cookie()
    assert guard._knows(cookie)
    assert not Guard("new token", lambda: clock[0])._knows(cookie)
    ends, _, signature = cookie.partition(".")
    assert not guard._knows(f"{int(ends) + 1}.{signature}")
    clock[0] += 31 * 24 * 3600
    assert not guard._knows(cookie)


def test_signing_out_takes_the_cookie_away(closed: Opened) -> None:
    answer = closed.post("/sign-out", {}, Origin=closed.address)
    assert answer.status_code == 303
    assert f'{COOKIE}=""' in answer.headers["set-cookie"]


def test_a_wrong_token_is_told_and_gives_no_cookie(closed: Opened) -> None:
    answer = sign_in(closed, "wrong")
    assert answer.status_code == 401
    assert "This is not the dashboard&#39;s token." in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_a_form_of_another_site_is_refused(closed: Opened, headers: dict[str, str]) -> None:
    for path in ("/sign-in", "/sign-out"):
        sent = {name: value for name, value in headers.items() if value}
        answer = closed.post(path, {"token": TOKEN}, **sent)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_a_browser_that_hides_the_origin_says_that_it_is_ours(closed: Opened) -> None:
    assert sign_in(closed, **{"Origin": "null", "Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_signing_in_leads_nowhere_else(closed: Opened, back: str) -> None:
    assert sign_in(closed, back=back).headers["location"] == "/"


def test_a_form_that_is_too_large_is_refused(closed: Opened) -> None:
    assert sign_in(closed, "x" * 10_000).status_code == 403


def test_guessing_is_slowed_down(closed: Opened) -> None:
    for _ in range(TRIES):
        assert closed.get("/api/features", Authorization="Bearer guess").status_code == 401
    answer = closed.get("/api/features", Authorization=f"Bearer {TOKEN}")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert sign_in(closed).status_code == 429
    assert closed.get("/").status_code == 401  # who guesses nothing still sees the form


def test_guesses_are_forgotten_after_a_minute() -> None:
    clock = [0.0]
    tries = Tries(lambda: clock[0])
    for _ in range(TRIES):
        tries.count("1.2.3.4")
    assert tries.are_used_up("1.2.3.4")
    assert not tries.are_used_up("1.2.3.5")
    clock[0] += TRIES_SECONDS
    assert not tries.are_used_up("1.2.3.4")
    tries.count("1.2.3.4")
    assert not tries.are_used_up("1.2.3.4")


def test_tokens_are_compared_whatever_their_length_or_letters() -> None:
    assert equal("träge\udce9", "träge\udce9")
    assert not equal("a", "ab")
    assert not equal("", "a")


# --- without a token: this machine alone ---


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as site:
        site.features.begin(12, "Secret plans", FeatureState.PLANNING, "")
        yield site


@pytest.mark.parametrize("path", GUARDED)
def test_without_a_token_this_machine_is_answered(local: Opened, path: str) -> None:
    assert "Secret plans" in local.get(path).text
    assert "Secret plans" in local.get(path, Host=f"localhost:{local.port}").text


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "baton.example.org"},
        {"Host": "rebound.evil.example:8000"},
    ],
)
def test_a_proxy_on_this_machine_does_not_open_it_to_the_world(
    local: Opened, path: str, headers: dict[str, str]
) -> None:
    answer = local.get(path, **headers)
    assert answer.status_code == 403
    assert "Secret plans" not in answer.text
    assert "BATON_DASHBOARD_TOKEN" in answer.text


HERE = ("127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1")
ELSEWHERE = ("192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", "testclient", "")


@pytest.mark.parametrize(
    ("address", "status"), [*((each, 200) for each in HERE), *((each, 403) for each in ELSEWHERE)]
)
def test_only_loopback_addresses_are_this_machine(tmp_path: Path, address: str, status: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    metadata.create_all(database.engine)
    transport = httpx2.ASGITransport(_from(address, make_site(database, settings_of())))

    async def ask() -> int:
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return int((await client.get("/")).status_code)

    assert asyncio.run(ask()) == status
    database.dispose()


def _from(address: str, site: Any) -> Any:
    """The site as it is asked by this address: a real one elsewhere cannot be had on loopback."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        await site({**scope, "client": (address, 1) if address else None}, receive, send)

    return asked


def test_a_token_that_was_never_set_lets_nobody_in(local: Opened) -> None:
    assert sign_in(local, "").status_code == 401
