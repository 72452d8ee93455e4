"""`baton parse`: a comment on standard input, its commands as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import baton

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "commands" / "command-cases.json").read_text()
)["cases"]


def options(case: dict[str, Any]) -> list[str]:
    return ["--surface", case["surface"], "--event", case["event"], "--author", case["author_type"]]


# The grammar's own tests go through all of them; a process for each would take a minute.
@pytest.mark.parametrize("case", CASES[::14], ids=lambda case: str(case["id"]))
def test_a_case_is_read_as_it_should_be(case: dict[str, Any], tmp_path: Path) -> None:
    said = baton("parse", *options(case), cwd=tmp_path, send=case["body"])
    assert said.code == 0
    expected = case["expect"]
    assert said.data["commands"] == expected["commands"]
    assert [error["code"] for error in said.data["errors"]] == [error["code"] for error in expected["errors"]]
    assert said.data.get("ignored") == expected.get("ignored")


def test_a_comment_of_a_bot_is_not_read(tmp_path: Path) -> None:
    said = baton("parse", "--author", "Bot", cwd=tmp_path, send="/approve")
    assert said.data == {"commands": [], "errors": [], "ignored": "bot_author"}


def test_batons_own_login_may_be_another(tmp_path: Path) -> None:
    said = baton("parse", "--login", "my-baton", cwd=tmp_path, send="@my-baton approve")
    assert said.data["commands"] == [{"name": "approve", "args": ""}]


def test_bytes_that_are_no_text_are_no_error(tmp_path: Path) -> None:
    said = baton("parse", cwd=tmp_path, send=b"\xff\xfe\n/status\n")
    assert said.code == 0
    assert said.data["commands"] == [{"name": "status", "args": ""}]


def test_a_surface_that_there_is_not_is_refused(tmp_path: Path) -> None:
    said = baton("parse", "--surface", "wiki", cwd=tmp_path)
    assert said.code == 2
    assert "wiki" in said.err
