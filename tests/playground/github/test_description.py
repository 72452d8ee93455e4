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
        write_everything(town)
        read_everything(town)
        violations = sorted({str(each) for each in town.playground.recording.violations(Checker())})
        kinds = {
            (each.method, each.path) for each in town.playground.recording.exchanges if each.status < 300
        }
    assert violations == []
    assert len(kinds) > 105


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


def write_everything(town: Town) -> None:
    """Every write that the story itself does not make."""
    bot, person = town.bot(), town.maintainer
    person.post("/labels", {"name": "made", "color": "ff0000", "description": "d"})
    person.patch("/labels/made", {"new_name": "mended"})
    person.post("/issues/1/labels", {"labels": ["mended"]})
    person.put("/issues/1/labels", {"labels": ["bug"]})
    person.delete("/labels/mended")
    person.put("/issues/1/lock")
    person.delete("/issues/1/lock")
    person.post("/issues/1/assignees", {"assignees": ["mara"]})
    bot.post("/issues", {"title": "Another", "body": "See #1"})
    bot.post("/issues/1/reactions", {"content": "eyes"})
    comment = bot.post("/issues/1/comments", {"body": "x"})["id"]
    bot.post(f"/issues/comments/{comment}/reactions", {"content": "rocket"})
    bot.get(f"/issues/comments/{comment}")
    bot.post("/git/blobs", {"content": "x"})
    file = {"message": "m", "content": "eA==", "branch": "main"}
    person.put("/contents/written.md", file)
    number = town.pull(bot, "another", {"src/a.txt": "one\n2\nthree\nfour\nfive\n", "c.txt": "c\n"})["number"]
    person.put("/branches/main/protection", {"required_status_checks": {"strict": False, "contexts": ["ci"]}})
    person.get("/branches/main/protection")
    bot.get("/rules/branches/main")
    bot.get(f"/pulls/{number}")
    bot.get(f"/pulls/{number}")
    place = {"path": "c.txt", "line": 1, "commit_id": town.sha("another")}
    line = person.post(f"/pulls/{number}/comments", {**place, "body": "x"})["id"]
    bot.post(f"/pulls/{number}/comments/{line}/replies", {"body": "y"})
    person.patch(f"/pulls/comments/{line}", {"body": "z"})
    bot.get(f"/pulls/comments/{line}")
    bot.post(f"/pulls/comments/{line}/reactions", {"content": "+1"})
    review = person.post(f"/pulls/{number}/reviews", {})["id"]
    person.post(f"/pulls/{number}/reviews/{review}/events", {"event": "COMMENT", "body": "b"})
    person.put(f"/pulls/{number}/reviews/{review}", {"body": "c"})
    person.get(f"/pulls/{number}/reviews/{review}")
    person.get(f"/pulls/{number}/reviews/{review}/comments")
    bot.post(f"/pulls/{number}/requested_reviewers", {"reviewers": ["mara"]})
    person.http.request(
        "DELETE", f"/repos/acme/small/pulls/{number}/requested_reviewers", json={"reviewers": ["mara"]}
    )
    bot.post("/check-suites", {"head_sha": town.sha("another")})
    run = bot.post("/check-runs", {"name": "g", "head_sha": town.sha("another")})["id"]
    bot.patch(f"/check-runs/{run}", {"conclusion": "failure", "output": {"title": "t", "summary": "s"}})
    ahead = town.commit(person, {"d.txt": "d\n"})
    person.post(f"/statuses/{ahead}", {"state": "success", "context": "ci"})
    person.patch("/git/refs/heads/main", {"sha": ahead})
    person.put(f"/pulls/{number}/update-branch", {})
    for conclusion in ("success", "failure"):
        person.post(f"/statuses/{town.sha('another')}", {"state": conclusion, "context": conclusion})
    person.delete("/branches/main/protection")
    town.app.post(f"//app/hook/deliveries/{town.app.get('//app/hook/deliveries')[0]['id']}/attempts")


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
