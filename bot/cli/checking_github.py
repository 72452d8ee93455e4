"""What `baton doctor` asks GitHub: the App, what it may, where it is installed, and whom workflows trust."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bot.cli.checkup import Checkup
from bot.cli.printing import counted
from bot.cli.workflow_secrets import handed_out
from bot.github.auth import FETCHING, App
from bot.github.connection import Connection
from bot.github.errors import GitHubError, Gone, Unauthorized
from bot.github.manifest import EVENTS, PERMISSIONS
from bot.settings import Settings

LEVELS = ("none", "read", "write", "admin")
MOST_REPOSITORIES = 100
WORKFLOWS = ".github/workflows"


def check_github(checkup: Checkup, settings: Settings | None, key_is_good: bool) -> None:
    """Everything that only GitHub knows; what cannot be asked is said."""
    app = _app(settings) if key_is_good else None
    because = "the App's credentials are not complete"
    if app is not None:
        because = "GitHub did not accept the App"
        if not _check_app(checkup, app):
            app = None
    else:
        checkup.unknown("App", because)
    if app is None:
        for subject in ("permissions", "events", "installations", "workflows"):
            checkup.unknown(subject, because)
        return
    installations = _check_installations(checkup, app)
    if installations:
        _check_workflows(checkup, app, installations)
    else:
        checkup.unknown("workflows", "no installation could be asked")


def _app(settings: Settings | None) -> App | None:
    if settings is None or settings.app is None:
        return None
    return App(settings.app.app_id, settings.app.private_key.get_secret_value(), settings.api_url)


def _check_app(checkup: Checkup, app: App) -> bool:
    try:
        found = app.itself()
    except Unauthorized as error:
        checkup.bad(
            "App",
            f"{error} Look whether BATON_GITHUB_APP_ID and the private key belong together, and whether this "
            "machine's clock is right.",
        )
        return False
    except GitHubError as error:
        checkup.bad(
            "App", f"{error} Look whether BATON_GITHUB_API_URL is right and can be reached from here."
        )
        return False
    checkup.good("App", f"{found.get('name')} ({found.get('slug')}) at {app.api_url}")
    _check_permissions(checkup, found)
    _check_events(checkup, found)
    return True


def _check_permissions(checkup: Checkup, app: Mapping[str, Any]) -> None:
    lacking = list(_lacking(app.get("permissions") or {}))
    if lacking:
        checkup.bad(
            "permissions",
            f"the App lacks {', '.join(lacking)}. Set them on its page at GitHub, then accept them where it is "
            "installed.",
        )
    else:
        checkup.good("permissions", f"all {len(PERMISSIONS)} that are needed")
    more = [f"{name}: {level}" for name, level in _beyond(app.get("permissions") or {})]
    if more:
        checkup.doubtful(
            "permissions",
            f"the App may more than it needs ({', '.join(more)}). Take it away, unless a devops stage writes workflows.",
        )


def _check_events(checkup: Checkup, app: Mapping[str, Any]) -> None:
    lacking = [event for event in EVENTS if event not in (app.get("events") or ())]
    if lacking:
        checkup.bad(
            "events",
            f"the App is not told of {', '.join(lacking)}, so it notices late. Subscribe to them on its page at GitHub.",
        )
    else:
        checkup.good("events", f"all {len(EVENTS)} that are used")


def _lacking(given: Mapping[str, str]) -> Iterator[str]:
    for name, level in PERMISSIONS.items():
        if _height(given.get(name, "none")) < _height(level):
            yield f"{name}: {level}"


def _beyond(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, level in sorted(given.items()):
        if _height(level) > _height(PERMISSIONS.get(name, "none")):
            yield name, level


def _height(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else 0


def _check_installations(checkup: Checkup, app: App) -> list[Mapping[str, Any]]:
    """Those that can be asked."""
    subject = "installations"
    try:
        found = app.connection.get_all("/app/installations")
    except GitHubError as error:
        checkup.bad(subject, f"{error} Try again.")
        return []
    if not found:
        checkup.bad(subject, "there is none. Install the App, on its page at GitHub, where it shall work.")
    alive = []
    for each in found:
        who = str((each.get("account") or {}).get("login") or each["id"])
        lacking = list(_lacking(each.get("permissions") or {}))
        page = each.get("html_url") or "its page at GitHub"
        if each.get("suspended_at"):
            checkup.doubtful(
                subject, f"{who} has suspended the App. Nothing is done there until it goes on at {page}."
            )
            continue
        alive.append(each)
        if lacking:
            checkup.bad(
                subject, f"{who} has not accepted {', '.join(lacking)}. Somebody there must, at {page}."
            )
        else:
            checkup.good(subject, f"{who}, with all permissions")
    return alive


def _check_workflows(checkup: Checkup, app: App, installations: list[Mapping[str, Any]]) -> None:
    subject = "workflows"
    repositories = list(_repositories(checkup, app, installations))
    asked = repositories[:MOST_REPOSITORIES]
    bad = 0
    for installation, repository in asked:
        name = str(repository["full_name"])
        try:
            reads = app.on(installation, int(repository["id"]), FETCHING)
            for path, text in _workflow_files(reads, name):
                why = handed_out(text)
                if why is None:
                    continue
                bad += 1
                checkup.bad(
                    subject,
                    f"{name}, {path}: {why}, so agents' code meets them before a person has looked. Let jobs with "
                    "secrets run on the default branch only, or behind an environment with reviewers.",
                )
        except GitHubError as error:
            checkup.doubtful(subject, f"{name} could not be looked at: {error}")
    if len(repositories) > len(asked):
        checkup.doubtful(
            subject, f"only the first {len(asked)} of {len(repositories)} repositories were looked at."
        )
    if not bad:
        checkup.good(subject, f"none in {counted(len(asked), 'repository')} hands secrets to pull requests")


def _repositories(
    checkup: Checkup, app: App, installations: list[Mapping[str, Any]]
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for each in installations:
        number = int(each["id"])
        try:
            found = app.everywhere(number).get_all("/installation/repositories", key="repositories")
        except GitHubError as error:
            checkup.doubtful(
                "workflows", f"the repositories of installation {number} cannot be listed: {error}"
            )
            continue
        for repository in found:
            yield number, repository


def _workflow_files(reads: Connection, full_name: str) -> Iterator[tuple[str, str]]:
    """Path and text of each workflow on the default branch."""
    try:
        listed = reads.get(f"/repos/{full_name}/contents/{WORKFLOWS}")
    except Gone:
        return  # no workflows, or no commit yet
    for entry in listed if isinstance(listed, list) else ():
        path = str(entry["path"])
        if entry.get("type") == "file" and path.endswith((".yml", ".yaml")):
            found = reads.get(f"/repos/{full_name}/contents/{quote(path)}")
            yield path, base64.b64decode(str(found.get("content") or "")).decode("utf-8", "replace")
