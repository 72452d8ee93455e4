"""What has to happen for Baton to make each request: stories from label to end, with which errors may interfere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import update

from bot.engine import tables
from bot.playground.acts import checks
from bot.playground.acts.comments import create_comment
from bot.playground.acts.workflows import actions_app
from bot.playground.github.reporter import HubReporter
from bot.playground.making import add_repository
from bot.playground.state import PullRequest
from tests.engine.lives import FILES, Life, finished
from tests.github.homes import Town
from tests.one_job import run_one_job
from tests.playground.github.town import small_repository

UNCONFIGURED = {path: text for path, text in FILES.items() if path != ".github/baton.yml"}


@dataclass(frozen=True)
class Story:
    """How a feature goes: what there is before it, what people do, and how it ends.

    `overtakes`: people push over a commit at once, and whether the stage gate has judged it before is chance.
    """

    ends: str = "completed"
    people: Callable[[Life], None] = Life.do_peoples_part
    files: Mapping[str, str] = field(default_factory=lambda: FILES)
    before: Callable[[Life, Path], None] = lambda life, directory: None
    overtakes: bool = False


def unknown_installation(life: Life, directory: Path) -> None:
    with life.outside.writing() as connection:
        connection.execute(update(tables.repository).values(installation_id=None))


def owners_set_up(life: Life, directory: Path) -> None:
    """The owner's `.github` repository; there is one for the whole town."""
    town: Town = life.home.town
    hub = town.playground.hub
    if not any(each.name == ".github" for each in hub.repositories.values()):
        source = small_repository(directory / "owners", files={".github/baton.yml": "ci: optional\n"})
        add_repository(hub, town.playground.inhabitants, ".github", town.directory / "repositories", source)


def another_issue(life: Life, directory: Path) -> None:
    home = life.home
    other = home.maintainer.post("/issues", {"title": "Who is told", "body": "Those who watch."})
    home.maintainer.patch(f"/issues/{home.issue_number}", {"body": f"As in #{other['number']}."})


def said(life: Life, words: str) -> bool:
    return any(each["body"] == words for each in life.home.comments())


def cancelling(life: Life) -> None:
    """Somebody has had enough of it once there is a pull request."""
    if life.state != "in_review":
        life.do_peoples_part()
    elif not said(life, "/cancel"):
        life.home.say("/cancel")


def planning_twice(life: Life) -> None:
    """The first plan is not what was meant."""
    if life.state != "awaiting_approval":
        life.do_peoples_part()
    elif not said(life, "/revise Make it small."):
        life.home.say("/revise Make it small.")
    elif "v2" in life.waiting_for and not said(life, "/approve v2"):
        life.home.say("/approve v2")


FIRST = 2  # the number of the first pull request


def first_pull(life: Life) -> PullRequest | None:
    issue = life.home.repository.issues.get(FIRST)
    return issue.pull if issue else None


def revising(life: Life, directory: Path) -> None:
    life.script["devops/answer"] = finished({"Dockerfile": "FROM scratch\n# revised\n"})
    life.script["devops/mend"] = finished({"Dockerfile": "FROM scratch\n# mended\n"})


def reviewing(life: Life) -> None:
    """Tomas has two remarks on the first pull request, and merges when they are answered."""
    pull = first_pull(life)
    if pull is None or pull.merged:
        life.do_peoples_part()
    elif not pull.reviews and life.state == "in_review":
        line = {"path": "Dockerfile", "line": 1, "side": "RIGHT", "body": "Why?"}
        data = {"event": "REQUEST_CHANGES", "body": "Be careful.", "comments": [line]}
        life.home.reviewer.post(f"/pulls/{FIRST}/reviews", data)
    elif "resolve what is settled" in life.waiting_for:
        life.do_peoples_part()


def reviewing_and_pushing(life: Life) -> None:
    """Tomas pushes on top of what Baton has just pushed."""
    pull = first_pull(life)
    commits = life.home.maintainer.get(f"/pulls/{FIRST}/commits") if pull and not pull.merged else []
    if len(commits) == 2 and pull is not None:
        known = life.home.reviewer.get(f"/contents/Dockerfile?ref={pull.head_ref}")["sha"]
        mine = {"message": "Mine", "content": "RlJPTSBzY3JhdGNoCiMgbWluZQo=", "branch": pull.head_ref}
        life.home.reviewer.put("/contents/Dockerfile", {**mine, "sha": known})
    else:
        reviewing(life)


def ci_says(conclusion: str, life: Life, sha: str) -> None:
    """One workflow with one job, from start to end, on this commit."""
    reporter = HubReporter(life.home.town.playground.hub)
    log = "It failed.\n##[error]Here\n"
    run_one_job(reporter, life.home.full_name, sha, "pull_request", conclusion, log)


