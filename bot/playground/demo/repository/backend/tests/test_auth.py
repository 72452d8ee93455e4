"""Who gets in."""

from __future__ import annotations

import pytest

from people import Person, token_for


def test_without_a_token_nothing_is_answered(client):
    response = client.get("/api/v1/boards")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "token",
    ["nonsense", token_for("x", exp=1), token_for("x", aud="anon")],
    ids=["not a token", "expired", "for somebody else"],
)
def test_a_bad_token_is_refused(client, token):
    response = client.get("/api/v1/boards", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401
    assert "Sign in again" in response.json()["detail"]


def test_a_good_token_gets_in(ada: Person):
    assert ada.get("/boards").json() == []


def test_the_load_balancer_needs_no_token(client):
    assert client.get("/api/v1/health").json() == {"status": "ok"}
