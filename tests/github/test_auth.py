"""Baton asks for as little as a job needs, keeps a token while it is young, and says plainly when it gets none."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.github.auth import FETCHING, READING, App, Permissions, kept
from bot.github.connection import Connection
from bot.github.errors import Gone, NotInstalled, OutcomeUnknown, Unauthorized, Unreachable
from bot.github.jobs import CHECKS, CODE, PULL_REQUESTS, WORDS, job_of
from bot.playground.acts import installations
from tests.github.homes import Home, Town
from tests.github.odd_server import odd_server

TOKENS = "/app/installations/*/access_tokens"


def token(home: Home, app: App | None = None) -> str:
    return (app or home.town.app()).token(home.town.installation, home.repository.id, READING)


def test_the_app_knows_its_own_slug(home: Home) -> None:
    assert home.town.app().itself()["slug"] == home.town.slug


def test_a_token_is_for_one_repository_and_for_one_job(home: Home) -> None:
    app, other = home.town.app(), home.town.home()
    value = app.token(home.town.installation, home.repository.id, FETCHING)
    narrowed = Connection(app.api_url, lambda: value)
    assert narrowed.get(f"/repos/{home.full_name}/contents/README.md")["path"] == "README.md"
    listed = narrowed.get("/installation/repositories")["repositories"]
    assert [each["full_name"] for each in listed] == [home.full_name]
    minted = home.town.playground.hub.tokens[value]
    assert dict(minted.permissions or {}) == dict(FETCHING)
    assert other.full_name != home.full_name


def test_a_token_is_minted_once_while_it_is_young(home: Home) -> None:
    app = home.town.app()
    assert token(home, app) == token(home, app)
    assert app.token(home.town.installation, home.repository.id, WORDS) != token(home, app)


def test_many_threads_that_need_the_same_token_mint_one(home: Home) -> None:
    app, before = home.town.app(), home.town.requests()["tokens"]
    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(lambda _: token(home, app), range(16)))
    assert len(values) == 1
    assert home.town.requests()["tokens"] == before + 1


def test_a_slow_mint_for_one_repository_holds_up_no_other(home: Home) -> None:
    app, other = home.town.app(), home.town.home()
    app.token(home.town.installation, other.repository.id, READING)
    home.town.fault("POST", TOKENS, "delay", seconds=1.5)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(token, home, app)
        time.sleep(0.2)
        began = time.monotonic()
        app.token(home.town.installation, other.repository.id, READING)
        assert time.monotonic() - began < 0.5
        slow.result()


def test_a_token_is_replaced_at_four_fifths_of_its_life(home: Home) -> None:
    """I1."""
    home.town.control("POST", "/tokens", {"lifetime": 2})
    app = home.town.app()
    first = token(home, app)
    time.sleep(0.8)
    assert token(home, app) == first
    time.sleep(1.0)
    assert token(home, app) != first


def test_a_token_that_was_revoked_is_replaced_once(home: Home) -> None:
    """I1."""
    reads = home.reads()
    assert reads.get(f"/repos/{home.full_name}")["id"] == home.repository.id
    forget_tokens(home.town)
    before = home.town.requests()["tokens"]
    assert reads.get(f"/repos/{home.full_name}")["id"] == home.repository.id
    assert home.town.requests()["tokens"] == before + 1


def test_a_revoked_token_does_not_double_a_comment(home: Home) -> None:
    effects = home.effects()
    effects.ensure_comment("comment:1", home.issue_number, "first")
    forget_tokens(home.town)
    effects.ensure_comment("comment:2", home.issue_number, "second")
    assert [each["body"] for each in home.comments()] == ["first", "second"]


def test_the_wrong_key_is_refused_after_two_requests(home: Home) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    asked: list[str] = []
    app = home.town.app(counted=lambda verb, path: asked.append(path), private_key=pem)
    with pytest.raises(Unauthorized):
        app.itself()
    assert len(asked) == 2
    with pytest.raises(NotInstalled):
        token(home, app)


def test_a_suspended_installation_gives_no_token(home: Home) -> None:
    """I2."""
    hub, here = home.town.playground.hub, home.town.playground.inhabitants
    reads = home.reads()
    reads.get(f"/repos/{home.full_name}")
    with hub.lock:
        installations.suspend(hub, here.installation, here.owner)
    try:
        assert home.town.app().installation_of(home.full_name) is None
        with pytest.raises(NotInstalled, match="suspended"):
            token(home)
        with pytest.raises(NotInstalled, match="suspended"):  # with a token from before, too
            reads.get(f"/repos/{home.full_name}")
    finally:
        with hub.lock:
            installations.suspend(hub, here.installation, here.owner, suspended=False)
    assert reads.get(f"/repos/{home.full_name}")["id"] == home.repository.id


def test_an_installation_that_is_not_there_gives_no_token(home: Home) -> None:
    with pytest.raises(NotInstalled):
        home.town.app().token(4711, home.repository.id, READING)


def test_a_repository_that_was_taken_from_the_app_gives_no_token(home: Home) -> None:
    """I2."""
    hub, here = home.town.playground.hub, home.town.playground.inhabitants
    with hub.lock:
        installations.remove_repositories(hub, here.installation, here.owner, [home.repository])
    with pytest.raises(NotInstalled):
        token(home)
    assert home.town.app().installation_of(home.full_name) is None


def test_a_repository_without_the_app_has_no_installation(home: Home) -> None:
    assert home.town.app().installation_of("acme/nowhere") is None
    assert home.town.app().installation_of(home.full_name) == home.town.installation


def test_a_token_that_cannot_be_minted_leaves_nothing_unknown(home: Home) -> None:
    """The write that needed it was certainly not tried."""
    home.town.fault("POST", TOKENS, "error_after", status=502)
    with pytest.raises(Unreachable):
        home.writes().write(
            "POST", f"/repos/{home.full_name}/issues/{home.issue_number}/comments", {"body": "x"}
        )
    with pytest.raises(Unreachable):
        home.reads().get(f"/repos/{home.full_name}")
    assert home.comments() == []
    assert not issubclass(Unreachable, OutcomeUnknown)


def test_the_apps_own_token_is_of_a_minute_ago_and_for_less_than_ten() -> None:
    """I8: GitHub refuses what is from the future, and what is valid for longer than ten minutes."""
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = pair.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with odd_server() as server:
        App(7, key, server.url).itself()
        (sent,) = server.authorizations
    claims = jwt.decode(str(sent).removeprefix("Bearer "), pair.public_key(), ["RS256"])
    assert claims["iss"] == "7"
    assert 55 <= time.time() - claims["iat"] <= 75
    assert claims["exp"] - claims["iat"] <= 600


def test_a_clock_that_is_ahead_does_not_mint_at_each_request() -> None:
    """I8."""
    answered = {"token": "t", "expires_at": (datetime.now(UTC) - timedelta(hours=2)).isoformat()}
    assert kept(answered).renew_at > time.time() + 30


# --- what people may do


@pytest.mark.parametrize(
    ("role", "level"), [("maintainer", "admin"), ("reviewer", "write"), ("triager", "triage")]
)
def test_a_collaborators_permission_is_asked_by_login_and_compared_by_id(
    home: Home, role: str, level: str
) -> None:
    user = home.town.playground.inhabitants.people[role].user
    asked = Permissions()
    found = asked.of(home.reads(), home.full_name, home.repository.id, user.login, user.id)
    assert found == level
    somebody_else = asked.of(home.reads(), home.full_name, home.repository.id, user.login, user.id + 1)
    assert somebody_else == "none"


def test_an_outsider_may_read_and_nobody_may_nothing(home: Home) -> None:
    outsider = home.town.playground.inhabitants.people["outsider"].user
    asked, reads = Permissions(), home.reads()
    assert asked.of(reads, home.full_name, home.repository.id, outsider.login, outsider.id) in (
        "read",
        "none",
    )
    assert asked.of(reads, home.full_name, home.repository.id, "nobody-here", 99) == "none"
    assert asked.of(reads, home.full_name, home.repository.id, "ghost", None) == "none"


def test_a_permission_is_remembered_for_some_minutes(home: Home) -> None:
    user = home.town.playground.inhabitants.people["reviewer"].user
    now = [datetime.now(UTC)]
    asked, reads = Permissions(lambda: now[0]), home.reads()

    def permission() -> str:
        return asked.of(reads, home.full_name, home.repository.id, user.login, user.id)

    assert permission() == "write"
    home.repository.roles[user.id] = "triage"
    assert permission() == "write"
    now[0] += timedelta(minutes=6)
    assert permission() == "triage"


def test_a_permission_that_cannot_be_asked_is_neither_given_nor_denied(home: Home) -> None:
    """C8."""
    user = home.town.playground.inhabitants.people["reviewer"].user
    asked, reads = Permissions(), home.reads()
    home.town.fault("GET", "/repos/*/collaborators/*/permission", "error_before", status=503)
    with pytest.raises(Unreachable):
        asked.of(reads, home.full_name, home.repository.id, user.login, user.id)
    home.town.calm()
    home.town.fault("GET", "/repos/*/collaborators/*/permission", "error_before", status=451)
    with pytest.raises(Exception, match="451"):
        asked.of(reads, home.full_name, home.repository.id, user.login, user.id)
    home.town.calm()
    assert asked.of(reads, home.full_name, home.repository.id, user.login, user.id) == "write"


def test_gone_is_what_a_missing_thing_is(home: Home) -> None:
    with pytest.raises(Gone):
        home.reads().get(f"/repos/{home.full_name}/issues/999")


def forget_tokens(town: Town) -> None:
    hub = town.playground.hub
    with hub.lock:
        for value in [value for value, each in hub.tokens.items() if each.installation is not None]:
            del hub.tokens[value]


def test_each_write_has_the_token_of_its_own_job(home: Home) -> None:
    effects = home.effects()
    effects.ensure_label("label:x", "x", "ededed", "X")
    tokens = [dict(token.permissions or {}) for token in home.town.playground.hub.tokens.values()]
    assert dict(WORDS) in tokens
    assert job_of("/repos/a/b/git/trees") == CODE
    assert job_of("/repos/a/b/pulls/3") == PULL_REQUESTS
    assert job_of("/repos/a/b/check-runs") == CHECKS
    assert job_of("graphql") == job_of("/repos/a/b/issues/1/comments") == WORDS


def test_no_token_may_both_commit_and_comment() -> None:
    for permissions in (CODE, PULL_REQUESTS, CHECKS, WORDS):
        written = {name for name, level in permissions.items() if level == "write"}
        assert not ("contents" in written and written & {"issues", "checks", "pull_requests"})
