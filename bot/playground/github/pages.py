"""Plain pages to read: a repository, its issues and pull requests, apps and people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from bot.playground.acts import pulls
from bot.playground.acts.checks import latest_runs
from bot.playground.acts.workflows import find_run
from bot.playground.git.changes import diff_text
from bot.playground.github.asking import Answer
from bot.playground.github.shapes.times import when
from bot.playground.github.site import Site
from bot.playground.hub import Hub
from bot.playground.refusals import Refused
from bot.playground.state import Issue, PullRequest, Repository, WorkflowRun

_PLACE = re.compile(r"/(?P<owner>[^/]+)/(?P<repo>[^/]+?)/?")
_ISSUE = re.compile(
    r"/(?P<owner>[^/]+)/(?P<repo>[^/]+)/(?:issues|pull)/(?P<number>\d+)(?P<form>\.diff|\.patch)?"
)
_COMMIT = re.compile(r"/(?P<owner>[^/]+)/(?P<repo>[^/]+)/commit/(?P<sha>[0-9a-f]{7,40})")
_RUN = re.compile(r"/(?P<owner>[^/]+)/(?P<repo>[^/]+)/actions/runs/(?P<run>\d+)(?:/job/(?P<job>\d+))?")
_RAW = re.compile(r"/(?P<owner>[^/]+)/(?P<repo>[^/]+)/(?P<kind>raw|blob)/(?P<ref>[^/]+)/(?P<path>.+)")
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1f2328}"
    "pre{white-space:pre-wrap;background:#f6f8fa;padding:1em;border-radius:6px;overflow:auto}"
    "article{border:1px solid #d1d9e0;border-radius:6px;margin:1em 0;padding:0 1em}small{color:#59636e}"
    "a{color:#0969da;text-decoration:none}span{background:#ddf4ff;border-radius:1em;padding:.1em .6em}"
)


def answer(site: Site, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
    """The page at a path, or None where there is none."""
    if method not in ("GET", "HEAD"):
        return None
    with site.hub.lock:
        try:
            return found(site.hub, path)
        except Refused:
            return None


def found(hub: Hub, path: str) -> Answer | None:
    if (match := _ISSUE.fullmatch(path)) is not None:
        repository = hub.repository(match["owner"], match["repo"])
        issue = repository.issues.get(int(match["number"]))
        if issue is None:
            return None
        if match["form"] and issue.pull is not None:
            return plain(diff_text(repository.git, pulls.fork_point(issue.pull), issue.pull.head_sha))
        return html(f"{issue.title} · #{issue.number}", issue_page(hub, issue))
    if (match := _RAW.fullmatch(path)) is not None:
        return raw(hub.repository(match["owner"], match["repo"]), match["ref"], match["path"])
    if (match := _COMMIT.fullmatch(path)) is not None:
        return commit_page(hub.repository(match["owner"], match["repo"]), match["sha"])
    if (match := _RUN.fullmatch(path)) is not None:
        run = find_run(hub.repository(match["owner"], match["repo"]), int(match["run"]))
        return html(f"{run.workflow.name} · {run.conclusion or run.status}", run_page(run))
    if (match := _PLACE.fullmatch(path)) is not None:
        repository = hub.repository(match["owner"], match["repo"])
        return html(repository.full_name, repository_page(hub, repository))
    return None


def raw(repository: Repository, ref: str, path: str) -> Answer | None:
    sha = repository.git.resolve(ref)
    entry = repository.git.entry_at(sha, path) if sha else None
    if entry is None or entry.kind != "blob":
        return None
    return Answer(200, raw=repository.git.blob(entry.sha), media="text/plain; charset=utf-8")


def commit_page(repository: Repository, name: str) -> Answer | None:
    sha = repository.git.resolve(name)
    if sha is None:
        return None
    commit = repository.git.commit(sha)
    text = diff_text(repository.git, commit.parents[0] if commit.parents else None, sha)
    about = said(commit.author.name, when(commit.author.at), commit.message)
    return html(f"Commit {sha[:7]}", f"{about}<pre>{escape(text)}</pre>")


def run_page(run: WorkflowRun) -> str:
    jobs = [
        f'<h2 id="{job.id}">{escape(job.name)}: '
        f"{escape(job.check_run.conclusion or job.check_run.status)}</h2><pre>{escape(job.log)}</pre>"
        for job in run.jobs
    ]
    return f"<p>{escape(run.event)} on {run.suite.head_sha[:7]}</p>{''.join(jobs)}"


def repository_page(hub: Hub, repository: Repository) -> str:
    issues = [each for each in repository.issues.values() if each.pull is None]
    requests = [each.issue for each in repository.pulls]
    return (
        f"<p>{escape(repository.description or '')}</p>"
        f"<p>Default branch <b>{escape(repository.default_branch)}</b></p>"
        f"<h2>Pull requests</h2>{listed(repository, requests)}<h2>Issues</h2>{listed(repository, issues)}"
        f"<p><code>git clone {hub.url}/{repository.full_name}.git</code></p>"
    )


def listed(repository: Repository, issues: list[Issue]) -> str:
    rows = [
        f'<li><a href="{address(each)}">#{each.number} {escape(each.title)}</a> '
        f"<small>{state(each)}</small></li>"
        for each in reversed(issues)
    ]
    return f"<ul>{''.join(rows)}</ul>" if rows else "<p>None.</p>"


def issue_page(hub: Hub, issue: Issue) -> str:
    home = issue.repository
    labels = " ".join(f"<span>{escape(each.name)}</span>" for each in issue.labels)
    parts = [
        f'<p><a href="/{home.full_name}">{escape(home.full_name)}</a> · {state(issue)} {labels}</p>',
        said(issue.author.login, when(issue.created_at), issue.body or ""),
    ]
    if issue.pull is not None:
        parts.append(pull_part(issue.pull))
    parts += [said(each.author.login, when(each.created_at), each.body) for each in issue.comments]
    return "".join(parts)


def pull_part(pull: PullRequest) -> str:
    checks = [
        f"<li>{escape(each.name)}: {escape(each.conclusion or each.status)}</li>"
        for each in latest_runs(pull.repository, pull.head_sha)
    ]
    reviews = [
        said(
            f"{each.author.login} ({each.state.lower().replace('_', ' ')})", when(each.created_at), each.body
        )
        for each in pull.reviews
        if each.state != "PENDING"
    ]
    files = [
        f"<details><summary>{escape(each.path)} <small>+{each.additions} −{each.deletions}</small></summary>"
        f"<pre>{escape(each.patch or 'no text')}</pre></details>"
        for each in pulls.files(pull)
    ]
    ends = f"<p>{escape(pull.head_ref)} → {escape(pull.base_ref)}</p>"
    return f"{ends}<h2>Checks</h2><ul>{''.join(checks)}</ul><h2>Files</h2>{''.join(files)}{''.join(reviews)}"


def said(who: str, at: str, text: str) -> str:
    return f"<article><p><b>{escape(who)}</b> <small>{at}</small></p><pre>{escape(text)}</pre></article>"


def address(issue: Issue) -> str:
    kind = "issues" if issue.pull is None else "pull"
    return f"/{issue.repository.full_name}/{kind}/{issue.number}"


def state(issue: Issue) -> str:
    if issue.pull is not None and issue.pull.merged:
        return "merged"
    return issue.state if issue.pull is None or not issue.pull.draft else "draft"


def html(title: str, content: str) -> Answer:
    head = f'<!doctype html><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    page = f"{head}<h1>{escape(title)}</h1>{content}"
    return Answer(200, raw=page.encode(), media="text/html; charset=utf-8")


def plain(text: str) -> Answer:
    return Answer(200, raw=text.encode(errors="surrogateescape"), media="text/plain; charset=utf-8")
