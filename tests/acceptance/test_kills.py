"""Baton killed with SIGKILL in the middle of everything ends where an undisturbed Baton ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.outside import beside, github, running, until
from tests.acceptance.playing import Asked, Feature, Killer, Moment, Said, play, same, settled

pytestmark = pytest.mark.slow

BATON, TOMAS = "baton-app", "tomas"
# One in each stage, each at another point of it; and two around the stages.
ONCE_IN_EACH_STAGE: dict[str, list[Moment]] = {
    "in each stage at another point": [
        Asked("implementation-orchestrator", 2),
        Asked("supabase-architect", 3),
        Said(BATON, "/2-api at "),
        Said(BATON, "(3/6)"),
        Said(BATON, "asked mara to review pull request #5"),
        Said(TOMAS, "merged pull request #6"),
        Asked("code-reviewer", 1),
        Said(BATON, "Running final tests"),
    ],
    "in each stage while its agent is at work": [
        Asked("supabase-architect", 1),
        Asked("api-designer", 2),
        Asked("backend-developer", 3),
        Asked("frontend-developer", 4),
        Asked("test-engineer", 2),
        Asked("code-reviewer", 2),
    ],
    "right after each branch": [Said(BATON, f"/{stage} at ") for stage in ("1-database", "3-backend", "5-testing", "6-review")],
    "right after each pull request": [Said(BATON, f"opened pull request #{number}") for number in (2, 3, 4, 5, 6, 7)],
    "right after each merge": [Said(TOMAS, f"merged pull request #{number}") for number in (2, 3, 4, 5, 6, 7)],
    "around the plan": [
        Said("mara", "labelled #1"),
        Said(BATON, "commented on #1"),
        Said("mara", "/approve"),
        Said(BATON, "Task 1/6"),
    ],
    "while each is announced": [Said(BATON, f"Task {number}/6") for number in (2, 3, 4, 5, 6)],
}  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], int]]:
    """How the feature ends, and how often the model was asked, when nobody kills anything."""
    with github(tmp_path_factory.mktemp("undisturbed"), "--ci", "green") as place:
        baton = beside(place)
        with running(baton):
            play(Feature(place, place.issue))
            until(
                lambda: shows_done(place.people["maintainer"].issue(place.issue)), "the label says it is done"
            )
            place.found_nothing_wrong()
            yield settled(place, place.issue), len(place.model_calls())


@pytest.mark.parametrize(
    "moments",
    [
        pytest.param(moments, id=name, marks=[pytest.mark.long] if place else [])
        for place, (name, moments) in enumerate(ONCE_IN_EACH_STAGE.items())
    ],
)
def test_killed_and_started_again_it_ends_as_if_nothing_had_been(
    moments: list[Moment], undisturbed: tuple[dict[str, Any], int], tmp_path: Path
) -> None:
    expected, planned = undisturbed
    with github(tmp_path, "--ci", "green") as place:
        baton = beside(place)
        with running(baton):
            with Killer(place, baton, moments) as killer:
                play(Feature(place, place.issue))
                until(lambda: len(killer.kills) == len(moments), "every kill happened", 60)
            until(
                lambda: shows_done(place.people["maintainer"].issue(place.issue)), "the label says it is done"
            )
            for moment, seconds in killer.kills:
                print(f"{seconds:.1f} s from kill to ready: {moment}")
            place.found_nothing_wrong()
            calls = len(place.model_calls())
            print(f"{calls} model calls for {planned} planned; {place.referee()['requests']}")
            assert same(expected, settled(place, place.issue)) == []
            assert calls <= planned + len(moments)
            assert "Traceback" not in baton.said()


def shows_done(issue: dict[str, Any]) -> bool:
    return [each["name"] for each in issue["labels"] if each["name"].startswith("baton: ")] == ["baton: done"]
