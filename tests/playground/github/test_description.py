"""All that is answered is as GitHub's own description says."""

from __future__ import annotations

from pathlib import Path

from bot.playground.github.reporter import HubReporter
from bot.playground.official.checking import Checker
from tests.playground.github.test_webhooks import live_a_little
from tests.playground.github.town import Town, opened


def test_every_answer_is_as_github_describes_it(tmp_path: Path) -> None:
    with opened(tmp_path, record=True) as town:
        read_everything(town)
        live_a_little(town)
        read_everything(town)
        violations = sorted({str(each) for each in town.playground.recording.violations(Checker())})
        kinds = {
            (each.method, each.path) for each in town.playground.recording.exchanges if each.status < 300
        }
    assert violations == []
    assert len(kinds) > 75


def read_everything(town: Town) -> None:
    """Every read that is offered, as the App and as a person; what is not there may be 404."""
    run = a_workflow_run(town)
    sha, number = town.sha(), len(town.playground.repository.issues)
    app, bot, person = town.app, town.bot(), town.maintainer
    for path in (
        "//app",
        "//app/installations",
        f"//app/installations/{town.installation}",
        "/installation",
        "//app/hook/deliveries",
        "//app/hook/config",
        "//orgs/acme/installation",
    ):
        app.get(path)
    for path in ("//installation/repositories", "/collaborators", "/collaborators/mara/permission"):
        bot.get(path)
    suite = bot.get(f"/commits/{sha}/check-suites")["check_suites"][0]["id"]
    check = bot.get(f"/commits/{sha}/check-runs")["check_runs"][0]["id"]
    tree = bot.get(f"/git/commits/{sha}")["tree"]["sha"]
    blob = next(
        each["sha"] for each in bot.get(f"/git/trees/{tree}?recursive=1")["tree"] if each["type"] == "blob"
    )
    name = town.playground.repository.full_name
    paths = [
        f"//repos/{name}",
        f"//repositories/{town.playground.repository.id}",
        "//users/mara",
        "//users/baton-app%5Bbot%5D",
        "//rate_limit",
        "//apps/baton-app",
        "/labels",
        "/issues?state=all",
        "/issues/1",
        "/issues/1/comments",
        "/issues/1/labels",
        "/issues/1/events",
        "/issues/1/timeline",
        "/issues/1/reactions",
        "/issues/comments",
        "/issues/events",
        "/pulls?state=all",
        "/pulls/comments",
        "/commits",
        f"/commits/{sha}",
        f"/commits/{sha}/status",
        f"/commits/{sha}/statuses",
        f"/commits/{sha}/check-runs?filter=all",
        f"/commits/{sha}/pulls",
        f"/check-suites/{suite}",
        f"/check-suites/{suite}/check-runs",
        f"/check-runs/{check}",
        f"/check-runs/{check}/annotations",
        f"/git/blobs/{blob}",
        "/git/ref/heads/main",
        "/git/matching-refs/heads",
        "/branches",
        "/branches/main",
        "/rules/branches/main",
        "/contents",
        "/contents/src",
        "/contents/README.md",
        "/compare/main...main",
        "/actions/runs",
        f"/actions/runs/{run}",
        f"/actions/runs/{run}/jobs",
        f"/actions/jobs/{check}",
        "/actions/workflows",
        "/assignees",
    ]
    if number > 1:
        below = ("", "/files", "/commits", "/comments", "/reviews", "/requested_reviewers")
        paths += [f"/pulls/{number}{each}" for each in below]
        paths += [f"/issues/{number}/timeline", f"/issues/{number}"]
    for path in paths:
        bot.get(path) if path != "//user" else person.get(path)
    person.get("//user")


def a_workflow_run(town: Town) -> int:
    from datetime import UTC, datetime

    from bot.playground.ci.ports import Annotation, StepResult

    reporter, now = HubReporter(town.playground.hub), datetime.now(UTC)
    run = reporter.run_started(
        town.playground.repository.full_name,
        town.sha(),
        "push",
        "CI",
        ".github/workflows/ci.yml",
        "main",
        None,
    )
    job = reporter.job_queued(run, "tests")
    reporter.job_started(job)
    steps = (StepResult(1, "Run", "success", now, now),)
    reporter.job_finished(job, "success", "ok\n", steps, (Annotation("a", 1, 1, "warning", "m"),))
    reporter.run_finished(run, "success")
    return run
