"""A running Baton asked by HTTP: hostile deliveries, pages, JSON, health and metrics."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.acceptance.outside import Baton, GitHub, baton, beside, github, running, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    with github(tmp_path_factory.mktemp("place"), "--ci", "off") as place:
        yield place


@pytest.fixture(scope="module")
def one(place: GitHub) -> Iterator[Baton]:
    one = beside(place)
    with running(one):
        yield one
        assert one.process is not None
        assert one.process.poll() is None
        assert "Traceback" not in one.said(), one.said()


def deliver(
    one: Baton, body: bytes, event: str | None = "issues", guid: str | None = None, **headers: str | None
) -> httpx2.Response:
    secret = one.environment["BATON_GITHUB_WEBHOOK_SECRET"].encode()
    wanted: dict[str, str | None] = {
        "content-type": "application/json",
        "x-hub-signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest(),
        "x-github-event": event,
        "x-github-delivery": guid or str(uuid.uuid4()),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    return httpx2.post(f"{one.url}/webhook", content=body, headers=given, timeout=60)


def issue_event(place: GitHub, **changes: Any) -> dict[str, Any]:
    owner, name = place.state["repository"].split("/")
    return {
        "action": "labeled",
        "issue": {"number": 1, "user": {"login": "mara", "id": 1}},
        "repository": {"id": 1, "name": name, "owner": {"login": owner, "id": 2}},
        "installation": {"id": 1},
        "sender": {"login": "mara", "id": 1, "type": "User"},
        **changes,
    }


def test_a_bad_signature(one: Baton) -> None:
    for wrong in (None, "", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40):
        answer = deliver(one, b"{}", x_hub_signature_256=wrong)
        assert answer.status_code == 401, wrong
        assert isinstance(answer.json()["status"], str)


@pytest.mark.parametrize("body", [b"", b"{", b"[1,2]", b'"text"', b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object(one: Baton, body: bytes) -> None:
    assert deliver(one, body).status_code == 400


def test_missing_headers(one: Baton) -> None:
    assert deliver(one, b"{}", event=None).status_code == 400
    assert deliver(one, b"{}", x_github_delivery=None).status_code == 400
    assert deliver(one, b"{}", content_type="application/x-www-form-urlencoded").status_code == 400


def test_an_unknown_event_and_a_seen_delivery(one: Baton, place: GitHub) -> None:
    assert deliver(one, b"{}", event="sponsorship").status_code == 200
    body, guid = json.dumps(issue_event(place)).encode(), str(uuid.uuid4())
    assert deliver(one, body, guid=guid).status_code == 202
    assert deliver(one, body, guid=guid).status_code == 200


def test_a_body_of_26_mebibytes(one: Baton) -> None:
    assert deliver(one, b'{"a":"' + b"x" * (26 * 1024 * 1024) + b'"}').status_code == 413
    assert deliver(one, b'{"a":"' + b"x" * (24 * 1024 * 1024) + b'"}', event="sponsorship").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": None},
        {"sender": {}},
        {"issue": {"number": 1, "user": None}},
        {"issue": {"number": 1, "user": {"login": "ghost", "id": 10137}}},
        {"issue": None},
        {"issue": {"number": "one"}},
        {"issue": {"number": 10**30}},
        {"repository": None},
        {"repository": {"id": 1}},
        {"repository": {"id": 1, "name": "x", "owner": None}},
        {"installation": None},
        {"installation": {"id": 99999999}},
        {"action": None},
        {"comment": None},
        {"comment": {"id": 5, "user": None, "body": None}},
        {"issue": {"number": 1, "title": "\x00\ud800"}},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "event", ["issues", "issue_comment", "pull_request", "check_run", "push", "installation"]
)
def test_payloads_of_deleted_accounts_and_worse_are_accepted(
    one: Baton, place: GitHub, event: str, changes: dict[str, Any]
) -> None:
    answer = deliver(one, json.dumps(issue_event(place, **changes)).encode(), event=event)
    assert answer.status_code == 202, answer.text


def test_only_post_is_answered_there(one: Baton) -> None:
    assert httpx2.get(f"{one.url}/webhook").status_code == 405


def test_health(one: Baton) -> None:
    assert httpx2.get(f"{one.url}/healthz").status_code == 200
    assert httpx2.get(f"{one.url}/readyz").status_code == 200
    metrics = httpx2.get(f"{one.url}/metrics")
    assert metrics.status_code == 200
    assert "# TYPE " in metrics.text


def test_what_is_not_there(one: Baton) -> None:
    for path in (
        "/api/features/acme/nothing/1",
        "/features/acme/nothing/1",
        "/nowhere",
        "/api/features/a/b/x",
    ):
        assert httpx2.get(f"{one.url}{path}").status_code == 404
    assert httpx2.get(f"{one.url}/setup").status_code in (403, 404)


def test_a_feature_on_pages_as_json_and_on_the_command_line(
    one: Baton, place: GitHub, tmp_path: Path
) -> None:
    repository, issue = place.state["repository"], place.issue
    place.people["maintainer"].labels(issue)
    until(lambda: features(one) and features(one)[0]["state"] == "awaiting_approval", "the plan is shown")
    (feature,) = features(one)
    assert {"key", "title", "state", "waiting_for", "plan", "timeline", "cost"} <= feature.keys()
    assert feature["key"] == f"{repository}#{issue}"
    assert {"revision", "hash", "stages"} <= feature["plan"].keys()
    assert [stage["kind"] for stage in feature["plan"]["stages"]] == [
        "database", "api", "backend", "frontend", "devops", "testing", "review",
    ]  # fmt: skip
    for stage in feature["plan"]["stages"]:
        assert {"number", "kind", "agent", "title", "state", "pull_request", "merge_sha"} <= stage.keys()
    skipped = [stage for stage in feature["plan"]["stages"] if stage["state"] == "skipped"]
    assert [(stage["kind"], stage["number"]) for stage in skipped] == [("devops", None)]
    assert all({"at", "event", "text"} <= line.keys() for line in feature["timeline"])
    assert one.feature(repository, issue)["state"] == "awaiting_approval"

    page = httpx2.get(f"{one.url}/")
    assert page.status_code == 200
    assert feature["title"] in page.text
    assert httpx2.get(f"{one.url}/features/{repository}/{issue}").status_code == 200

    listed = baton("features", home=tmp_path, environment=one.environment)
    assert listed.returncode == 0, listed.stderr
    assert f"{repository}#{issue}" in listed.stdout
    shown = baton(
        "features", "show", f"{repository}#{issue}", "--json", home=tmp_path, environment=one.environment
    )
    assert json.loads(shown.stdout)["plan"] == feature["plan"]
    doctor = baton("doctor", home=tmp_path, environment=one.environment)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr


def test_a_recorded_payload_is_replayed(one: Baton, place: GitHub, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps(issue_event(place)))
    done = baton("replay", "p.json", "--event", "issues", home=tmp_path, environment=one.environment)
    assert done.returncode == 0, done.stderr
    wrong = {**one.environment, "BATON_GITHUB_WEBHOOK_SECRET": "a-secret-that-is-not-the-right-one-at-all"}
    done = baton("replay", "p.json", "--event", "issues", home=tmp_path, environment=wrong)
    assert done.returncode == 1
    assert "401" in done.stdout + done.stderr


def test_strangers_see_nothing_without_the_token(place: GitHub, tmp_path: Path) -> None:
    other = Baton(
        {
            **place.environment,
            "BATON_PORT": str(int(place.environment["BATON_PORT"]) + 1),
            "BATON_DATABASE_URL": f"sqlite:///{tmp_path}/b.db",
            "BATON_WORKDIR": str(tmp_path / "work"),
            "BATON_DASHBOARD_TOKEN": "a-long-enough-token-for-the-dashboard",
        },
        tmp_path,
        "serve",
        "--no-worker",
    )
    with running(other):
        assert httpx2.get(f"{other.url}/api/features").status_code == 401
        bearer = {"authorization": "Bearer a-long-enough-token-for-the-dashboard"}
        assert httpx2.get(f"{other.url}/api/features", headers=bearer).status_code == 200
        wrong = {"authorization": "Bearer a-long-enough-token-for-the-dashboare"}
        assert httpx2.get(f"{other.url}/api/features", headers=wrong).status_code == 401


def features(one: Baton) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx2.get(f"{one.url}/api/features", timeout=30).json()
    return found