def told_of_its_ci(life: Life, pull: PullRequest) -> bool:
    runs = [run for suite in life.home.repository.suites for run in suite.runs if run.name == "tests"]
    return any(run.head_sha == pull.head_sha for run in runs)


def ci_first(conclusion: str, life: Life) -> None:
    """CI says this of the first pull request's first head, and is green on all others."""
    pull = first_pull(life)
    if pull is not None and not pull.merged and life.state in ("in_review", "waiting_for_answer"):
        commits = life.home.maintainer.get(f"/pulls/{FIRST}/commits")
        if not told_of_its_ci(life, pull):
            ci_says(conclusion if len(commits) == 1 else "success", life, pull.head_sha)
            return
        if "Re-run it on GitHub" in life.waiting_for or "CI is running" in life.waiting_for:
            ci_says("success", life, pull.head_sha)
            return
    life.do_peoples_part()


def turning_red(life: Life) -> None:
    ci_first("failure", life)


def interrupting(life: Life) -> None:
    ci_first("cancelled", life)


def requiring(life: Life, directory: Path) -> None:
    """The default branch takes `tests` from GitHub Actions alone."""
    actions = actions_app(life.home.town.playground.hub).id
    demanded = {
        "required_status_checks": [{"context": "tests", "integration_id": actions}],
        "strict_required_status_checks_policy": False,
    }
    rules = [{"type": "required_status_checks", "parameters": demanded}]
    life.home.maintainer.post("/rulesets", {"name": "CI", "enforcement": "active", "rules": rules})


def satisfying(life: Life) -> None:
    """CI is green on every pull request."""
    for pull in life.home.repository.pulls:
        if not pull.merged and not told_of_its_ci(life, pull):
            ci_says("success", life, pull.head_sha)
    life.do_peoples_part()


def leaving_behind(life: Life) -> None:
    """Base moves on under a pull request before CI turns it red."""
    pull = first_pull(life)
    there = life.home.repository.git.run("ls-tree", "--name-only", "main").decode()
    if pull is not None and "MEANWHILE.md" not in there:
        change = {"message": "Meanwhile", "content": "b24=", "branch": "main"}
        life.home.reviewer.put("/contents/MEANWHILE.md", change)
    ci_first("failure", life)


def found_fault_with(life: Life) -> None:
    """An App that is no CI of GitHub's says so in its check run's output."""
    pull = first_pull(life)
    if pull is None or pull.merged or life.state != "in_review" or told_of_its_ci(life, pull):
        life.do_peoples_part()
        return
    hub, repository = life.home.town.playground.hub, life.home.repository
    app = actions_app(hub)
    is_first = len(life.home.maintainer.get(f"/pulls/{FIRST}/commits")) == 1
    with hub.lock:
        suite = checks.suite_for(hub, repository, app, pull.head_sha)
        conclusion = "failure" if is_first else "success"
        checks.create_check_run(
            hub, suite, app.bot, "tests", status="completed", conclusion=conclusion, title="A finding"
        )


def doubling_the_plan(life: Life) -> None:
    """The plan's comment stands there twice, as after a list that lagged."""
    issue, hub = life.home.issue, life.home.town.playground.hub
    plans = [each for each in issue.comments if '"kind":"plan"' in each.body]
    if life.state == "awaiting_approval" and len(plans) == 1 and not said(life, "/approve"):
        with hub.lock:
            twice = plans[0].body.replace('"revision":1', '"revision":2', 1)
            create_comment(hub, issue, plans[0].author, twice)
    life.do_peoples_part()


STORIES: Mapping[str, Story] = {
    "a feature": Story(),
    "a feature of an unknown installation": Story(before=unknown_installation),
    "a feature that is planned twice": Story(people=planning_twice),
    "a feature that refers to another issue": Story(before=another_issue),
    "a cancelled feature": Story("cancelled", people=cancelling),
    "a feature whose plan stands there twice": Story(people=doubling_the_plan),
    "a reviewed feature": Story(people=reviewing, before=revising),
    "a reviewed feature that somebody pushes to": Story(
        people=reviewing_and_pushing, before=revising, overtakes=True
    ),
    "a red feature": Story(people=turning_red, before=revising),
    "a red feature that base has left behind": Story(people=leaving_behind, before=revising),
    "a feature whose check is interrupted": Story(people=interrupting, before=revising),
    "a feature that another App finds fault with": Story(people=found_fault_with, before=revising),
    "a feature of which checks are required": Story(people=satisfying, before=requiring),
    "the owner's set-up": Story(files=UNCONFIGURED, before=owners_set_up),
}
