"""Check runs of an App, statuses, suites, workflow runs with their jobs and logs."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import httpx2
import pytest

from bot.playground.ci.ports import Annotation, StepResult
from bot.playground.github.reporter import HubReporter
from tests.playground.github.town import Town

NOTICE = {"path": "new.txt", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "look"}


def test_an_app_makes_a_check_run_with_annotations_and_finishes_it(town: Town) -> None:
    bot = town.bot()
    sha = town.branch(bot, "topic", {"new.txt": "x\n"})
    made = bot.post(
        "/check-runs",
        {"name": "Baton / stage gate", "head_sha": sha, "external_id": "a", "status": "in_progress"},
    )
    assert (made["status"], made["conclusion"], made["external_id"]) == ("in_progress", None, "a")
    output = {"title": "All is well", "summary": "s", "annotations": [NOTICE] * 50}
    done = bot.patch(f"/check-runs/{made['id']}", {"conclusion": "success", "output": output})
    assert (done["status"], done["output"]["annotations_count"]) == ("completed", 50)
    bot.patch(f"/check-runs/{made['id']}", {"output": {"summary": "more", "annotations": [NOTICE]}})
    assert len(bot.get(f"/check-runs/{made['id']}/annotations?per_page=100")) == 51
    listed = bot.get(f"/commits/{sha}/check-runs")
    assert (listed["total_count"], listed["check_runs"][0]["conclusion"]) == (1, "success")
    assert bot.get(f"/commits/{sha}/check-suites")["check_suites"][0]["conclusion"] == "success"


def test_more_than_fifty_annotations_a_request_are_refused(town: Town) -> None:
    output = {"title": "t", "summary": "s", "annotations": [NOTICE] * 51}
    body = {"name": "gate", "head_sha": town.sha(), "conclusion": "success", "output": output}
    assert town.bot().ask("POST", "/check-runs", body).status_code == 422


def test_people_make_no_check_runs(town: Town) -> None:
    answer = town.maintainer.ask("POST", "/check-runs", {"name": "gate", "head_sha": town.sha()})
    assert (answer.status_code, answer.json()["message"]) == (403, "You must authenticate via a GitHub App.")


def test_a_check_of_an_unknown_commit_is_refused(town: Town) -> None:
    answer = town.bot().ask("POST", "/check-runs", {"name": "gate", "head_sha": "0" * 40})
    assert answer.status_code == 422


def test_a_push_gives_the_app_a_suite_without_runs(town: Town) -> None:
    bot = town.bot()
    sha = town.branch(bot, "topic", {"new.txt": "x\n"})
    suites = bot.get(f"/commits/{sha}/check-suites")["check_suites"]
    assert [(each["app"]["slug"], each["status"], each["latest_check_runs_count"]) for each in suites] == [
        ("baton-app", "queued", 0)
    ]


def test_the_newest_status_of_a_context_counts(town: Town) -> None:
    sha = town.sha()
    for state in ("pending", "failure", "success"):
        town.maintainer.post(f"/statuses/{sha}", {"state": state, "context": "ci"})
    combined = town.bot().get(f"/commits/{sha}/status")
    assert (combined["state"], combined["total_count"]) == ("success", 1)
    assert [each["state"] for each in town.bot().get("/commits/main/statuses")] == [
        "success",
        "failure",
        "pending",
    ]
    assert town.bot().ask("POST", f"/statuses/{sha}", {"state": "success"}).status_code == 403


def test_a_workflow_run_is_told_with_jobs_steps_annotations_and_logs(town: Town) -> None:
    reporter, sha, now = HubReporter(town.playground.hub), town.sha(), datetime.now(UTC)
    run = reporter.run_started("acme/small", sha, "push", "CI", ".github/workflows/ci.yml", "main", None)
    job = reporter.job_queued(run, "tests")
    bot = town.bot()
    assert bot.get(f"/commits/{sha}/check-runs")["check_runs"][0]["status"] == "queued"
    reporter.job_started(job)
    assert bot.get(f"/actions/runs/{run}")["status"] == "in_progress"
    steps = (StepResult(1, "Run tests", "failure", now, now),)
    reporter.job_finished(
        job, "failure", "E   assert 1 == 2\n", steps, (Annotation("a.txt", 1, 1, "failure", "no"),)
    )
    reporter.run_finished(run, "failure")
    shown = bot.get(f"/actions/runs/{run}/jobs")["jobs"][0]
    assert (shown["id"], shown["conclusion"], shown["steps"][0]["name"]) == (job, "failure", "Run tests")
    redirect = bot.ask("GET", f"/actions/jobs/{job}/logs")
    assert redirect.status_code == 302
    assert httpx2.get(redirect.headers["location"], trust_env=False).text == "E   assert 1 == 2\n"
    archive = bot.http.get(bot.ask("GET", f"/actions/runs/{run}/logs").headers["location"]).content
    assert zipfile.ZipFile(io.BytesIO(archive)).namelist() == ["0_tests.txt"]
    suite = next(each for each in bot.get(f"/commits/{sha}/check-suites")["check_suites"])
    assert (suite["app"]["slug"], suite["conclusion"]) == ("github-actions", "failure")
    assert bot.get(f"/check-runs/{job}/annotations")[0]["message"] == "no"


def test_a_suite_of_a_workflow_is_not_over_before_its_run_is(town: Town) -> None:
    reporter, sha = HubReporter(town.playground.hub), town.sha()
    run = reporter.run_started("acme/small", sha, "push", "CI", ".github/workflows/ci.yml", "main", None)
    job = reporter.job_queued(run, "first")
    reporter.job_finished(job, "success", "", (), ())
    suite = town.bot().get(f"/commits/{sha}/check-suites")["check_suites"][0]
    assert (suite["status"], suite["conclusion"]) == ("in_progress", None)
    reporter.run_finished(run, "success")
    assert town.bot().get(f"/check-suites/{suite['id']}")["conclusion"] == "success"


def test_latest_is_the_newest_of_each_workflow_and_event(town: Town) -> None:
    reporter, sha = HubReporter(town.playground.hub), town.sha()
    for conclusion in ("failure", "success"):
        run = reporter.run_started("acme/small", sha, "push", "CI", ".github/workflows/ci.yml", "main", None)
        reporter.job_finished(reporter.job_queued(run, "tests"), conclusion, "", (), ())
        reporter.run_finished(run, conclusion)
    bot = town.bot()
    assert [each["conclusion"] for each in bot.get(f"/commits/{sha}/check-runs")["check_runs"]] == ["success"]
    assert bot.get(f"/commits/{sha}/check-runs?filter=all")["total_count"] == 2


def test_a_check_that_is_asked_for_again_makes_its_suite_wait_until_it_ends_again(town: Town) -> None:
    bot, sha = town.bot(), town.sha()
    run = bot.post("/check-runs", {"name": "gate", "head_sha": sha, "conclusion": "failure"})
    suite = run["check_suite"]["id"]

    def standing() -> tuple[str, str | None, str]:
        shown = bot.get(f"/check-suites/{suite}")
        return shown["status"], shown["conclusion"], bot.get(f"/check-runs/{run['id']}")["conclusion"]

    for again in (f"/check-runs/{run['id']}/rerequest", f"/check-suites/{suite}/rerequest"):
        assert standing() == ("completed", "failure", "failure")
        town.maintainer.post(again)
        assert standing() == ("queued", None, "failure")  # the run itself is the App's to update
        bot.patch(f"/check-runs/{run['id']}", {"conclusion": "failure"})
    bot.patch(f"/check-runs/{run['id']}", {"conclusion": "success"})
    assert standing() == ("completed", "success", "success")


def test_a_workflows_check_that_is_asked_for_again_leaves_its_suite_to_the_next_run(town: Town) -> None:
    reporter, sha = HubReporter(town.playground.hub), town.sha()
    run = reporter.run_started("acme/small", sha, "push", "CI", ".github/workflows/ci.yml", "main", None)
    job = reporter.job_queued(run, "tests")
    reporter.job_finished(job, "failure", "", (), ())
    reporter.run_finished(run, "failure")
    town.maintainer.post(f"/check-runs/{job}/rerequest")
    assert [each["status"] for each in town.bot().get("/commits/main/check-suites")["check_suites"]] == [
        "completed"
    ]


def test_statuses_are_read_by_the_older_address_and_in_pages(town: Town) -> None:
    sha, mara = town.sha(), town.maintainer
    for name in ("a", "b", "c"):
        mara.post(f"/statuses/{sha}", {"state": "success", "context": name})
    assert [each["context"] for each in mara.get(f"/statuses/{sha}")] == ["c", "b", "a"]
    answer = mara.ask("GET", f"/commits/{sha}/status?per_page=2&page=2")
    assert [each["context"] for each in answer.json()["statuses"]] == ["c"]
    assert (answer.json()["total_count"], answer.json()["state"]) == (3, "success")
    assert 'rel="prev"' in answer.headers["link"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=github-actions[bot]", 1),
        ("actor=otto", 0),
        ("created=>=2020-01-01", 1),
        ("created=2020-01-01..2020-12-31", 0),
        ("created=2020-01-01..*", 1),
        ("created=<2020-01-01", 0),
    ],
)
def test_workflow_runs_are_found_by_who_began_them_and_when(town: Town, query: str, found: int) -> None:
    reporter = HubReporter(town.playground.hub)
    reporter.run_started("acme/small", town.sha(), "push", "CI", ".github/workflows/ci.yml", "main", None)
    assert town.maintainer.get(f"/actions/runs?{query}")["total_count"] == found
