"""What a red check has to say: job, step, and the end of its log without secrets (G13, R118)."""

from __future__ import annotations

import pytest

from bot.facts.seen import Check, CheckState
from bot.github.connection import Connection
from bot.github.errors import Unreachable
from bot.github.logs import MOST_CHARACTERS, MOST_LINES, Failure, failure_of, telling_part
from bot.playground.ci.ports import StepResult
from bot.playground.github.reporter import HubReporter
from tests.github.homes import Home
from tests.github.odd_server import Says, odd_server

NOW = "2026-03-02T12:00:00.1234567Z"
LOG = "\n".join(
    [
        f"{NOW} ##[group]Run pytest",
        f"{NOW} \x1b[31mFAILED\x1b[0m tests/test_a.py::test_it",
        f"{NOW} token ghp_{'a1B2' * 9} was used",
        f"{NOW} ##[error]Process completed with exit code 1.",
        f"{NOW} Post job cleanup.",
    ]
)


def a_red_job(home: Home, log: str = LOG) -> Check:
    """A job of GitHub Actions on main's head, whose second step failed."""
    hub = home.town.playground.hub
    reporter = HubReporter(hub)
    run = reporter.run_started(
        home.full_name, home.sha(), "push", "CI", ".github/workflows/ci.yml", "main", None
    )
    job = reporter.job_queued(run, "tests")
    reporter.job_started(job)
    now = hub.now()
    steps = (StepResult(1, "Set up", "success", now, now), StepResult(2, "Run pytest", "failure", now, now))
    reporter.job_finished(job, "failure", log, steps, ())
    reporter.run_finished(run, "failure")
    found = home.maintainer.get(f"/commits/{home.sha()}/check-runs")["check_runs"]
    return Check(
        "tests", CheckState.RED, id=next(int(each["id"]) for each in found if each["name"] == "tests")
    )


KEY = "ghp_" + "a1B2" * 9


def test_a_job_tells_its_step_and_the_end_of_its_log(home: Home) -> None:
    told = failure_of(a_red_job(home), home.reads(), home.full_name)
    assert (told.check, told.step) == ("tests", "Run pytest")
    assert told.text == (
        "##[group]Run pytest\n"
        "FAILED tests/test_a.py::test_it\n"
        "token [left out: it looks like a secret] was used\n"
        "##[error]Process completed with exit code 1."
    )


def test_a_log_that_is_gone_leaves_the_names(home: Home) -> None:
    check = a_red_job(home)
    home.town.fault("GET", "/repos/*/actions/jobs/*/logs", "error_before", status=410)
    assert failure_of(check, home.reads(), home.full_name) == Failure(
        "tests", "Run pytest", "GitHub does not keep its log any more."
    )


def test_a_status_has_no_log(home: Home) -> None:
    status = Check("lint", CheckState.RED)
    assert "no log of it" in failure_of(status, home.reads(), home.full_name).text


def test_a_check_of_another_app_tells_its_output(home: Home) -> None:
    made = home.effects()._connection.write(  # as Baton's own App, which is one like any other here
        "POST",
        f"/repos/{home.full_name}/check-runs",
        {
            "name": "scan",
            "head_sha": home.sha(),
            "status": "completed",
            "conclusion": "failure",
            "output": {"title": "Two findings", "summary": "In a.py and b.py."},
        },
    )
    check = Check("scan", CheckState.RED, id=int(made["id"]))
    assert failure_of(check, home.reads(), home.full_name) == Failure(
        "scan", text="Two findings\n\nIn a.py and b.py."
    )


def test_a_long_log_is_cut_at_its_last_error() -> None:
    lines = [f"line {number}" for number in range(1000)]
    text = telling_part("\n".join([*lines, "##[error]Here", *lines]))
    assert text.splitlines()[0] == f"line {1000 - MOST_LINES + 1}"
    assert text.splitlines()[-1] == "##[error]Here"


def test_the_redirect_is_followed_without_the_token() -> None:
    """The one exception to “no redirects to other hosts” (design, section 4)."""
    with odd_server() as elsewhere, odd_server() as github:
        elsewhere.answers = [Says(200, "the log")]
        github.answers = [Says(302, "", {"Location": f"{elsewhere.url}/log"})]
        assert (
            Connection(github.url, lambda: "secret-token").download("/repos/o/r/actions/jobs/1/logs")
            == "the log"
        )
        assert elsewhere.asked == [("GET", "/log")]
        assert all("secret-token" not in str(each) for each in elsewhere.headers)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://example.org/log", ""])
def test_a_redirect_to_no_web_page_is_not_followed(location: str) -> None:
    with odd_server() as github:
        github.answers = [Says(302, "", {"Location": location})]
        with pytest.raises(Unreachable):
            Connection(github.url, lambda: "t").download("/repos/o/r/actions/jobs/1/logs")


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
