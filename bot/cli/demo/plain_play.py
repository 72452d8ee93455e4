"""The people's part of `baton demo`: label, approve, and merge what is green, until the issue is closed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from bot.cli.demo.scene import Scene
from bot.cli.demo.telling import POLL_SECONDS, Telling

READY = "Ready to proceed?"
GATE = "Baton / stage gate"
COMPLETED_SECONDS = 15


def play(scene: Scene, telling: Telling) -> None:
    scene.mara.labels(scene.issue)
    telling.until(lambda: plan_is_shown(scene), "the plan is shown")
    scene.mara.comments(scene.issue, "/approve")
    merge_until_closed(scene, telling)


def plan_is_shown(scene: Scene) -> bool:
    return any(READY in comment["body"] for comment in scene.mara.reads_comments(scene.issue))


def merge_until_closed(scene: Scene, telling: Telling) -> None:
    """Whatever is green is merged, one after the other, until Baton closes the issue."""
    merged: set[int] = set()
    while scene.mara.reads_issue(scene.issue)["state"] == "open":
        telling.patiently("the issue is closed")
        for pull in scene.tomas.reads_pull_requests():
            if pull["number"] not in merged and is_ready(scene, pull):
                scene.tomas.merges(pull["number"])
                merged.add(pull["number"])
        time.sleep(POLL_SECONDS)
    end = time.monotonic() + COMPLETED_SECONDS
    while scene.feature["state"] != "completed" and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
    telling.tell_news()


def is_ready(scene: Scene, pull: dict[str, Any]) -> bool:
    """The stage gate and CI have reported, nothing is red or running, and somebody was asked for a review."""
    checks = scene.tomas.reads_checks(pull["head"]["sha"])
    names = {check["name"] for check in checks}
    return (
        GATE in names
        and len(names) > 1
        and all(check["status"] == "completed" for check in checks)
        and not any(red_of(checks))
        and bool(pull["requested_reviewers"])
    )


def red_of(checks: list[dict[str, Any]]) -> Iterator[str]:
    """The names of those that have ended and not well."""
    for check in checks:
        if check["conclusion"] not in (None, "success", "neutral", "skipped"):
            yield str(check["name"])
