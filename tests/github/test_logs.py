"""What is read of a red check: the end of its log, short, without colours and secrets; only names where it is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.facts.seen import Check, CheckState
from bot.github.connection import Connection
from bot.github.logs import MOST_CHARACTERS, Failure, failure_of, telling_part
from tests.github.odd_server import Says, odd_server

RED = Check("tests", CheckState.RED, id=7)
JOB = Says(
    200, '{"steps": [{"name": "Set up", "conclusion": "success"}, {"name": "Run", "conclusion": "failure"}]}'
)
TIME = "2026-01-02T03:04:05.6789012Z "
KEY = "ghp_" + "a1B2" * 9


def test_the_end_of_a_long_log_is_told_up_to_its_last_error() -> None:
    """G13, R118: at most 200 lines."""
    lines = [f"line {number}" for number in range(1_000)]
    said = telling_part("\n".join([*lines, "##[error]It failed.", "Cleaning up"])).splitlines()
    assert (len(said), said[0], said[-1]) == (200, "line 801", "##[error]It failed.")
    assert telling_part("\n".join(lines)).splitlines() == lines[-200:]


def test_colours_and_times_are_left_out() -> None:
    """R118."""
    assert telling_part(f"\ufeff{TIME}\x1b[31mred\x1b[0m\n{TIME}plain") == "red\nplain"


def test_what_looks_like_a_secret_is_left_out_also_where_the_cut_falls() -> None:
    """G13: the log is cut after it was cleaned."""
    assert telling_part(f"token {KEY}!") == "token [left out: it looks like a secret]!"
    for place in range(len(KEY)):
        assert KEY[-20:] not in telling_part(KEY + "x " * ((MOST_CHARACTERS - place) // 2))


def test_a_line_without_end_is_cut() -> None:
    """G13."""
    assert len(telling_part("x" * 10 * MOST_CHARACTERS)) == MOST_CHARACTERS


def told(check: Check, *answers: Says) -> Failure:
    with odd_server() as server:
        server.says(*answers)
        return failure_of(check, Connection(server.url, lambda: "token"), "o/r")


def test_job_step_and_log_are_told() -> None:
    """R118."""
    with odd_server() as storage:
        storage.says(Says(200, f"{TIME}AssertionError\n"))
        moved = Says(302, "", {"Location": f"{storage.url}/logs"})
        assert told(RED, JOB, moved) == Failure("tests", "Run", "AssertionError")
        assert storage.authorizations == [None], "another host gets no token"


@pytest.mark.parametrize("status", [404, 410])
def test_of_a_log_that_is_gone_only_names_are_told(status: int) -> None:
    """G13."""
    assert told(RED, JOB, Says(status, '{"message": "Gone"}')) == Failure(
        "tests", "Run", "GitHub does not keep its log any more."
    )


def test_a_check_of_another_app_says_what_it_found() -> None:
    """R118."""
    output = Says(200, '{"output": {"title": "3 problems", "summary": "See below.", "text": null}}')
    assert told(RED, Says(404), output) == Failure("tests", text="3 problems\n\nSee below.\n")
    assert told(RED, Says(404), Says(404)) == Failure("tests")


def test_a_commit_status_has_no_log() -> None:
    """R118."""
    assert told(replace(RED, id=None)) == Failure(
        "tests", text="It is a commit status: GitHub keeps no log of it."
    )
