"""An agent at work in a real checkout of a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.crew.endings import Finished
from bot.crew.loop import run_agent
from bot.crew.model import AnthropicModel
from bot.settings import DEFAULT_PRICES
from bot.workspace.checkout import open_checkout
from bot.workspace.mirror import Mirrors
from tests.crew.messages_server import call, messages_server, says
from tests.crew.runs import Journal, Killed, may_change, request
from tests.workspace.conftest import new_origin

SCRIPT = [
    says(
        call("Read", file_path="backend/app.py"),
        call("Read", file_path=".git/config"),
        call("Write", file_path="backend/link.py", content="x"),
        call("Grep", pattern="a", glob="backend/*.py"),
    ),
    says(call("Edit", file_path="backend/app.py", old_string="a = 1", new_string="a = 2")),
    says(call("Write", file_path="backend/deep/new.py", content="b = 1\n")),
    says(call("finish_stage", summary="Did it.")),
]


def test_killed_after_every_record_it_leaves_the_same_change(tmp_path: Path) -> None:
    origin = new_origin(tmp_path / "origin")
    origin.commit({"backend/app.py": "a = 1\n", "secret.txt": "s\n"})
    sha = origin.commit_entry("120000", "backend/link.py", "../secret.txt")
    mirror = Mirrors(tmp_path / "mirrors").of(1, str(origin.path), lambda: "")
    mirror.fetch(sha)
    journal = Journal(dies_after=1)
    with messages_server(*SCRIPT) as server:
        model = AnthropicModel(api_key="k", base_url=server.url, seconds=5)
        for life in range(9):
            journal.made = 0
            with open_checkout(mirror, sha, tmp_path / f"life{life}") as checkout:
                try:
                    outcome = run_agent(
                        request(),
                        checkout,
                        journal,
                        model,
                        prices=DEFAULT_PRICES,
                        may_change=may_change,
                        sleep=lambda _: pytest.fail("nothing to wait for"),
                    )
                except Killed:
                    continue
                changed = {file.path: file.text for file in checkout.changes().files}
                break
    assert server.problems == []
    assert len(server.requests) == len(SCRIPT)
    assert outcome.ending == Finished("Did it.", changed=("backend/app.py", "backend/deep/new.py"))
    assert changed == {"backend/app.py": "a = 2\n", "backend/deep/new.py": "b = 1\n"}
    answers = server.requests[1]["messages"][2]["content"]
    assert [answer.get("is_error", False) for answer in answers] == [False, True, True, False]
    assert answers[3]["content"] == "backend/app.py"
