"""Baton's own time from base green to the next pull request open; model and CI answer at once."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.story.conftest import FILES, ISSUE, everybody_knows_their_part
from tests.story.world import World, a_world, git_repository

ROUNDS = 5
TARGET_SECONDS = 1.0


def measure(say: Callable[[str], None] = print) -> dict[str, Any]:
    """The clock starts when the check run on base is complete, and stops when GitHub has the pull request."""
    seconds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as directory:
            seconds.append(_once(Path(directory)))
    median = statistics.median(seconds)
    met = "met" if median < TARGET_SECONDS else "MISSED"
    say(f"{'base green to next pull request':40}{median:6.2f} s   {min(seconds):.2f} to {max(seconds):.2f}")
    say(f"{'target':40}{TARGET_SECONDS:6.2f} s   {median / TARGET_SECONDS:.2f} times: {met}")
    return {"median_seconds": round(median, 3), "all_seconds": [round(each, 3) for each in seconds]}


def _once(home: Path) -> float:
    repository = git_repository(home / "greeter", FILES)
    with a_world(home / "home", repository, ISSUE) as world:
        # With a required check named, green is green at once: no quiet time is part of this.
        world.playground.repository.required_checks["main"] = ("tests",)
        everybody_knows_their_part(world)
        world.plan_is_shown()
        world.mara.comments(world.issue, "/approve")
        sha = world.stage_is_merged()
        world.until_baton_waits_for("Waiting for CI to report on main")
        return _seconds_to_next(world, sha)


def _seconds_to_next(world: World, sha: str) -> float:
    hub, repository = world.playground.hub, world.playground.repository
    known = len(repository.pulls)
    world.ci.turns("green", sha, "push")
    began = time.perf_counter()
    if not hub.wait_for(lambda: len(repository.pulls) > known, 30):
        raise RuntimeError(f"No next pull request; Baton is {world.state()}: {world.waiting_for()}")
    return time.perf_counter() - began
