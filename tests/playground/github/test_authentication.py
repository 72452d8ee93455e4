"""Who gets in: the App's JWT, installation tokens and their narrowing, people's tokens."""

from __future__ import annotations

import time
from datetime import timedelta

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.playground.github.town import Town


def test_the_app_is_known_by_its_jwt(town: Town) -> None:
    assert town.app.get("//app")["slug"] == "baton-app"
    assert town.app.get("//app/installations")[0]["id"] == town.installation
    assert town.app.get("/installation")["id"] == town.installation
    assert town.app.get(f"//app/installations/{town.installation}")["permissions"]["contents"] == "write"


def test_a_jwt_signed_by_another_key_is_refused(town: Town) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    now = int(time.time())
    claims = {"iss": str(town.state["app"]["id"]), "iat": now - 60, "exp": now + 300}
    forged = town.client(jwt.encode(claims, pem, algorithm="RS256"))
    answer = forged.ask("GET", "//app")
    assert (answer.status_code, answer.json()["message"]) == (401, "A JSON web token could not be decoded")


def test_a_jwt_that_expired_or_lives_too_long_is_refused(town: Town) -> None:
    now = int(time.time())
    assert town.client(town.jwt(exp=now - 1)).ask("GET", "//app").status_code == 401
    late = town.client(town.jwt(exp=now + 3600)).ask("GET", "//app")
    assert (late.status_code, "too far in the future" in late.json()["message"]) == (401, True)


def test_the_client_id_will_do_as_issuer(town: Town) -> None:
    client_id = town.app.get("//app")["client_id"]
    assert town.client(town.jwt(iss=client_id)).get("//app")["slug"] == "baton-app"


def test_a_token_sees_the_repositories_it_was_narrowed_to_and_no_permission_it_was_not_given(
    town: Town,
) -> None:
    number = town.playground.repository.id
    bot = town.bot(repository_ids=[number], permissions={"issues": "write"})
    assert [each["id"] for each in bot.get("//installation/repositories")["repositories"]] == [number]
    bot.post("/issues/1/comments", {"body": "hello"})
    answer = bot.ask("POST", "/git/blobs", {"content": "x"})
    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")
    assert "contents" in town.referee()["outside_token"][0]["what"]


def test_read_permission_is_not_write_permission(town: Town) -> None:
    bot = town.bot(permissions={"issues": "read"})
    assert bot.get("/issues/1")["number"] == 1
    assert bot.ask("POST", "/issues/1/comments", {"body": "x"}).status_code == 403


def test_a_token_cannot_be_narrowed_to_what_the_installation_does_not_have(town: Town) -> None:
    path = f"//app/installations/{town.installation}/access_tokens"
    for wish in (
        {"permissions": {"administration": "write"}},
        {"permissions": {"actions": "write"}},
        {"repository_ids": [1]},
        {"repositories": ["nowhere"]},
    ):
        assert town.app.ask("POST", path, wish).status_code == 422, wish


def test_an_empty_permissions_object_narrows_nothing(town: Town) -> None:
    minted = town.app.post(f"//app/installations/{town.installation}/access_tokens", {"permissions": {}})
    assert minted["permissions"]["contents"] == "write"


def test_a_token_expires_when_its_lifetime_is_over(town: Town) -> None:
    town.control("POST", "/tokens", {"lifetime": 60})
    bot = town.bot()
    assert bot.ask("GET", "/issues/1").status_code == 200
    hub = town.playground.hub
    clock = hub.clock
    hub.clock = lambda: clock() + timedelta(seconds=61)
    answer = bot.ask("GET", "/issues/1")
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_a_suspended_installation_gets_no_token_and_its_tokens_rest(town: Town) -> None:
    bot = town.bot()
    town.app.put(f"//app/installations/{town.installation}/suspended")
    path = f"//app/installations/{town.installation}/access_tokens"
    assert town.app.ask("POST", path, {}).status_code == 403
    assert bot.ask("GET", "/issues/1").status_code == 403
    town.app.delete(f"//app/installations/{town.installation}/suspended")
    assert bot.get("/issues/1")["number"] == 1


def test_the_api_answers_below_api_v3_too(town: Town) -> None:
    assert town.maintainer.get(f"//api/v3/repos/{town.playground.repository.full_name}")["name"] == "small"


def test_nobody_reads_a_public_repository_but_writes_nothing(town: Town) -> None:
    nobody = town.client(None)
    assert nobody.get("/issues/1")["number"] == 1
    assert nobody.ask("POST", "/issues/1/comments", {"body": "x"}).status_code == 401


def test_answers_carry_the_rate_limit_and_a_request_id(town: Town) -> None:
    first = town.maintainer.ask("GET", "/issues/1")
    second = town.maintainer.ask("GET", "/issues/1")
    left = [int(each.headers["x-ratelimit-remaining"]) for each in (first, second)]
    assert left[0] - left[1] == 1
    assert first.headers["x-github-request-id"] != second.headers["x-github-request-id"]
    assert town.maintainer.get("//rate_limit")["resources"]["core"]["remaining"] == left[1]


def test_what_has_not_changed_is_304_and_costs_nothing(town: Town) -> None:
    first = town.maintainer.ask("GET", "/issues/1")
    again = town.maintainer.ask("GET", "/issues/1", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]
    town.maintainer.post("/issues/1/comments", {"body": "news"})
    assert town.maintainer.ask("GET", "/issues/1", if_none_match=first.headers["etag"]).status_code == 200


def test_an_app_is_told_which_permission_a_request_takes(town: Town) -> None:
    narrow = town.bot(permissions={"issues": "read"})
    answer = narrow.ask("POST", "/pulls", {"title": "x", "head": "y", "base": "main"})
    assert answer.status_code == 403
    assert answer.headers["x-accepted-github-permissions"] == "pull_requests=write"
    labels = town.bot().ask("GET", "/issues?per_page=1").headers
    assert labels["x-accepted-github-permissions"] == "issues=read; pull_requests=read"
    assert "x-accepted-github-permissions" not in town.maintainer.ask("GET", "/issues").headers
