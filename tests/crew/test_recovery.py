"""A run that is killed and started again takes the same way and pays no recorded turn twice."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.crew.endings import Finished
from bot.crew.loop import run_agent
from bot.crew.model import AnthropicModel
from bot.crew.records import RunOutcome, TurnRecord
from bot.settings import DEFAULT_PRICES
from tests.crew.folder import Folder
from tests.crew.messages_server import Reply, call, fails, messages_server, says, text, thought
from tests.crew.runs import Journal, Killed, may_change, request

FILES = {"backend/app.py": "a = 1\n"}
DONE = says(call("finish_stage", summary="Did it."))
CUT = says(text("Half"), call("Write", file_path="backend/half.py", content="("), stop="max_tokens")
TURNS: list[Reply] = [
    says(thought("Hm."), call("Read", file_path="backend/app.py")),
    says(
        call("Write", file_path="backend/new.py", content="x\n"),
        call("Grep", pattern="a", output_mode="content"),
    ),
    says(call("Edit", file_path="backend/app.py", old_string="a = 1", new_string="a = 2")),
    says(call("Edit", file_path="backend/app.py", old_string="a", new_string="aa")),
    says(call("Write", file_path="frontend/no.ts", content="")),
    says(call("Nothing")),
    CUT,
    fails(529, "overloaded_error"),
    fails(429, "rate_limit_error", retry_after="9"),
    fails(500),
]


def lives(script: list[Reply], dies_after: list[int]) -> tuple[RunOutcome, dict[str, str], int, Journal]:
    """Run to the end over several lives, each killed after so many new records, on a fresh checkout each time."""
    journal = Journal()
    with messages_server(*script) as server:
        model = AnthropicModel(api_key="k", base_url=server.url, seconds=5)
        for death in [*dies_after, None]:
            journal.dies_after, journal.made = death, 0
            with tempfile.TemporaryDirectory() as directory:
                folder = Folder(Path(directory) / "work", FILES)
                try:
                    outcome = run_agent(
                        request(),
                        folder,
                        journal,
                        model,
                        prices=DEFAULT_PRICES,
                        may_change=may_change,
                        sleep=lambda _: None,
                    )
                except Killed:
                    continue
                files = {path: folder.read(path) for path in folder.paths()}
                assert server.problems == []
                return outcome, files, len(server.requests), journal
    raise AssertionError("the last life is never killed")


@example([CUT, CUT, CUT, CUT], [0])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(TURNS), max_size=6), st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_killed_anywhere_it_ends_the_same_and_pays_each_turn_once(
    script: list[Reply], deaths: list[int]
) -> None:
    whole = lives([*script, DONE], [])
    broken = lives([*script, DONE], deaths)
    assert broken[0] == whole[0]
    assert broken[1] == whole[1]
    assert broken[2] == whole[2]
    if isinstance(whole[0].ending, Finished):  # else it was cut or lost too often, and rightly gave up before
        assert whole[2] == len(script) + 1


def test_a_finished_run_that_is_started_again_calls_nobody() -> None:
    outcome, _, _, journal = lives([TURNS[0], DONE], [])
    with tempfile.TemporaryDirectory() as directory:
        again = run_agent(
            request(),
            Folder(Path(directory) / "work", FILES),
            Journal(journal.rows, dies_after=0),
            AnthropicModel(api_key="k", base_url="http://127.0.0.1:9"),
            prices=DEFAULT_PRICES,
            may_change=may_change,
            sleep=lambda _: None,
        )
    assert again == outcome


def test_what_steps_raise_passes_through_the_loop() -> None:
    class Cancelled(BaseException):
        pass

    class Steps(Journal):
        def turn(self, number: int, call: Any) -> TurnRecord:
            raise Cancelled

    with tempfile.TemporaryDirectory() as directory, pytest.raises(Cancelled):
        run_agent(
            request(),
            Folder(Path(directory) / "work", FILES),
            Steps(),
            AnthropicModel(api_key="k", base_url="http://127.0.0.1:9"),
            prices=DEFAULT_PRICES,
            may_change=may_change,
            sleep=lambda _: None,
        )
