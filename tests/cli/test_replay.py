"""`baton replay`: a recorded payload reaches a running Baton, signed."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.engine.database import Database
from bot.engine.inbox import Inbox
from bot.engine.tables import delivery, metadata
from bot.web.webhook import Webhook
from tests.cli.commands import baton
from tests.web.conftest import page
from tests.web.site import serving

SECRET = "a-secret-of-at-least-thirty-two-bytes"
PAYLOAD = {
    "action": "labeled",
    "issue": {"number": 12},
    "repository": {"id": 100, "name": "shop", "owner": {"login": "acme"}},
    "sender": {"login": "zoë", "id": 5},
}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Database, Mapping[str, str]]]:
    database = Database(f"sqlite:///{tmp_path / 'inbox.db'}")
    metadata.create_all(database.engine)
    inbox = Inbox(database)
    inbox.start()
    with serving(Webhook(page, inbox, (SECRET.encode(),))) as port:
        environment = {"BATON_PORT": str(port), "BATON_GITHUB_WEBHOOK_SECRET": f"{SECRET},an-older-one"}
        yield database, environment
    inbox.stop()
    database.dispose()


def recorded(directory: Path, payload: object = PAYLOAD) -> Path:
    file = directory / "payload.json"
    file.write_text(json.dumps(payload, ensure_ascii=False, indent=3), encoding="utf-8")
    return file


def test_a_payload_is_taken_and_seen_again(
    running: tuple[Database, Mapping[str, str]], tmp_path: Path
) -> None:
    database, environment = running
    asked = ("replay", recorded(tmp_path), "--event", "issues", "--guid", "g-1")
    said = baton(*asked, cwd=tmp_path, environment=environment)
    assert (said.code, said.out) == (0, "202 accepted\n")
    said = baton(*asked, cwd=tmp_path, environment=environment)
    assert (said.code, said.out) == (0, "200 seen before\n")
    with database.reading() as connection:
        (row,) = connection.execute(select(delivery)).all()
    assert (row.guid, row.event, row.issue, row.sender_login) == ("g-1", "issues", 12, "zoë")


def test_a_secret_that_is_not_the_running_ones_is_refused(
    running: tuple[Database, Mapping[str, str]], tmp_path: Path
) -> None:
    wrong = {**running[1], "BATON_GITHUB_WEBHOOK_SECRET": "x" * 40}
    said = baton("replay", recorded(tmp_path), "--event", "issues", cwd=tmp_path, environment=wrong)
    assert said.code == 1
    assert said.out.startswith("401 ")


def test_nobody_there_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {"BATON_GITHUB_WEBHOOK_SECRET": SECRET}
    asked = ("replay", recorded(tmp_path), "--event", "issues", "--to", f"http://127.0.0.1:{port}/")
    said = baton(*asked, cwd=tmp_path, environment=environment)
    assert (said.code, said.out) == (1, "")
    assert f"http://127.0.0.1:{port}/webhook" in said.err


def test_what_cannot_be_sent_is_told(tmp_path: Path) -> None:
    environment = {"BATON_GITHUB_WEBHOOK_SECRET": SECRET}
    (tmp_path / "no.json").write_text("not json")
    for file in (tmp_path / "no.json", recorded(tmp_path, [1])):
        said = baton("replay", file, "--event", "issues", cwd=tmp_path, environment=environment)
        assert (said.code, said.out) == (2, "")
        assert str(file) in said.err
    said = baton(
        "replay", tmp_path / "missing.json", "--event", "issues", cwd=tmp_path, environment=environment
    )
    assert said.code == 1
    assert "missing.json: No such file or directory." in said.err
    said = baton("replay", recorded(tmp_path), "--event", "issues", cwd=tmp_path)
    assert said.code == 2
    assert "BATON_GITHUB_WEBHOOK_SECRET" in said.err
