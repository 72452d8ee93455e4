"""What GitHub is answered for each delivery, on a real socket."""

from __future__ import annotations

import copy
import json
import socket
import sqlite3
import threading
import time
from typing import Any

import httpx2
import pytest

from bot.web.signature import signature
from tests.web.conftest import NEW, OLD, Site

ISSUE: dict[str, Any] = {
    "action": "labeled",
    "issue": {"number": 12, "title": "Notifications", "user": {"login": "alice", "id": 5}},
    "label": {"name": "baton"},
    "repository": {
        "id": 100,
        "name": "shop",
        "owner": {"login": "acme", "id": 9},
        "default_branch": "trunk",
    },
    "installation": {"id": 7},
    "sender": {"login": "alice", "id": 5, "type": "User"},
}
CHECK_RUN: dict[str, Any] = {
    "action": "completed",
    "check_run": {
        "head_sha": "a" * 40,
        "check_suite": {"head_branch": "main"},
        "pull_requests": [{"number": 40}],
    },
    "repository": ISSUE["repository"],
}


def test_a_delivery_is_accepted_when_it_is_committed(site: Site) -> None:
    answer = site.deliver(ISSUE)
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    (row,) = site.stored()
    assert (row.repository_id, row.owner, row.name, row.issue) == (100, "acme", "shop", 12)
    assert (row.installation_id, row.sender_login, row.default_branch) == (7, "alice", "trunk")


def test_the_same_delivery_again_was_seen_before(site: Site) -> None:
    site.deliver(ISSUE)
    answer = site.deliver(ISSUE)
    assert (answer.status_code, answer.json()) == (200, {"status": "seen before"})
    assert len(site.stored()) == 1


def test_an_event_that_baton_does_not_use_is_not_stored(site: Site) -> None:
    assert site.deliver({"zen": "Design for failure."}, event="ping").status_code == 200
    assert site.stored() == []


def test_both_secrets_of_a_rotation_are_valid_and_counted(site: Site) -> None:
    assert site.deliver(ISSUE, guid="a", secret=OLD).status_code == 202
    assert site.deliver(ISSUE, guid="b", secret=NEW).status_code == 202
    assert site.used_secrets == [0, 1]


@pytest.mark.parametrize("header", ["", "sha256=", "sha1=0000", "0" * 64, "sha256=" + "0" * 64])
def test_a_missing_or_wrong_signature_is_refused(site: Site, header: str) -> None:
    answer = site.deliver(ISSUE, headers={"X-Hub-Signature-256": header})
    assert (answer.status_code, site.stored()) == (401, [])


def test_a_removed_secret_is_refused(site: Site) -> None:
    assert site.deliver(ISSUE, secret=b"a secret of last year").status_code == 401


def test_json_of_the_same_meaning_is_not_what_was_signed(site: Site) -> None:
    signed = signature(json.dumps(ISSUE).encode(), NEW).decode()
    reformatted = json.dumps(ISSUE, indent=1).encode()
    assert site.deliver(reformatted, headers={"X-Hub-Signature-256": signed}).status_code == 401


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"payload=%7B%7D", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"{}", {"Content-Type": "text/plain"}),
        (b"{", {}),
        (b"", {}),
        (b"\xff\xfe", {}),
        (b"[1, 2]", {}),
        (b"[" * 100_000, {}),
        (b"{}", {"X-GitHub-Event": ""}),
        (b"{}", {"X-GitHub-Delivery": ""}),
        (b"{}", {"X-GitHub-Delivery": "g" * 200}),
    ],
)
def test_what_is_not_json_or_lacks_headers_is_a_bad_request(
    site: Site, body: bytes, headers: dict[str, str]
) -> None:
    answer = site.deliver(body, headers=headers)
    assert (answer.status_code, site.stored()) == (400, [])
    assert answer.json()["status"]


def test_a_body_of_26_mib_is_too_large(site: Site) -> None:
    answer = site.deliver(b" " * (26 * 1024 * 1024))
    assert (answer.status_code, answer.json()) == (413, {"status": "the body is over 25 MiB"})


def test_a_large_body_without_a_length_is_too_large(site: Site) -> None:
    chunks = (b" " * 1024 * 1024 for _ in range(26))
    headers = {"X-Hub-Signature-256": "sha256=0", "Content-Type": "application/json"}
    answer = httpx2.post(site.address, content=chunks, headers=headers, timeout=60)
    assert answer.status_code == 413


def test_a_body_of_24_mib_is_accepted(site: Site) -> None:
    payload = {**ISSUE, "padding": "x" * (24 * 1024 * 1024)}
    assert site.deliver(payload).status_code == 202


def test_a_body_that_dribbles_in_is_not_waited_for(site: Site) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
        connection.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert time.monotonic() - began < 10


def test_who_hangs_up_in_the_middle_harms_nobody(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    assert site.deliver(ISSUE).status_code == 202


def test_only_post_is_answered_there(site: Site) -> None:
    assert httpx2.get(site.address).status_code == 405


def test_every_other_path_reaches_the_page_behind(site: Site) -> None:
    answer = httpx2.get(site.address + "/more")
    assert (answer.status_code, answer.text) == (299, "the page behind")


def test_a_database_that_cannot_commit_is_asked_again_later(site: Site) -> None:
    other = sqlite3.connect(site.database.path or "", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    answer = site.deliver(ISSUE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    other.execute("ROLLBACK")
    deadline = time.monotonic() + 5
    while not site.stored() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert site.deliver(ISSUE).status_code == 200  # what was late is stored all the same


def test_a_deleted_account_is_no_obstacle(site: Site) -> None:
    ghost = {**ISSUE, "sender": None, "issue": {**ISSUE["issue"], "user": None}}
    assert site.deliver(ghost).status_code == 202


ODD: tuple[Any, ...] = ("missing", None, [], {}, "\x00", "\ud800", -1, 2**70, True, 1.5, "y" * 5000, [None])


def mutations(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Each field of a payload in turn removed or replaced by something that GitHub would never send."""
    found: list[dict[str, Any]] = []

    def walk(path: tuple[str, ...], value: Any) -> None:
        for key in value if isinstance(value, dict) else ():
            for odd in ODD:
                mutant = copy.deepcopy(payload)
                place = mutant
                for step in path:
                    place = place[step]
                if odd == "missing":
                    del place[key]
                else:
                    place[key] = odd
                found.append(mutant)
            walk((*path, key), value[key])

    walk((), payload)
    return found


@pytest.mark.parametrize(("event", "payload"), [("issues", ISSUE), ("check_run", CHECK_RUN)])
def test_no_shape_of_payload_is_an_error(site: Site, event: str, payload: dict[str, Any]) -> None:
    codes = set()
    with httpx2.Client() as client:
        for number, mutant in enumerate(mutations(payload)):
            body = json.dumps(mutant).encode()
            headers = {
                "X-GitHub-Event": event,
                "X-GitHub-Delivery": f"{event}-{number}",
                "X-Hub-Signature-256": signature(body, NEW).decode(),
                "Content-Type": "application/json",
            }
            codes.add(client.post(site.address, content=body, headers=headers).status_code)
    assert codes == {202}


def test_a_burst_is_stored_whole(site: Site) -> None:
    codes: list[int] = []

    def send(who: int) -> None:
        codes.extend(site.deliver(ISSUE, guid=f"{who}-{number % 30}").status_code for number in range(40))

    threads = [threading.Thread(target=send, args=(who,)) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (codes.count(202), codes.count(200)) == (180, 60)
    assert len(site.stored()) == 180
