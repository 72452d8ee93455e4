"""Webhooks that are lost, doubled or late, and requests whose outcome nobody knows: the end is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.outside import GitHub, beside, github, running, until
from tests.acceptance.playing import Feature, play, same, settled

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], int]]:
    with github(tmp_path_factory.mktemp("undisturbed"), "--ci", "green") as place:
        yield completed(place, {}), len(place.model_calls())


def completed(place: GitHub, settings: Mapping[str, str]) -> dict[str, Any]:
    """The demo's feature from its label to the end, with nothing for the referee to say."""
    one = beside(place, **settings)
    with running(one):
        seconds = play(Feature(place, place.issue), patience=120)
        until(
            lambda: one.feature(place.state["repository"], place.issue)["state"] == "completed",
            "it is completed",
        )
        until(
            lambda: "baton: done" in str(place.people["maintainer"].issue(place.issue)["labels"]),
            "the label says so",
        )
        place.found_nothing_wrong()
        assert "Traceback" not in one.said()
        print(f"{seconds:.1f} s, {place.referee()['requests']}")
        return settled(place, place.issue)


@pytest.mark.parametrize(
    "weather",
    [
        {"drop": 1.0},
        pytest.param(
            {"drop": 0.3, "duplicate": 0.5, "reorder": 0.5, "delay": [0, 2]}, marks=pytest.mark.long
        ),
        pytest.param({"duplicate": 1.0, "reorder": 1.0}, marks=pytest.mark.long),
    ],
    ids=str,
)
def test_lost_doubled_and_late_webhooks(
    weather: dict[str, Any], undisturbed: tuple[dict[str, Any], int], tmp_path: Path
) -> None:
    expected, planned = undisturbed
    with github(tmp_path, "--ci", "green") as place:
        place.control("POST", "/deliveries", weather)
        assert same(expected, completed(place, {"BATON_SWEEP_SECONDS": "2"})) == []
        assert len(place.model_calls()) == planned


COMMENTS, REFS, PULLS = "/repos/*/issues/*/comments", "/repos/*/git/refs", "/repos/*/pulls"


NAMES = [
    "error after",
    "drop after",
    "error before",
    "drop before",
    "lag",
    "drop after with lag",
    "graphql errors",
    "5 % errors",
]
FAULTS = (
    [
        [{"method": "POST", "path": path, "fault": fault, "nth": [1, 3, 4]} for path in (COMMENTS, REFS, PULLS)]
        for fault in ("error_after", "drop_after", "error_before", "drop_before")
    ]
    + [
        [{"method": "GET", "path": "*", "fault": "lag", "seconds": 3}, {"method": "POST", "path": "/graphql", "fault": "lag", "seconds": 3}],
        [{"method": "POST", "path": path, "fault": "drop_after", "nth": [2, 3]} for path in (COMMENTS, REFS, PULLS)]
        + [{"method": "*", "path": "*", "fault": "lag", "seconds": 2}],
        [{"method": "POST", "path": "/graphql", "fault": "error_after", "probability": 0.15}],
        [{"method": "*", "path": "*", "fault": "error_before", "probability": 0.05, "status": 502}],
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(faults, id=name, marks=[] if name == "drop after" else [pytest.mark.long])
        for name, faults in zip(NAMES, FAULTS, strict=True)
    ],
)
def test_requests_of_unknown_outcome(
    faults: list[dict[str, Any]], undisturbed: tuple[dict[str, Any], int], tmp_path: Path
) -> None:
    expected, planned = undisturbed
    with github(tmp_path, "--ci", "green") as place:
        for fault in faults:
            place.control("POST", "/faults", fault)
        found = completed(place, {"BATON_SWEEP_SECONDS": "2", "BATON_SETTLE_SECONDS": "2"})
        assert same(expected, found) == []
        assert len(place.model_calls()) <= planned + 1
